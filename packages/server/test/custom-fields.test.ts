import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { customFieldsCollection, type ErrorDetail } from '../src/core/index.ts'
import { openStored } from './stored.ts'
import { startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { directory, operator, call, adminToken } = rollcall
const stored = await openStored({ after }, rollcall.connection)
let count = 0

const define = (definitions: string | object) =>
  directory.updateTenant(operator, {
    changes: {
      settings: { customFields: typeof definitions === 'string' ? definitions : JSON.stringify(definitions) },
    },
  })
const create = async (customFields?: Record<string, unknown>) => {
  count += 1
  const email = `custom${count}@example.com`
  const { user } = await directory.createUser(operator, { email, ...(customFields !== undefined && { customFields }) })
  return user
}
const update = async (userId: string, customFields: Record<string, unknown>) =>
  (await directory.updateUser(operator, { userId, changes: { customFields } })).user.extensions
const refused = (request: () => Promise<unknown>, code: string, detail: ErrorDetail) =>
  stored.unchanged(() => assert.rejects(request, { name: 'DirectoryError', code, detail }))

describe('definitions', () => {
  test('are JSON objects of names and what those take; what else they say is kept', async () => {
    const text = '{ "team" : {"type":"text", "modifyRecordField": {"array": true}, "defaultValue": 1} }'
    assert.equal((await define(text)).settings.customFields, text)
    for (const none of ['', '  ', '{}']) await define(none)
  })

  for (const [text, reason] of [
    ['{', 'must be a JSON object of names and definitions'],
    ['[]', /^is no set of definitions at \//],
    ['{"a": 1}', /^is no set of definitions at \/a: /],
    ['{"a": {"type": "date"}}', /^is no set of definitions at \/a\/type: /],
    ['{"a": {"options": "High"}}', /^is no set of definitions at \/a\/options: /],
    ['{"a": {"minLength": -1}}', /^is no set of definitions at \/a\/minLength: /],
    ['{"a.b": {}}', 'has a name that no query could ask for: "a.b"'],
    ['{"$a": {}}', 'has a name that no query could ask for: "$a"'],
    ['{"": {}}', 'has a name that no query could ask for: ""'],
    [`{"${'a'.repeat(101)}": {}}`, /^has a name that no query could ask for: "a+"$/],
    ['{"__proto__": {"required": true}}', 'has a name that no query could ask for: "__proto__"'],
    ['{"constructor": {}}', 'has a name that no query could ask for: "constructor"'],
    ['{"toString": {"public": true}}', 'has a name that no query could ask for: "toString"'],
    ['{"hasOwnProperty": {}}', 'has a name that no query could ask for: "hasOwnProperty"'],
  ] as const) {
    test(`refused: ${text.slice(0, 60)}`, async () => {
      await stored.unchanged(() =>
        assert.rejects(define(text), (error) => {
          const detail: unknown = Object(error).detail
          assert.equal(Object(error).code, 'invalid_input')
          assert.equal(Object(detail).field, 'customFields')
          assert.match(
            Object(detail).reason,
            typeof reason === 'string' ? new RegExp(`^${RegExp.escape(reason)}$`) : reason,
          )
          return true
        }),
      )
    })
  }
})

describe('values', () => {
  const definitions = {
    clearance: { type: 'select', options: ['High', 'Low'], required: true },
    team: { type: 'text', minLength: 2, maxLength: 4 },
    free: {},
  }

  test('each rule, by the field that breaks it; of every defined field, where any is sent', async () => {
    await define(definitions)
    const at = (name: string) => `extensions.${customFieldsCollection}.${name}`
    const broken = 'invalid_custom_field'
    const required = { field: at('clearance'), rule: 'required', reason: 'is required' } as const
    for (const customFields of [{ team: 'abc' }, { clearance: '' }, { clearance: '  ' }, { clearance: null }]) {
      await refused(() => create(customFields), broken, required)
    }
    const option = { field: at('clearance'), rule: 'option', reason: 'is none of the values it may have' } as const
    for (const clearance of ['high', 'Medium', 7, true]) await refused(() => create({ clearance }), broken, option)
    for (const value of [['High'], { High: 1 }]) await refused(() => create({ clearance: value }), broken, option)
    await refused(() => create({ clearance: 'Low', team: 'a' }), broken, {
      ...{ field: at('team'), rule: 'min-length', limit: 2, reason: 'must have at least 2 characters' },
    } as const)
    await refused(() => create({ clearance: 'Low', team: 'abcde' }), broken, {
      ...{ field: at('team'), rule: 'max-length', limit: 4, reason: 'must have at most 4 characters' },
    } as const)
    const { extensions } = await create({ clearance: 'Low', team: '', free: 12 })
    assert.deepEqual(extensions, { [customFieldsCollection]: { clearance: 'Low', team: '', free: 12 } })
    // Where none is sent nothing is asked.
    assert.deepEqual((await create()).extensions, {})
  })

  test('are merged by their names; names that are not defined are left out', async () => {
    await define(definitions)
    const { id } = await create({ clearance: 'Low', team: 'one', stranger: 'x', __proto__: { free: 1 } })
    const merged = async (values: Record<string, unknown>) => (await update(id, values))[customFieldsCollection]
    assert.deepEqual(await merged({ team: 'two' }), { clearance: 'Low', team: 'two' })
    assert.deepEqual(await merged({ free: null, constructor: 'x' }), { clearance: 'Low', team: 'two', free: null })
    assert.deepEqual(await merged({ clearance: 'High', team: '' }), { clearance: 'High', team: '', free: null })
    assert.deepEqual(await merged({}), { clearance: 'High', team: '', free: null })
  })

  test('without definitions nothing is kept', async () => {
    await define('')
    const { id, extensions } = await create({ clearance: 'Low' })
    assert.deepEqual([extensions, await update(id, { team: 'x' })], [{}, {}])
  })

  test('that older definitions let in stay as they are until custom fields change', async () => {
    await define(definitions)
    const { id } = await create({ clearance: 'Low', team: 'one', free: 1 })
    await define({ clearance: { type: 'select', options: ['Top'] } })
    const { user } = await directory.updateUser(operator, { userId: id, changes: { nickname: 'Nick' } })
    const values = { clearance: 'Low', team: 'one', free: 1 }
    assert.deepEqual(user.extensions, { [customFieldsCollection]: values })
    const field = `extensions.${customFieldsCollection}.clearance`
    const detail = { field, rule: 'option', reason: 'is none of the values it may have' } as const
    await define({ clearance: { type: 'select', options: ['Top'] }, team: {} })
    await refused(() => update(id, { team: 'two' }), 'invalid_custom_field', detail)
    assert.deepEqual(await update(id, { clearance: 'Top' }), {
      [customFieldsCollection]: { ...values, clearance: 'Top' },
    })
  })
})

test("another platform's extensions pass the same definitions, and may not name what nobody has defined", async () => {
  await define({ clearance: { type: 'select', options: ['High', 'Low'] } })
  const { id } = await create({ clearance: 'Low' })
  const patch = (customFields: object) =>
    call('PATCH', `/api/v2/users/${id}`, {
      token: adminToken,
      admin: true,
      body: { extensions: { [customFieldsCollection]: customFields } },
    })
  assert.equal((await patch({ clearance: 'High' })).status, 200)
  for (const values of [{ clearance: 'Top' }, { clearance: 'Low', stranger: 1 }, { clearance: ['Low'] }]) {
    assert.equal((await stored.unchanged(() => patch(values))).status, 400, JSON.stringify(values))
  }
  const { user } = await directory.getUser(operator, { userId: id })
  assert.deepEqual(user.extensions, { [customFieldsCollection]: { clearance: 'High' } })
})
