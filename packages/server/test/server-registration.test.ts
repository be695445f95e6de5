import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { isPrivate } from '../src/cli/listen.ts'
import { openSession } from '../src/cli/session.ts'
import { readConfig } from '../src/config.ts'
import { DirectoryError } from '../src/core/index.ts'
import { testDatabase } from './database.ts'
import { databaseUrl, startServer } from './server-process.ts'
import { adminEmail, adminPassword, secret } from './support.ts'

const bounded = { timeout: 60_000 }

async function database(t: TestContext) {
  return {
    DATABASE_URL: databaseUrl(await testDatabase(t)),
    ROLLCALL_SECRET: secret,
    ROLLCALL_ADMIN_EMAIL: adminEmail,
    ROLLCALL_ADMIN_PASSWORD: adminPassword,
    ROLLCALL_LOG_LEVEL: 'silent',
  }
}

/** Registers a stranger as a server of this environment would. */
async function register(t: TestContext, env: Record<string, string>): Promise<string> {
  const failed = (error: unknown) => assert.fail(String(error))
  const session = await openSession(readConfig(env), { log: () => {}, onError: failed })
  try {
    const { directory, defaultTenant } = session
    const origin = { dialect: 'rocketchat', requestId: t.name, address: null }
    const username = `newcomer${Math.random()}`
    const { user } = await directory.registerUser(directory.anonymous(defaultTenant.id, origin), {
      ...{ username, email: `${username}@example.com`, name: 'A Newcomer', password: 'not easily guessed' },
    })
    return user.username
  } finally {
    await session.close()
  }
}

const closed = (error: unknown) => error instanceof DirectoryError && error.code === 'switched_off'

test('strangers may register only where none but this machine reaches the server', bounded, async (t) => {
  const env = await database(t)
  for (const HOST of ['127.0.0.1', '127.8.9.1', 'localhost', '::1']) {
    assert.match(await register(t, { ...env, HOST }), /^newcomer/, HOST)
  }
  for (const HOST of ['0.0.0.0', '::', '10.1.2.3', 'people.example.com', '127.people.example.com']) {
    await assert.rejects(register(t, { ...env, HOST }), closed, HOST)
  }
  await assert.rejects(register(t, { ...env, ROLLCALL_TRUSTED_PROXIES: '127.0.0.1' }), closed)
})

test("what a tenant's administrator decides holds wherever the server listens", bounded, async (t) => {
  const env = await database(t)
  const decide = async (registration: boolean) => {
    const session = await openSession(readConfig(env), { log: () => {}, onError: assert.ifError })
    const actor = await session.directory.operator(session.defaultTenant.id)
    await session.directory.updateTenant(actor, { changes: { settings: { registration } } })
    await session.close()
  }
  await decide(true)
  assert.match(await register(t, { ...env, HOST: '0.0.0.0' }), /^newcomer/)
  await decide(false)
  assert.ok(isPrivate(readConfig(env)))
  await assert.rejects(register(t, env), closed)
  assert.ok(!(await startServer(t, env)).output().includes('may register'))
})

test('the screen says where each dialect is, and that anyone may register where that is so', bounded, async (t) => {
  const env = await database(t)
  const open = await startServer(t, env)
  assert.ok(open.output().includes(`  Rocket.Chat     ${open.url}/api/v1 `))
  assert.match(open.output(), /Anyone on this machine may register .*\n.*settings\/Accounts_RegistrationForm/)
  assert.ok(open.output().split('\n').length <= 24, 'it fits on a small terminal')
  await open.stop()

  const reached = await startServer(t, { ...env, HOST: '0.0.0.0' })
  assert.ok(!reached.output().includes('may register'))
})
