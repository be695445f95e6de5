import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { peopleOf } from './cotalker-people.ts'
import { openStored } from './stored.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { call, adminToken } = rollcall
const people = peopleOf(rollcall)
const stored = await openStored({ after }, rollcall.connection)

const [property, brought, bot] = ['fab000000000000000000001', 'fab000000000000000000002', 'fab000000000000000000003']
const role = await people.role(['some-company:view'])
const title = await rollcall.directory.createJobTitle(rollcall.operator, {
  code: 'miller',
  display: 'Miller',
  properties: [brought],
})
const ada = await people.user({
  email: 'ada@example.com',
  givenNames: 'Ada',
  familyName: 'One',
  jobTitle: 'writer',
  phone: '1',
  properties: [property],
  accessRoles: [role],
  job: title.id,
  extensions: { sizes: { shoe: 42, hat: null, deep: { er: 'x' } } },
  settings: { hideSummary: true },
})
const ben = await people.user({ email: 'ben@example.com', jobTitle: 'writer', active: false, peers: [ada.id] })
const cleo = await people.user({ kind: 'bot', botId: bot, readOnly: true, bosses: [ada.id], peers: [ben.id] })
const everyone = [rollcall.admin.id, ada.id, ben.id, cleo.id]

const find = (body: unknown, token = adminToken, query = '', admin = false) =>
  call('POST', `/api/users/find${query}`, { token, body, admin })
const found = async (body: unknown) => {
  const { status, body: users, text } = await find(body)
  assert.equal(status, 200, text)
  assert.ok(Array.isArray(users))
  return users.map((user: unknown) => at(user, '_id')).sort()
}

describe('what is found', () => {
  const cases: Record<string, readonly [object, string[]]> = {
    'nothing asked: everyone': [{}, everyone],
    'an address in any letter case': [{ email: 'ADA@example.com' }, [ada.id]],
    'one of several addresses': [{ email: ['ada@example.com', 'ben@example.com'] }, [ada.id, ben.id]],
    'all conditions together': [{ jobTitle: 'writer', isActive: true }, [ada.id]],
    'isActive false': [{ isActive: false }, [ben.id]],
    'isActive as the list has it': [{ isActive: 'true', jobTitle: 'writer' }, [ada.id]],
    'either activity': [{ isActive: [true, false], jobTitle: 'writer' }, [ada.id, ben.id]],
    'an id': [{ _id: ada.id }, [ada.id]],
    'ids by their other name': [{ id: [ada.id.toUpperCase(), ben.id] }, [ada.id, ben.id]],
    'both names of an id hold': [{ id: [ada.id, ben.id], _id: [ben.id, cleo.id] }, [ben.id]],
    'names below': [{ 'name.names': 'Ada', 'name.lastName': 'One' }, [ada.id]],
    'letter case counts in names': [{ 'name.names': 'ada' }, []],
    'an absent text': [{ phone: null, jobTitle: 'writer' }, [ben.id]],
    'a text or none': [{ phone: ['1', null], jobTitle: 'writer' }, [ada.id, ben.id]],
    'no job': [{ job: null }, [rollcall.admin.id, ben.id, cleo.id]],
    'a job or none': [{ job: [title.id, null] }, everyone],
    'a role': [{ accessRoles: role }, [ada.id]],
    'a role by its other name': [{ accessRole: role }, [ada.id]],
    'a property': [{ properties: [property] }, [ada.id]],
    'a property that a job title brings': [{ property: brought }, [ada.id]],
    'a bot': [{ bot }, [cleo.id]],
    isReadOnly: [{ isReadOnly: true }, [cleo.id]],
    termsConditions: [{ termsConditions: false }, everyone],
    'an extension': [{ 'extensions.sizes.shoe': 42 }, [ada.id]],
    'an extension of another type': [{ 'extensions.sizes.shoe': '42' }, []],
    'an extension far below': [{ 'extensions.sizes.deep.er': 'x' }, [ada.id]],
    'an extension that is null': [{ 'extensions.sizes.hat': null, jobTitle: 'writer' }, [ada.id, ben.id]],
    'a setting': [{ 'settings.hideSummary': true }, [ada.id]],
    'the company': [{ 'companies.companyId': rollcall.tenant.id, email: 'ada@example.com' }, [ada.id]],
    'another company': [{ 'companies.companyId': ada.id }, []],
    'a boss': [{ 'companies.hierarchy.boss': ada.id }, [cleo.id]],
    'two relations hold both': [{ 'companies.hierarchy.boss': ada.id, 'companies.hierarchy.peers': ben.id }, [cleo.id]],
    'two relations of which one does not hold': [
      { 'companies.hierarchy.boss': ben.id, 'companies.hierarchy.peers': ben.id },
      [],
    ],
    relatedUser: [{ relatedUser: ada.id }, [ben.id, cleo.id]],
    search: [{ search: 'ada exam' }, [ada.id]],
    'an empty search': [{ search: '', jobTitle: 'writer' }, [ada.id, ben.id]],
    'a date of creation': [{ createdAt: ada.createdAt.toISOString() }, everyone],
    'what every object has': [{ 'extensions.constructor': 'x' }, []],
  }
  for (const [name, [body, ids]] of Object.entries(cases)) {
    test(name, async () => assert.deepEqual(await found(body), ids.toSorted()))
  }
})

describe('what is not understood is refused', () => {
  const noOperators = 'must be a value or a list of values; operators and objects are not understood here'
  const cases: Record<string, readonly [unknown, string]> = {
    'an operator': [{ email: { $ne: 'x' } }, `email: ${noOperators}`],
    'a whitelisted operator of the original': [{ email: { $in: ['x'] } }, `email: ${noOperators}`],
    'an operator at the top': [{ $or: [{ phone: '1' }] }, '$or: operators are not understood here'],
    $where: [{ $where: 'true' }, '$where: operators are not understood here'],
    'an operator below': [{ 'settings.$gt': 1 }, 'settings.$gt: operators are not understood here'],
    'an object': [{ name: { names: 'Ada' } }, `name: ${noOperators}`],
    'an object in a list': [{ phone: ['1', { a: 1 }] }, `phone: ${noOperators}`],
    'a list in a list': [{ phone: [['1']] }, `phone: ${noOperators}`],
    'an empty list': [{ phone: [] }, 'phone: must not be empty'],
    'an unknown path': [{ nickname: 'x' }, 'nickname: is no field of a user that can be compared'],
    'a whole member': [{ extensions: 'x' }, 'extensions: is no field of a user that can be compared'],
    'a password': [{ password: 'x' }, 'password: is no field of a user that can be compared'],
    'what every object has': [{ toString: 'x' }, 'toString: is no field of a user that can be compared'],
    'a number for a text': [{ phone: 1 }, 'phone: must be a text'],
    'a text for true': [{ isReadOnly: 'true' }, 'isReadOnly: must be true or false'],
    'isActive null': [{ isActive: null }, 'isActive: must be true or false'],
    'a malformed id': [{ job: 'x' }, 'job: must be an ObjectId of 24 hexadecimal digits'],
    'no date': [{ createdAt: 'yesterday' }, 'createdAt: must be an ISO 8601 date'],
    'a list of searches': [{ search: ['a', 'b'] }, 'search: must be a text'],
    'NUL in a text': [{ phone: 'a\0' }, 'phone.0: must not contain NUL'],
    'NUL in an address': [{ email: 'a\0@example.com' }, 'email.0: must not contain NUL'],
    'NUL in a path': [{ 'extensions.a\0': 'x' }, 'extensions.0: must not contain NUL'],
    'half a surrogate': [{ 'settings.x': '\ud800' }, 'settings.1: must be well-formed Unicode'],
    'a list for the query': [[], 'The body must be a JSON object.'],
  }
  for (const [name, [body, message]] of Object.entries(cases)) {
    test(name, async () => {
      const reply = await stored.unchanged(() => find(body))
      assert.equal(reply.status, 400, reply.text)
      assert.equal(at(reply.body, 'message'), message)
    })
  }

  test('__proto__ never gets in', async () => {
    assert.equal((await find('{"__proto__": {"phone": "1"}}')).status, 400)
  })
})

test('the short form is a selection of the whole one', async () => {
  const [short] = Object.values(Object((await find({ _id: ada.id })).body))
  const [whole] = Object.values(Object((await find({ _id: ada.id }, adminToken, '?allFields=true')).body))
  assert.deepEqual(short, {
    _id: ada.id,
    name: { displayName: '', names: 'Ada', lastName: 'One', secondLastName: '' },
    email: 'ada@example.com',
    jobTitle: 'writer',
    isActive: true,
  })
  const { data } = Object((await call('GET', `/api/v2/users?id=${ada.id}`, { token: adminToken })).body)
  assert.deepEqual(whole, at(data, 'users', 0))
})

test('who may not read others finds only itself, whatever it asks for', async () => {
  const caller = await people.caller([], { jobTitle: 'writer' })
  for (const body of [
    {},
    { jobTitle: 'writer' },
    { _id: [ada.id, caller.id] },
    { id: [ada.id, caller.id], _id: caller.id },
  ]) {
    const reply = await find(body, caller.token)
    assert.deepEqual(
      Object.values(Object(reply.body)).map((user) => at(user, '_id')),
      [caller.id],
    )
  }
  for (const body of [{ _id: ada.id }, { email: ada.email }, { 'companies.hierarchy.boss': ada.id }, { phone: '1' }]) {
    assert.deepEqual((await find(body, caller.token)).body, [])
  }
  assert.equal((await find({}, caller.token, '', true)).status, 403)
  assert.equal((await find({}, 'nobody')).status, 401)
})

test('a thousand are found at most', async () => {
  await rollcall.directory.loadUsers(rollcall.operator, {
    users: Array.from({ length: 1100 }, (_, n) => ({
      ...ada,
      id: `fac000000000000000${String(n).padStart(6, '0')}`,
      membershipId: `fad000000000000000${String(n).padStart(6, '0')}`,
      uid: `many-${n}`,
      username: `many${n}`,
      email: `many${n}@example.com`,
      jobTitle: 'one of many',
    })),
    roles: [],
    jobTitles: [],
  })
  assert.equal((await found({ jobTitle: 'one of many' })).length, 1000)
})
