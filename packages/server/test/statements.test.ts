import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type pg from 'pg'
import type { User } from '../src/core/index.ts'
import { byModification, createDirectory } from '../src/core/index.ts'
import { fingerprint } from '../src/crypto/ids.ts'
import { argonPasswords } from '../src/crypto/passwords.ts'
import { sealerOf } from '../src/crypto/sealer.ts'
import { openCaches } from '../src/store/caches.ts'
import { Lanes, type Querying } from '../src/store/lanes.ts'
import { createReads } from '../src/store/reads.ts'
import { secret, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })

/** Real connections, with a note of each statement sent; the rounds have a connection of their own. */
function counted(real: Querying) {
  const sent: string[] = []
  return {
    sent,
    query: <Row extends pg.QueryResultRow>(statement: Parameters<Querying['query']>[0]): Promise<Row[]> => {
      sent.push(statement.name ?? statement.text)
      return real.query<Row>(statement)
    },
  }
}

function countingDirectory() {
  const { connection, clock, store } = rollcall
  const real = new Lanes({ connection, count: 2, statementTimeout: 5000, ensure: async () => {} })
  const lanes = counted(real)
  const caches = openCaches({ connection, ensure: async () => {}, onError: () => {} })
  after(async () => {
    await caches.freshness.close()
    await real.close()
  })
  const reads = createReads({ lanes, slow: lanes, patterns: lanes, ...caches, everyUser: store.reads.everyUser })
  const directory = createDirectory({
    store: { reads, transaction: store.transaction },
    clock: clock.now,
    makeId: rollcall.directory.newId,
    passwords: argonPasswords(),
    fingerprint,
    mailer: { send: async () => {} },
    openRegistration: false,
    sealer: sealerOf(secret, null),
    targets: { problemOf: () => null },
  })
  const sentBy = async (work: () => Promise<unknown>): Promise<number> => {
    lanes.sent.length = 0
    await work()
    return lanes.sent.length
  }
  return { directory, sentBy }
}

const origin = { dialect: 'cotalker', requestId: '-', address: null }
const people: User[] = []
for (let n = 0; n < 30; n += 1) {
  const { user } = await rollcall.directory.createUser(rollcall.operator, {
    email: `p${n}@example.com`,
    givenNames: 'Oda',
  })
  people.push(user)
}

test('besides the shared round: none for who is cached, one for a page, one more for all that a page misses, none while nothing changes', async () => {
  const { directory, sentBy } = countingDirectory()
  const authenticate = () =>
    directory.authenticate(origin, { token: rollcall.adminToken, verify: async () => true, appId: null })
  await authenticate()
  const actor = await authenticate()
  const me = () => directory.getUser(actor, { userId: rollcall.admin.id })
  const list = (filter: object, total = true) =>
    directory.listUsers(actor, {
      query: { filter, order: byModification('desc'), limit: 100, offset: 0, total },
      scope: 'all',
    })
  await me()

  assert.equal(await sentBy(authenticate), 0, 'a credential seen lately')
  assert.equal(await sentBy(me), 0, 'me')
  assert.equal(await sentBy(() => list({})), 2, 'a page of users that nobody has read')
  assert.equal(await sentBy(() => list({})), 0, 'the same page again, with its total')
  assert.equal(await sentBy(() => list({ active: true })), 1, 'a filtered page of known users')
  assert.equal(await sentBy(() => list({ search: { mode: 'prefix', words: ['oda'] } })), 1, 'a search')
  assert.equal(await sentBy(() => directory.getUser(actor, { userId: people[0]?.id ?? '' })), 0, 'one by id')

  await rollcall.directory.updateUser(rollcall.operator, { userId: people[3]?.id ?? '', changes: { phone: '1' } })
  await rollcall.directory.updateUser(rollcall.operator, { userId: people[4]?.id ?? '', changes: { phone: '1' } })
  await authenticate()
  assert.equal(await sentBy(() => list({})), 2, 'two have changed: fetched together')
})
