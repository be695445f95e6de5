import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { PeopleGenerator } from '../src/cli/seed/generated-people.ts'
import { catalogueFor } from '../src/cli/seed/load.ts'
import { DirectoryError } from '../src/core/index.ts'
import { startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { directory, operator } = rollcall

test('of several loads of the same people one adds them, and the others are told that their ids are taken', async () => {
  const generator = new PeopleGenerator(1, await catalogueFor(rollcall, operator))
  const users = Array.from({ length: 500 }, (_, number) => generator.person(number))
  const loads = await Promise.allSettled(Array.from({ length: 6 }, () => directory.loadUsers(operator, { users })))
  let added = 0
  for (const load of loads) {
    if (load.status === 'fulfilled') {
      added += load.value
      continue
    }
    const { reason } = load
    assert.ok(reason instanceof DirectoryError, String(reason))
    assert.deepEqual([reason.code, reason.detail], ['value_taken', { field: 'id' }])
  }
  assert.equal(added, 500)
})
