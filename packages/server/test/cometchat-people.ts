import type { KeyScope, User } from '../src/core/index.ts'
import type { Call, Reply, TestRollcall } from './support.ts'

/** Values that keys and tokens may have: whatever is 40, or 32, hex digits. */
let made = 0
const hex = (length: number): string => {
  made += 1
  return made.toString(16).padStart(length, '0')
}

/** An app of CometChat on a test's server, with a key of each scope. */
export async function cometchatOf({
  directory,
  operator,
  call,
}: Pick<TestRollcall, 'directory' | 'operator' | 'call'>) {
  const actor = { ...operator, dialect: 'cometchat' }
  const key = async (scope: KeyScope): Promise<string> => {
    const value = hex(40)
    await directory.createKey(actor, { name: `${scope} ${value}`, scope, value })
    return value
  }
  const [fullAccess, authOnly] = [await key('full-access'), await key('auth-only')]
  const person = async (uid: string, more: object = {}): Promise<User> =>
    (await directory.createUser(operator, { uid, name: uid, ...more })).user
  const tokenOf = async ({ id, uid }: Pick<User, 'id' | 'uid'>): Promise<string> => {
    const value = `${uid}_1600000000${hex(32)}`
    await directory.issueUserToken(actor, { userId: id, value })
    return value
  }
  type Sent = Omit<Call, 'token' | 'admin'>
  type Method = Parameters<TestRollcall['call']>[0]
  /** Sends a request with a credential's header. */
  const withHeader =
    (name: 'apikey' | 'authtoken', value: string) =>
    (method: Method, path: string, { headers, ...sent }: Sent = {}): Promise<Reply> =>
      call(method, `/v3${path}`, { ...sent, headers: { [name]: value, ...headers } })

  return {
    key,
    person,
    tokenOf,
    keys: { fullAccess, authOnly },
    /** With the key that may do anything. */
    full: withHeader('apikey', fullAccess),
    /** With the key that ships inside apps. */
    auth: withHeader('apikey', authOnly),
    withKey: (value: string) => withHeader('apikey', value),
    /** With a user's own token. */
    as: async (user: Pick<User, 'id' | 'uid'>) => withHeader('authtoken', await tokenOf(user)),
    withToken: (value: string) => withHeader('authtoken', value),
  }
}
