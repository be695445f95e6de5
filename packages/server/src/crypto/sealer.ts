import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { Sealer } from '../core/index.ts'

const [ivLength, tagLength] = [12, 16]

/** AES-256-GCM under a key derived from the server's secret; what the secret before it has sealed opens as well. */
export function sealerOf(secret: string, previous: string | null): Sealer {
  const key = derive(secret)
  const keys = previous === null ? [key] : [key, derive(previous)]
  return {
    seal: (text) => {
      const iv = randomBytes(ivLength)
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')
    },
    open: (sealed) => {
      const bytes = Buffer.from(sealed, 'base64url')
      for (const candidate of keys) {
        const text = opened(candidate, bytes)
        if (text !== null) return text
      }
      return null
    },
  }
}

const derive = (secret: string): Buffer => Buffer.from(hkdfSync('sha256', secret, 'rollcall', 'shown again', 32))

function opened(key: Buffer, bytes: Buffer): string | null {
  if (bytes.length < ivLength + tagLength) return null
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, ivLength), { authTagLength: tagLength })
    decipher.setAuthTag(bytes.subarray(ivLength, ivLength + tagLength))
    return decipher.update(bytes.subarray(ivLength + tagLength), undefined, 'utf8') + decipher.final('utf8')
  } catch {
    // Another key's, or nobody's.
    return null
  }
}
