import type { NewUser, User } from '../src/core/index.ts'
import { dialectName, mintToken } from '../src/dialects/cotalker/auth.ts'
import type { TestRollcall } from './support.ts'

/** A user who can call. */
export interface Caller {
  readonly id: string
  readonly user: User
  readonly token: string
}

/** Makes people, roles and job titles by the operator's hand, quickly: nobody needs a password to have a token. */
export function peopleOf({ directory, operator, signerFor }: TestRollcall) {
  let count = 0
  const role = async (permissions: readonly string[], active = true): Promise<string> => {
    const made = await directory.createRole(operator, { name: `role of ${permissions.join(' ')}`, permissions, active })
    return made.id
  }
  const user = async (fields: NewUser = {}): Promise<User> => {
    count += 1
    const command = { email: `person${count}@example.com`, givenNames: 'Person', accessRoles: [], ...fields }
    return (await directory.createUser(operator, command)).user
  }
  const tokenOf = async (userId: string): Promise<string> => {
    const { token } = await directory.createCredential(operator, {
      userId,
      dialect: dialectName,
      kind: 'api-token',
      name: 'test',
      expiresAt: null,
      mint: mintToken(signerFor(dialectName)),
    })
    return token
  }
  /** Somebody with one role of these permissions; with none, an ordinary person. */
  const caller = async (permissions: readonly string[] = [], fields: NewUser = {}): Promise<Caller> => {
    const made = await user({ ...(permissions.length > 0 && { accessRoles: [await role(permissions)] }), ...fields })
    return { id: made.id, user: made, token: await tokenOf(made.id) }
  }
  const jobTitle = async (code: string, accessRoles: readonly string[], active = true): Promise<string> =>
    (await directory.createJobTitle(operator, { code, display: code, accessRoles, active })).id
  return { role, user, tokenOf, caller, jobTitle }
}

export type People = ReturnType<typeof peopleOf>
