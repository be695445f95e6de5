import { DirectoryError } from '../../core/index.ts'

/** What a login says of who comes in: a session to go on with, or a handle and a password. */
export type SentLogin =
  | { readonly resume: string }
  | { readonly handle: { readonly email: string } | { readonly username: string }; readonly password: string }

const sha256 = /^[0-9a-f]{64}$/i

/**
 * Reads every form in which clients log in; members that mean nothing here are passed over. The password is clear text, or
 * its SHA-256 digest in hex. Throws `bad_login` for whatever is missing: nobody learns more from it than from a wrong
 * password.
 */
export function parseLogin(body: Readonly<Record<string, unknown>>): SentLogin {
  const { resume } = body
  if (isText(resume)) return { resume }
  const handle = handleOf(body)
  const password = passwordOf(body.password)
  if (handle === undefined || password === undefined) throw new DirectoryError('bad_login')
  return { handle, password }
}

function handleOf({ user, username, email }: Readonly<Record<string, unknown>>) {
  if (isText(user)) return user.includes('@') ? { email: user } : { username: user }
  if (isObject(user)) return namedOf(user)
  return namedOf({ username, email })
}

function namedOf({ username, email }: Readonly<Record<string, unknown>>) {
  if (isText(username)) return { username }
  return isText(email) ? { email } : undefined
}

function passwordOf(sent: unknown): string | undefined {
  if (isText(sent)) return sent
  if (!isObject(sent)) return undefined
  const { digest, algorithm } = sent
  return algorithm === 'sha-256' && isText(digest) && sha256.test(digest) ? digest : undefined
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
