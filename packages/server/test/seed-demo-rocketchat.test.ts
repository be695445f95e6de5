import assert from 'node:assert/strict'
import { test } from 'node:test'
import { demoPassword } from '../src/cli/seed/demo-help.ts'
import { demoPeople } from '../src/cli/seed/demo-people.ts'
import { catalogueFor } from '../src/cli/seed/load.ts'
import { sampleRoles, sampleTitles } from '../src/cli/seed/sample-catalogue.ts'
import { defineSampleFields } from '../src/cli/seed/sample-custom-fields.ts'
import { headersOf } from './rocketchat-people.ts'
import { at, startRollcall, textAt } from './support.ts'

test('the people of the Rocket.Chat documents are as they are printed, and who may log in sees them', async (t) => {
  const rollcall = await startRollcall(t)
  const { directory, operator } = rollcall
  await defineSampleFields(rollcall, operator)
  const users = demoPeople(await catalogueFor(rollcall, operator))
  const [roles, jobTitles] = [Object.values(sampleRoles), Object.values(sampleTitles)]
  const logins = { password: demoPassword, userIds: users.map(({ id }) => id) }
  await directory.loadUsers(operator, { roles, jobTitles, users, logins })
  const listAs = async (user: string, query = ''): Promise<Map<unknown, unknown>> => {
    const { body } = await rollcall.call('POST', '/api/v1/login', { body: { user, password: demoPassword } })
    const headers = headersOf(textAt(body, 'data', 'userId'), textAt(body, 'data', 'authToken'))
    const users = at((await rollcall.call('GET', `/api/v1/users.list?count=0${query}`, { headers })).body, 'users')
    assert.ok(Array.isArray(users))
    return new Map(users.map((user) => [at(user, 'username'), user]))
  }
  const printed = (...[username, name, address, verified, roles]: [string, string, string, boolean, string[]]) => ({
    ...{ username, emails: [{ address, verified }], status: 'offline', active: true, roles, name },
    nameInsensitive: name.toLowerCase(),
  })
  const administrators = await listAs('rocket.admin')
  for (const person of [
    printed('botkit.user', 'Botkit User', 'botkit@user.cm', false, ['bot']),
    printed('john.m', 'John M', 'john@m.com', true, ['user']),
    printed('user.one', 'User One', 'remego8086@d3ff.com', false, ['livechat-manager', 'livechat-agent']),
    printed('ciel', 'Ciel', 'example@test.com', false, ['user']),
  ]) {
    const seen = administrators.get(person.username)
    assert.partialDeepStrictEqual(seen, person)
    assert.equal(at(seen, 'type'), person.roles.includes('bot') ? 'bot' : 'user')
  }
  const ordinary = await listAs('ciel')
  assert.equal(ordinary.size, 131)
  const { _id, ...example } = Object.fromEntries(Object.entries(ordinary.get('example') ?? {}))
  assert.deepEqual(example, {
    ...{ type: 'user', status: 'offline', active: true, name: 'Example User', utcOffset: 0, username: 'example' },
    nameInsensitive: 'example user',
  })

  const query = `&query=${encodeURIComponent('{"customFields.clearance" : "High"}')}&fields=%7B%22customFields%22%3A1%7D`
  const cleared = await listAs('rocket.admin', query)
  assert.deepEqual(at(cleared.get('ciel'), 'customFields'), { clearance: 'High', team: 'Queen' })
  assert.ok(cleared.size > 5 && cleared.size < 30, String(cleared.size))
  assert.deepEqual(at((await listAs('ciel', query)).get('ciel'), 'customFields'), { clearance: 'High' })
})
