import { type NewUser, roleIdsOf, type User } from '../src/core/index.ts'
import { dialectName, mintToken } from '../src/dialects/rocketchat/auth.ts'
import type { Reply, TestRollcall, TestServer } from './support.ts'

/** A user who can call. */
export interface Member {
  readonly id: string
  readonly user: User
  readonly token: string
  /** What every request of theirs is sent with. */
  readonly headers: Record<string, string>
}

/** Makes people and roles by the operator's hand, quickly, and speaks Rocket.Chat for them: nobody needs a password. */
export function workspaceOf(rollcall: TestRollcall) {
  const { admin, directory, operator, signerFor } = rollcall
  let count = 0
  const role = async (permissions: readonly string[]): Promise<string> => {
    count += 1
    return (await directory.createRole(operator, { name: `role ${count}`, permissions, active: true })).id
  }
  /** Without roles, unless some are given; `builtIn` names roles by their codes. */
  const user = async (fields: NewUser = {}): Promise<User> => {
    count += 1
    const command = { email: `person${count}@example.com`, name: `Person ${count}`, accessRoles: [], ...fields }
    return (await directory.createUser(operator, command)).user
  }
  const builtIn = async (...codes: string[]): Promise<string[]> => {
    const { catalogue } = await directory.getUser(operator, { userId: admin.id })
    return roleIdsOf(codes, catalogue)
  }
  const memberOf = async (made: User): Promise<Member> => {
    const { token } = await directory.createCredential(operator, {
      userId: made.id,
      dialect: dialectName,
      kind: 'session',
      name: 'test',
      expiresAt: new Date('2100-01-01T00:00:00.000Z'),
      mint: mintToken(signerFor(dialectName)),
    })
    return { id: made.id, user: made, token, headers: headersOf(made.id, token) }
  }
  /** Somebody with one role of these permissions; with none, without any right. */
  const member = async (permissions: readonly string[] = [], fields: NewUser = {}): Promise<Member> =>
    memberOf(await user({ ...(permissions.length > 0 && { accessRoles: [await role(permissions)] }), ...fields }))
  /** Somebody with these built-in roles. */
  const memberIn = async (codes: readonly string[], fields: NewUser = {}): Promise<Member> =>
    memberOf(await user({ accessRoles: await builtIn(...codes), ...fields }))
  return { role, user, builtIn, memberOf, member, memberIn, ...callingTo(rollcall) }
}

export const headersOf = (id: string, token: string) => ({ 'x-auth-token': token, 'x-user-id': id })

/** `path` is what follows `/api/v1/`; without `as` nobody asks. */
export const callingTo = ({ call }: TestServer) => ({
  get: (path: string, as?: Pick<Member, 'headers'>): Promise<Reply> =>
    call('GET', `/api/v1/${path}`, { headers: { ...as?.headers } }),
  post: (path: string, body: unknown, as?: Pick<Member, 'headers'>): Promise<Reply> =>
    call('POST', `/api/v1/${path}`, { headers: { ...as?.headers }, body }),
})

export type Workspace = ReturnType<typeof workspaceOf>
