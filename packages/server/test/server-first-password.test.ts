import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { testDatabase } from './database.ts'
import { runToEnd, send, startServer } from './server-process.ts'
import { adminEmail, secret } from './support.ts'

test('first password and key are shown by the next start when this one failed after making the administrator', async (t) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'rollcall-first-'))
  const { host, database, user } = await testDatabase({
    after: (cleanUp) =>
      t.after(async () => {
        await cleanUp()
        rmSync(dataDir, { recursive: true, force: true })
      }),
  })
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const address = taken.address()
  const port = typeof address === 'object' && address !== null ? String(address.port) : ''
  const env = {
    DATABASE_URL: `postgres://${user}@localhost/${database}?host=${encodeURIComponent(host ?? '')}`,
    ROLLCALL_SECRET: secret,
    ROLLCALL_DATA_DIR: dataDir,
    ROLLCALL_ADMIN_EMAIL: adminEmail,
    ROLLCALL_LOG_LEVEL: 'silent',
  }
  const failed = await runToEnd(['start'], { ...env, PORT: port })
  taken.close()
  assert.equal(failed.code, 1, failed.errors)
  assert.match(failed.errors, /is in use/)

  const first = await startServer(t, env)
  const [, password = ''] = /^ +Password +(\S+)/m.exec(first.output()) ?? []
  const { status } = await send(first.url, 'POST', '/auth/local', { body: { email: adminEmail, password } })
  assert.equal(status, 200)
  const [, key = ''] = /^ +First API key +(\S+) /m.exec(first.output()) ?? []
  assert.equal((await fetch(`${first.url}/v3/apikeys`, { headers: { apikey: key } })).status, 200)
  for (const file of ['first-password', 'first-key']) {
    assert.ok(!existsSync(join(dataDir, file)), 'it is kept no longer than that')
  }
  await first.stop()

  const second = await startServer(t, env)
  for (const secret of [password, key]) assert.ok(!second.output().includes(secret), 'and never shown again')
})
