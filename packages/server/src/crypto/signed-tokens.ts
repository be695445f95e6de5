import { createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto'
import { errors, type JWTPayload, jwtVerify, SignJWT } from 'jose'

/** Signs and checks a dialect's tokens. Expiry is checked by core, which knows the credential's own. */
export interface SignedTokens {
  sign(claims: JWTPayload): Promise<string>
  /** False for anything that none of our keys signed with HS256: other algorithms, `none`, other keys, no token at all. */
  verify(token: string): Promise<boolean>
  /** A token that says nothing: 32 random bytes in base64url, 43 characters. */
  random(): string
}

/** Keys for one purpose, derived from the server's secret and the one before it. Nothing else has the same key. */
export function signedTokens(purpose: string, secret: string, previous: string | null): SignedTokens {
  const key = derive(purpose, secret)
  const keys = previous === null ? [key] : [key, derive(purpose, previous)]
  return {
    sign: (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(key),
    verify: async (token) => {
      for (const candidate of keys) if (await isSignedWith(candidate, token)) return true
      return false
    },
    random: () => randomBytes(32).toString('base64url'),
  }
}

const derive = (purpose: string, secret: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', secret, 'rollcall', purpose, 32)))

async function isSignedWith(key: KeyObject, token: string): Promise<boolean> {
  try {
    await jwtVerify(token, key, { algorithms: ['HS256'] })
    return true
  } catch (error) {
    // The signature is checked before the dates; whether it has expired is not asked here.
    if (error instanceof errors.JWTExpired) return true
    if (error instanceof errors.JOSEError) return false
    throw error
  }
}
