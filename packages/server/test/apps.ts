import type { Actor, KeyScope, User } from '../src/core/index.ts'
import type { TestRollcall, TestServer } from './support.ts'

export const appOrigin = { dialect: 'cometchat', requestId: '-', address: null }

/** An app of the default tenant: its keys and tokens, and who they make of a caller. */
export function openApp({ directory, operator }: Pick<TestRollcall, 'operator'> & Pick<TestServer, 'directory'>) {
  /** May do anything, in the app's dialect. */
  const keeper: Actor = { ...operator, dialect: appOrigin.dialect }
  let count = 0
  const fresh = (what: string) => {
    count += 1
    return `${what}-${count}-of-the-test`
  }
  const actorBy = (token: string, from = appOrigin, appId: string | null = null): Promise<Actor> =>
    directory.authenticate(from, { token, verify: async () => true, appId })
  return {
    keeper,
    actorBy,
    /** A new key's actor and value. */
    async key(scope: KeyScope) {
      const value = fresh('key')
      await directory.createKey(keeper, { name: fresh('name'), scope, value })
      return { value, actor: await actorBy(value) }
    },
    /** A new token's actor and value. */
    async token(userId: string, issuer = keeper) {
      const value = fresh('token')
      const { credential } = await directory.issueUserToken(issuer, { userId, value })
      return { value, credential, actor: await actorBy(value) }
    },
    /** A user by its uid, with whatever else. */
    async user(uid: string, more: Parameters<TestServer['directory']['createUser']>[1] = {}): Promise<User> {
      return (await directory.createUser(operator, { uid, name: uid, ...more })).user
    },
  }
}
