import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { openStored } from './stored.ts'
import { startRollcall } from './support.ts'

const { directory, operator, connection } = await startRollcall({ after })
const stored = await openStored({ after }, connection)

test('facts that platforms keep of a role are changed one by one, and two at once lose none', async () => {
  const { id: roleId } = await directory.createRole(operator, {
    name: 'Team',
    permissions: [],
    details: { scope: 'all' },
  })
  const change = async (details: Record<string, unknown>) =>
    (await directory.updateRole(operator, { roleId, changes: { details } })).details
  assert.deepEqual(await change({ metadata: { floor: 1 } }), { scope: 'all', metadata: { floor: 1 } })
  await Promise.all(['a', 'b', 'c', 'd'].map((name) => change({ [name]: 1 })))
  const all = { scope: 'all', metadata: { floor: 1 }, a: 1, b: 1, c: 1, d: 1 }
  assert.deepEqual((await directory.getRole(operator, { roleId })).details, all)
  assert.deepEqual(await change({ a: null, b: null, c: null, d: null, metadata: { floor: 2 } }), {
    scope: 'all',
    metadata: { floor: 2 },
  })
  await stored.unchanged(async () => {
    assert.deepEqual(await change({ metadata: { floor: 2 }, unheard: null }), { scope: 'all', metadata: { floor: 2 } })
    assert.deepEqual(await change({}), { scope: 'all', metadata: { floor: 2 } })
  })
})

test("a role's code is taken once, also by roles that came with the tenant", async () => {
  await directory.createRole(operator, { code: 'night-shift', name: 'Night shift', permissions: [] })
  await stored.unchanged(async () => {
    for (const code of ['night-shift', 'user', 'admin']) {
      await assert.rejects(directory.createRole(operator, { code, name: 'Other', permissions: [] }), {
        code: 'value_taken',
        detail: { field: 'code' },
      })
    }
  })
})
