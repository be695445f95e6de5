import type { Config } from '../../config.ts'
import {
  type AccessRole,
  type Actor,
  byModification,
  type Catalogue,
  type Tenant,
  type User,
} from '../../core/index.ts'
import { appKeyDialect } from '../app-key.ts'
import { CommandError, say } from '../command.ts'
import type { Session } from '../session.ts'
import { cometChatBlocks } from './cometchat-people.ts'
import { demoLogins, demoPassword, howToGoOn } from './demo-help.ts'
import { demoPeople } from './demo-people.ts'
import { addedOrRefused, catalogueFor } from './load.ts'
import { sampleRoles, sampleTitles } from './sample-catalogue.ts'
import { defineSampleFields, sampleFields } from './sample-custom-fields.ts'

const jobTitles = Object.values(sampleTitles)

/** Loads the sample company, or whom it lacks of it, in one transaction; where all are there, it changes nothing. */
export async function seedDemo(session: Session, config: Config, actor: Actor, tenant: Tenant): Promise<void> {
  const ids = demoPeople(await catalogueFor(session, actor)).map(({ id }) => id)
  const present = await presentOf(session, actor, ids)
  if (present === ids.length) {
    say(`The sample people are there already (${present} of ${ids.length}). Nothing was changed.`)
  } else {
    await defineSampleFields(session, actor)
    const catalogue = await catalogueFor(session, actor)
    const people = demoPeople(catalogue)
    const added = await load(session, actor, people, missingRoles(catalogue))
    if (present > 0) say(`Sample people added: ${added}. There already: ${present}.`)
    else say(`${madeAll(people)} in the tenant ${tenant.appId}.`)
  }
  const keys = await session.directory.listKeys(actor, { dialect: appKeyDialect })
  const key = keys.find(({ credential }) => credential.scope === 'full-access')?.value ?? null
  for (const line of howToGoOn(config, tenant, key)) say(line)
}

async function presentOf({ directory }: Session, actor: Actor, ids: readonly string[]): Promise<number> {
  const query = { filter: { ids }, order: byModification('desc'), limit: 1, offset: 0, total: true } as const
  const { total } = await directory.listUsers(actor, { query, scope: 'all' })
  if (total === null) throw new CommandError('The number of sample people is unknown.')
  return total
}

/** Whoever has made a role of the same code has made this one. */
function missingRoles({ roles }: Catalogue): AccessRole[] {
  const codes = new Set([...roles.values()].map(({ code }) => code))
  return Object.values(sampleRoles).filter(({ code }) => !codes.has(code))
}

function load(
  { directory }: Session,
  actor: Actor,
  users: readonly User[],
  roles: readonly AccessRole[],
): Promise<number> {
  const userIds = users.flatMap(({ id, email }) => (demoLogins.some(([login]) => login === email) ? [id] : []))
  return addedOrRefused(
    directory.loadUsers(actor, {
      roles,
      jobTitles,
      users,
      blocks: cometChatBlocks,
      logins: { password: demoPassword, userIds },
    }),
  )
}

function madeAll(people: readonly User[]): string {
  const inactive = people.filter(({ active }) => !active).length
  const bots = people.filter(({ kind }) => kind === 'bot').length
  const fields = Object.keys(sampleFields).join(' and ')
  return (
    `Made ${people.length} people (${inactive} deactivated, ${bots} bots), ${Object.keys(sampleRoles).length} access roles, ` +
    `${jobTitles.length} job titles and values of the custom fields ${fields}`
  )
}
