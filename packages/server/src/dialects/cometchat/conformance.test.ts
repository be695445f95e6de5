import { join } from 'node:path'
import type { FixtureServer } from '../../../test/fixture-server.ts'
import { runFixtures } from '../../../test/fixtures.ts'
import { countingIds } from '../../../test/support.ts'
import type { Actor } from '../../core/index.ts'
import { dialectName } from './auth.ts'

/** What fixtures may write down: the tenant's keys, and the end of each user's token behind `{uid}_`. */
const keys = { fullAccess: 'f0'.repeat(20), authOnly: 'a0'.repeat(20) }
const tokenEnd = `1600000000${'c0'.repeat(16)}`

const credentialId = countingIds('6e')
const made = new WeakMap<FixtureServer, Set<string>>()

/** Does something once for each server. */
async function once(server: FixtureServer, what: string, make: (actor: Actor) => Promise<unknown>): Promise<void> {
  const known = made.get(server) ?? new Set()
  made.set(server, known)
  if (known.has(what)) return
  known.add(what)
  server.ids.tell([credentialId()])
  await make({ ...server.operator, dialect: dialectName })
}

runFixtures(
  join(import.meta.dirname, 'fixtures'),
  async (server, userId) => {
    const { directory } = server
    const { user } = await directory.getUser(server.operator, { userId })
    const value = `${user.uid}_${tokenEnd}`
    await once(server, userId, (actor) => directory.issueUserToken(actor, { userId, value }))
    return { authtoken: value }
  },
  async (server, name) => {
    const scope = name === 'fullAccess' ? 'full-access' : 'auth-only'
    await once(server, name, (actor) => server.directory.createKey(actor, { name, scope, value: keys[name] }))
    return { apikey: keys[name] }
  },
)
