import { type Actor, byModification, type Tenant, type User } from '../core/index.ts'
import { badArgument } from './command.ts'
import type { Session } from './session.ts'

/** The tenant that `--tenant` names; the default one when it was not given. */
export async function tenantOf({ directory, defaultTenant }: Session, appId: string | undefined): Promise<Tenant> {
  const tenant = appId === undefined ? defaultTenant : await directory.tenantByAppId(appId)
  if (tenant === null) throw badArgument(`--tenant: there is no tenant ${appId}. See: npm start -- tenant list`)
  return tenant
}

/** Who may do anything in the tenant that `--tenant` names. */
export const actorOf = async (session: Session, { tenant }: { tenant?: string }): Promise<Actor> =>
  session.directory.operator((await tenantOf(session, tenant)).id)

export async function userOf({ directory }: Session, actor: Actor, email: string): Promise<User> {
  const query = {
    filter: { emails: [email.toLowerCase()] },
    order: byModification('desc'),
    limit: 1,
    offset: 0,
    total: false,
  } as const
  const [user] = (await directory.listUsers(actor, { query, scope: 'all' })).items
  if (user === undefined) throw badArgument(`--user: nobody has the address ${email}`)
  return user
}

/** The ids of roles given by code, id or name. */
export async function roleIdsOf({ directory }: Session, actor: Actor, wanted: readonly string[]): Promise<string[]> {
  const page = { limit: 10_000, offset: 0, total: false } as const
  const { items } = await directory.listRoles(actor, { filter: { active: true }, page })
  return wanted.map((word) => {
    const role =
      items.find(({ code, id }) => code === word || id === word) ??
      items.find(({ name }) => name.toLowerCase() === word.toLowerCase())
    if (role !== undefined) return role.id
    const known = items.map(({ code, id, name }) => (code === id ? name : code)).join(', ')
    throw badArgument(`--role: there is no role ${word}. The roles are ${known}`)
  })
}
