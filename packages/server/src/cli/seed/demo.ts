import type { Config } from '../../config.ts'
import { type Actor, byModification, type Tenant } from '../../core/index.ts'
import { CommandError, say } from '../command.ts'
import type { Session } from '../session.ts'
import { demoPeople } from './demo-people.ts'
import { addedOrRefused, catalogueFor } from './load.ts'
import { sampleRoles, sampleTitles } from './sample-catalogue.ts'

/** Everybody's in the sample company; printed, so nothing that it opens may matter. */
const demoPassword = 'rollcall-demo'

/** Who can log in, and what for. */
const logins: readonly (readonly [email: string, rights: string])[] = [
  ['john.doe@example.com', 'an ordinary user: sees and changes only himself'],
  ['users.admin@example.com', 'admin-users-write: reads, creates and changes users, but not their roles'],
  ['read.admin@example.com', 'admin-*-read: sees everything, changes nothing'],
  ['access.admin@example.com', 'admin-accesscontrol-write: decides who has which access roles'],
  ['edward@cotalker.com', 'users and access roles: whatever the examples of Cotalker’s documentation do'],
]

/** Loads the sample company in one transaction, or says that it is there and changes nothing. */
export async function seedDemo(session: Session, config: Config, actor: Actor, tenant: Tenant): Promise<void> {
  const { directory } = session
  const roles = Object.values(sampleRoles)
  const jobTitles = Object.values(sampleTitles)
  const people = demoPeople(await catalogueFor(session, actor))
  const present = await directory.listUsers(actor, {
    query: {
      filter: { ids: people.map(({ id }) => id) },
      order: byModification('desc'),
      limit: 1,
      offset: 0,
      total: true,
    },
    scope: 'all',
  })
  if (present.total === null) throw new CommandError('The number of sample people is unknown.')
  if (present.total > 0) {
    say(`The sample people are there already (${present.total} of ${people.length}). Nothing was changed.`)
  } else {
    const userIds = people.flatMap(({ id, email }) => (logins.some(([login]) => login === email) ? [id] : []))
    await addedOrRefused(
      directory.loadUsers(actor, { roles, jobTitles, users: people, logins: { password: demoPassword, userIds } }),
    )
    const inactive = people.filter(({ active }) => !active).length
    say(
      `Made ${people.length} people (${inactive} deactivated, 1 bot), ${roles.length} access roles and ${jobTitles.length} job titles in the tenant ${tenant.appId}.`,
    )
  }
  for (const line of howToGoOn(config, tenant)) say(line)
}

function howToGoOn(config: Config, tenant: Tenant): string[] {
  const url = `http://${config.host}:${config.port === 0 ? 'PORT' : config.port}`
  const isDefault = tenant.appId === config.appId
  const host = isDefault ? '' : ` -H 'Host: ${tenant.appId}.${config.domain ?? 'ROLLCALL_DOMAIN'}'`
  const width = Math.max(...logins.map(([email]) => email.length))
  const login = { email: 'edward@cotalker.com', password: demoPassword }
  return [
    '',
    `  Who can log in, with the password ${demoPassword} (known to everyone: not for a server that strangers reach):`,
    ...logins.map(([email, rights]) => `    ${email.padEnd(width)}  ${rights}`),
    '',
    `  Try${isDefault ? '' : ' (a tenant is reached by its host name)'}, with the server running (npm start):`,
    `    ACCESS_TOKEN=$(curl -s ${url}/auth/local${host} -H 'Content-Type: application/json' \\`,
    `      -d '${JSON.stringify(login)}' | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')`,
    `    curl -s '${url}/api/v2/users?email=nick%40wuxi.com&email=yanxiang%40wuxi.com'${host} -H "Authorization: Bearer $ACCESS_TOKEN"`,
  ]
}
