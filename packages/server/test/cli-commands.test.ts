import assert from 'node:assert/strict'
import { test } from 'node:test'
import { testDatabase } from './database.ts'
import { databaseUrl, runToEnd, send, startServer } from './server-process.ts'
import { adminEmail, adminPassword, at, secret, textAt } from './support.ts'

const bounded = { timeout: 180_000 }
const cotalker = ['--dialect', 'cotalker']
const cometchat = ['--dialect', 'cometchat']
const apiKey = 'a-first-key_of-the-tests'
const rocketChat = ['--dialect', 'rocketchat']

/** A migrated database without a tenant, and how to run commands on it. */
async function commandLine(t: Parameters<typeof testDatabase>[0]) {
  const env = {
    DATABASE_URL: databaseUrl(await testDatabase(t)),
    ROLLCALL_SECRET: secret,
    ROLLCALL_ADMIN_EMAIL: adminEmail,
    ROLLCALL_ADMIN_PASSWORD: adminPassword,
    ROLLCALL_API_KEY: apiKey,
    ROLLCALL_LOG_LEVEL: 'warn',
    ROLLCALL_DOMAIN: 'people.example.com',
  }
  const run = (args: readonly string[], input?: string) => runToEnd(args, env, input === undefined ? {} : { input })
  /** Gives what a command that must succeed prints: `word  value` lines as an object. */
  const did = async (args: readonly string[], input?: string): Promise<Record<string, string>> => {
    const { code, output, errors } = await run(args, input)
    assert.equal(code, 0, errors)
    return Object.fromEntries(output.split('\n').map((line) => line.split(/ {2,}/)))
  }
  const refused = async (args: readonly string[], line: RegExp, expected = 2) => {
    const { code, output, errors } = await run(args)
    assert.match(errors, line)
    assert.equal(errors.trimEnd().split('\n').length, 1, errors)
    assert.deepEqual({ code, output }, { code: expected, output: '' })
  }
  return { env, run, did, refused }
}

const login = (url: string, email: string, password: string, host?: string) =>
  fetch(`${url}/auth/local`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(host !== undefined && { 'x-forwarded-host': host }) },
    body: JSON.stringify({ email, password }),
  })

test('keys: made, used, listed and revoked while a server runs', bounded, async (t) => {
  const { env, run, did, refused } = await commandLine(t)
  const { url } = await startServer(t, env)
  const made = await did(['key', 'create', ...cotalker, '--user', adminEmail, '--name', 'for ci', '--days', '90'])
  assert.match(made.id ?? '', /^[0-9a-f]{24}$/)
  const days = (Date.parse(made.ends ?? '') - Date.now()) / 86_400_000
  assert.ok(days > 89.9 && days <= 90, `${made.ends}`)

  const me = () => send(url, 'GET', '/api/v2/users/me', { token: made.token ?? '' })
  assert.equal((await me()).status, 200)
  const listed = await run(['key', 'list', ...cotalker, '--user', adminEmail.toUpperCase()])
  const [id, kind, , , ends, name] = listed.output.trimEnd().split('\t')
  assert.deepEqual([id, kind, ends, name], [made.id, 'api-token', made.ends, 'for ci'])
  assert.ok(!listed.output.includes(made.token ?? ''))

  await did(['key', 'revoke', made.id ?? '', ...cotalker])
  assert.equal((await me()).status, 401)
  await refused(['key', 'revoke', made.id ?? '', ...cotalker], /^error: <id> \w+: No credential has this id\.$/m)
  const endless = await did(['key', 'create', ...cotalker, '--user', adminEmail])
  assert.equal(endless.ends, 'when it is revoked')
})

test("Rocket.Chat's keys: personal tokens, shown as the headers to send, one of each name", bounded, async (t) => {
  const { env, run, did, refused } = await commandLine(t)
  const { url } = await startServer(t, env)
  const create = ['key', 'create', ...rocketChat, '--user', adminEmail, '--name', 'ci']
  const made = await did(create)
  assert.equal(made.ends, 'when it is revoked')
  const headers = { 'X-User-Id': made['X-User-Id'] ?? '', 'X-Auth-Token': made['X-Auth-Token'] ?? '' }
  assert.match(headers['X-Auth-Token'], /^[A-Za-z0-9_-]{43}$/)

  const tokens = async () => {
    const reply = await fetch(`${url}/api/v1/users.getPersonalAccessTokens`, { headers })
    return { status: reply.status, body: await reply.json() }
  }
  const { status, body } = await tokens()
  assert.equal(status, 200)
  assert.equal(at(body, 'tokens', 0, 'name'), 'ci')
  assert.equal(at(body, 'tokens', 0, 'lastTokenPart'), headers['X-Auth-Token'].slice(-6))
  await refused(
    create,
    new RegExp(
      `^error: --name ci: ${adminEmail} has a token of this name\\..* key revoke ${made.id} --dialect rocketchat$`,
      'm',
    ),
  )
  await did([...create.slice(0, -1), 'another'])
  await did(['key', 'create', ...cotalker, '--user', adminEmail, '--name', 'ci'])

  const listed = (await run(['key', 'list', ...rocketChat])).output.trimEnd().split('\n')
  assert.deepEqual(
    listed.map((line) => line.split('\t')).map(([, kind, userId, , ends, name]) => [kind, userId, ends, name]),
    ['ci', 'another'].map((name) => ['personal-token', headers['X-User-Id'], '-', name]),
  )
  await did(['key', 'revoke', made.id ?? '', ...rocketChat])
  assert.equal((await tokens()).status, 401)
  assert.notEqual((await did(create))['X-Auth-Token'], headers['X-Auth-Token'])
})

test(
  'keys of an app: the first one, others of either scope, listed and revoked while a server runs',
  bounded,
  async (t) => {
    const { env, run, did, refused } = await commandLine(t)
    const { url, output } = await startServer(t, env)
    assert.match(output(), /^ {2}First API key +that of ROLLCALL_API_KEY$/m)
    assert.ok(!output().includes(apiKey))
    const list = async (key: string) => {
      const reply = await fetch(`${url}/v3/apikeys`, { headers: { apikey: key } })
      return { status: reply.status, body: await reply.json() }
    }
    assert.equal((await list(apiKey)).status, 200)

    const web = await did(['key', 'create', ...cometchat, '--scope', 'authOnly', '--name', 'web'])
    assert.match(web.key ?? '', /^[0-9a-f]{40}$/)
    assert.equal((await list(web.key ?? '')).status, 403)
    const script = await did(['key', 'create', ...cometchat, '--scope', 'fullAccess', '--name', 'script'])
    const names = Object.values(Object(at((await list(script.key ?? '')).body, 'data'))).map((one) => at(one, 'name'))
    assert.deepEqual(names, ['script', 'web', 'first key'])

    const post = async (path: string, body: object) => {
      const headers = { apikey: apiKey, 'content-type': 'application/json' }
      const reply = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
      assert.equal(reply.status, 200, await reply.text())
    }
    await post('/v3/users', { uid: 'ada', name: 'Ada Example' })
    await post('/v3/users/ada/auth_tokens', {})
    const listed = await run(['key', 'list', ...cometchat])
    const rows = listed.output
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'))
    assert.deepEqual(
      rows.map(([, kind, user, , ends, name, scope]) => [kind, user, ends, name, scope]),
      [
        ['key', '-', '-', 'first key', 'fullAccess'],
        ['key', '-', '-', 'web', 'authOnly'],
        ['key', '-', '-', 'script', 'fullAccess'],
      ],
    )
    assert.ok(![apiKey, web.key, script.key].some((key) => listed.output.includes(key ?? '?')))
    const valued = await run(['key', 'list', ...cometchat, '--values'])
    const values = [apiKey, web.key, script.key]
    assert.equal(valued.output, rows.map((row, index) => `${[...row, values[index]].join('\t')}\n`).join(''))
    await refused(['key', 'list', ...cometchat, '--user', adminEmail], /^error: --user: a key of CometChat acts for/m)
    await refused(['key', 'list', ...cotalker, '--values'], /^error: --values: only keys of CometChat can be read/m)
    await did(['key', 'revoke', script.id ?? '', ...cometchat])
    assert.equal((await list(script.key ?? '')).status, 401)

    const create = ['key', 'create', ...cometchat]
    await refused(
      [...create, '--scope', 'authOnly', '--name', 'Web'],
      /^error: --name Web: Another record already holds/m,
    )
    await refused(create, /^error: required option .--scope <scope>. not specified: fullAccess or authOnly$/m)
    await refused([...create, '--scope', 'authOnly', '--days', '3'], /^error: --user, --days: a key of CometChat/m)
    await refused(['key', 'create', ...cotalker], /^error: required option .--user <email>. not specified/m)
  },
)

test('a database behind a socket, in the form that libpq shows', bounded, async (t) => {
  const { env } = await commandLine(t)
  const url = env.DATABASE_URL.replace('@localhost/', '@/')
  assert.match(url, /^postgres:\/\/\w+@\/\w+\?host=/)
  const { code, output, errors } = await runToEnd(['tenant', 'list'], { ...env, DATABASE_URL: url })
  assert.equal(code, 0, errors)
  assert.match(output, /^rollcall\t/)
})

test('keys: whom and what nobody knows', bounded, async (t) => {
  const { did, refused } = await commandLine(t)
  const create = ['key', 'create', ...cotalker]
  const noTenant = /^error: --tenant: there is no tenant acme\. See/m
  // Makes the default tenant, and says so.
  await did(['tenant', 'list'])
  await refused([...create, '--user', 'x@acme.example'], /^error: --user: nobody has the address x@acme\.example$/m)
  await Promise.all([
    refused([...create, '--user', adminEmail, '--tenant', 'acme'], noTenant),
    refused(['key', 'list', ...cotalker, '--tenant', 'acme'], noTenant),
    refused(['key', 'revoke', 'nonsense', ...cotalker], /^error: <id> nonsense: No credential has this id\.$/m),
  ])
})

test('users: with a role, a name, and a password that ps does not show', bounded, async (t) => {
  const { env, did, refused } = await commandLine(t)
  const { url } = await startServer(t, env)
  const create = ['user', 'create', '--email']
  const made = await did([...create, 'Ada@Acme.example', '--name', 'Ada Example', '--role', 'read-admin'])
  assert.equal(made.email, 'ada@acme.example')
  const session = await login(url, 'ada@acme.example', made.password ?? '')
  assert.equal(session.status, 200)
  const token = textAt(await session.json(), 'token')
  const { body } = await send(url, 'GET', `/api/v2/users/${made.id}`, { token })
  assert.equal(at(body, 'data', 'name', 'displayName'), 'Ada Example')
  assert.equal((await send(url, 'GET', '/api/v2/users', { token })).status, 200, 'it may read everyone')

  const other = await did([...create, 'bo@acme.example', '--password-stdin'], 'from the standard input\n')
  assert.equal(other.password, undefined)
  assert.equal((await login(url, 'bo@acme.example', 'from the standard input')).status, 200)

  await refused([...create, 'ADA@acme.example'], /^error: --email ADA@acme\.example: Another record already holds/m)
  await refused(
    [...create, 'c@acme.example', '--role', 'boss'],
    /^error: --role: there is no role boss\. The roles are admin/m,
  )
  await refused([...create, 'c@acme.example', '--tenant', 'acme'], /^error: --tenant: there is no tenant acme/m)
  await refused([...create, 'c@acme.example', '--name', 'x'.repeat(5000)], /^error: --name: /m)
})

test('tenants: made and listed; their people are theirs', bounded, async (t) => {
  const { env, run, did, refused } = await commandLine(t)
  const { url } = await startServer(t, { ...env, ROLLCALL_TRUSTED_PROXIES: '127.0.0.1' })
  const create = ['tenant', 'create', 'acme', '--admin-email', 'ada@acme.example']
  const made = await did([...create, '--display-name', 'Acme Inc.'])
  const keys = (await run(['key', 'list', ...cometchat, '--tenant', 'acme', '--values'])).output
  assert.equal(keys.trimEnd().split('\t').at(-1), made.key)
  const listed = (await run(['tenant', 'list'])).output.trimEnd().split('\n')
  assert.deepEqual(
    listed.map((line) => line.split('\t')[0]),
    ['rollcall', 'acme'],
  )
  assert.deepEqual(
    listed[1]?.split('\t').filter((_, column) => column !== 2),
    ['acme', made.id, 'Acme Inc.'],
  )
  await refused(create, /^error: <name> acme: there is such a tenant already\. See: npm start -- tenant list$/m)

  const host = 'acme.people.example.com'
  const session = await login(url, 'ada@acme.example', made.password ?? '', host)
  assert.equal(session.status, 200, await session.clone().text())
  const listing = await fetch(`${url}/v3/apikeys`, { headers: { apikey: made.key ?? '', appId: 'acme' } })
  assert.equal(listing.status, 200)
  assert.equal((await login(url, 'ada@acme.example', made.password ?? '')).status, 401, 'unknown to the default tenant')
  const { body } = await send(url, 'GET', '/api/v2/users?count=true', { token: textAt(await session.json(), 'token') })
  assert.equal(at(body, 'data', 'count'), 1)
})

test('a first command makes the default tenant and shows its password beside the result', bounded, async (t) => {
  const { env } = await commandLine(t)
  const first = await runToEnd(['tenant', 'list'], { ...env, ROLLCALL_ADMIN_PASSWORD: '', ROLLCALL_API_KEY: '' })
  assert.match(first.output, /^rollcall\t[0-9a-f]{24}\t\S+\tRollcall\n$/)
  assert.match(first.errors, /^Made the default tenant in the database of DATABASE_URL; its administrator is /m)
  assert.match(first.errors, /^with the password \S{16} \(shown only this once\)$/m)
  const again = 'npm start -- key list --dialect cometchat --values'
  const [, key, told] = /^Its first API key for CometChat is ([0-9a-f]{40}) \(again: (.*)\)$/m.exec(first.errors) ?? []
  assert.equal(told, again)
  const shown = await runToEnd(again.split(' ').slice(3), env)
  assert.equal(shown.output.trimEnd().split('\t').at(-1), key)
  const { output } = await startServer(t, env)
  assert.match(output(), /-H 'apikey: YOUR API KEY'$/m)
  assert.ok(output().includes(`\n  Your API keys: ${again}\n`), output())
  const wrong = await runToEnd(['tenant', 'list'], { ...env, ROLLCALL_APP_ID: 'other' })
  assert.equal(wrong.code, 1)
  assert.match(wrong.errors, /^error: ROLLCALL_APP_ID is other, but this database has the tenants rollcall\. Set/)
})
