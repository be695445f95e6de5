import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import pg from 'pg'
import { outboxMailer } from '../src/mail/outbox.ts'
import { smtpMailer } from '../src/mail/smtp.ts'
import { retryMail, tryOwedMail } from '../src/worker/mail-retry.ts'
import { passwordIn, startMailServer } from './mail-server.ts'
import { openStored } from './stored.ts'
import { at, startRollcall, textAt } from './support.ts'

const post = await startMailServer({ after })
const rollcall = await startRollcall({ after }, { mailer: smtpMailer(post.url, 'rollcall@example.com') })
const { call, adminToken, clock, directory } = rollcall
const admin = { token: adminToken, admin: true }
const stored = await openStored({ after }, rollcall.connection)
const client = new pg.Client(rollcall.connection)
client.on('error', () => {})
await client.connect()
after(() => client.end())

const minute = 60_000
let count = 0
const create = async (members: object = {}, query = 'notifyEmail=true') => {
  count += 1
  const email = `new${count}@example.com`
  const body = { email, name: { names: 'New', lastName: 'Person' }, accessRoles: [], ...members }
  const reply = await call('POST', `/api/v2/users?${query}`, { ...admin, body })
  assert.equal(reply.status, 201, reply.text)
  return { email, id: textAt(reply.body, '_id'), notification: at(reply.body, 'notification') }
}
const login = async (email: string, password: string) =>
  (await call('POST', '/auth/local', { body: { email, password } })).status
const owed = async () =>
  (
    await client.query<{ id: string; attempts: number; error: string }>(
      'select user_id as id, attempts, last_error as error from owed_mails',
    )
  ).rows
/** What the worker does now and then. */
const look = async () => {
  const givenUp: string[] = []
  const errors: unknown[] = []
  await tryOwedMail({ directory, onGivenUp: (id) => givenUp.push(id), onError: (error) => errors.push(error) })
  assert.deepEqual(errors, [])
  return givenUp
}
const refusedOnce = async () => {
  post.refuse(true)
  const user = await create()
  post.refuse(false)
  assert.equal(user.notification, 'waiting')
  return user
}

describe('a welcome', () => {
  test('holds a password that works', async () => {
    const { email, notification } = await create()
    assert.equal(notification, 'sent')
    const message = post.taken.at(-1) ?? ''
    assert.match(message, /^From: rollcall@example\.com\r$/m)
    assert.match(message, new RegExp(`^To: ${email}\\r$`, 'm'))
    assert.match(message, /^Subject: Your account at Rollcall\r$/m)
    assert.equal(await login(email, passwordIn(message)), 200)
    assert.deepEqual(await owed(), [])
  })

  test('meets the rules of the company', async () => {
    const path = `/api/v1/companies/${rollcall.tenant.id}`
    const rules = { minLength: 40, lowerCase: 5, upperCase: 6, numbers: 7, symbols: 8, zxcvbn: 4 }
    await call('PATCH', path, { ...admin, body: { passwordRules: rules } })
    const { id, email } = await create()
    const password = passwordIn(post.taken.at(-1))
    const again = await call('PATCH', `/api/v2/users/${id}`, { ...admin, body: { password } })
    assert.equal(again.status, 200, again.text)
    assert.equal(await login(email, password), 200)
    await call('PATCH', path, { ...admin, body: { passwordRules: null } })
  })

  test('is sent to nobody who was given a password, or without the flag', async () => {
    const before = post.taken.length
    const { notification, email } = await create({ password: 'given here' })
    assert.equal(notification, undefined)
    assert.equal(await login(email, 'given here'), 200)
    for (const query of ['', 'notifyEmail=false', 'notifyEmail=']) {
      assert.equal((await create({}, query)).notification, undefined)
    }
    assert.equal(post.taken.length, before)
    assert.deepEqual(await owed(), [])
    assert.equal((await call('POST', '/api/v2/users?notifyEmail=maybe', { ...admin, body: {} })).status, 400)
  })

  test('is in no reply, event, log or table', async (t) => {
    const lines: string[] = []
    const house = await startRollcall(t, {
      mailer: smtpMailer(post.url, 'rollcall@example.com'),
      logTo: { write: (line) => void lines.push(line) },
    })
    const reply = await house.call('POST', '/api/v2/users?notifyEmail=true&debug=true', {
      token: house.adminToken,
      admin: true,
      body: { email: 'quiet@example.com', name: { names: 'Quiet' }, accessRoles: [] },
    })
    assert.equal(at(reply.body, 'notification'), 'sent')
    const password = passwordIn(post.taken.at(-1))
    const own = await openStored(t, house.connection)
    const dump = new pg.Client(house.connection)
    dump.on('error', () => {})
    await dump.connect()
    t.after(() => dump.end())
    const rows = []
    for (const table of ['users', 'user_passwords', 'owed_mails', 'credentials', 'events']) {
      rows.push((await dump.query(`select t::text from ${table} t`)).rows)
    }
    assert.ok(JSON.stringify(rows).includes('quiet@example.com'))
    for (const text of [reply.text, await own.eventTexts(), lines.join(''), JSON.stringify(rows)]) {
      assert.ok(!text.includes(password))
    }
    assert.ok(lines.length > 0)
    assert.deepEqual(await own.eventsOf(textAt(reply.body, '_id')), ['user.created', 'user.updated'])
  })
})

describe('a mail server that refuses', () => {
  test('the user is there, the reply says so, and the mail goes out later with a password that works', async () => {
    const user = await refusedOnce()
    assert.equal((await call('GET', `/api/v2/users/${user.id}`, { token: adminToken })).status, 200)
    const [row] = await owed()
    assert.deepEqual([row?.id, row?.attempts], [user.id, 1])
    assert.match(row?.error ?? '', /mailbox is full/)

    const before = post.taken.length
    await look()
    assert.equal(post.taken.length, before, 'not due yet')
    clock.advance(2 * minute)
    await look()
    assert.equal(post.taken.length, before + 1)
    assert.equal(await login(user.email, passwordIn(post.taken.at(-1))), 200)
    assert.deepEqual(await owed(), [])
    await look()
    assert.equal(post.taken.length, before + 1, 'sent once')
  })

  test('one that nobody listens at is the same', async (t) => {
    const house = await startRollcall(t, { mailer: smtpMailer('smtp://127.0.0.1:1', 'rollcall@example.com') })
    const reply = await house.call('POST', '/api/v3/users?notifyEmail=true', {
      token: house.adminToken,
      admin: true,
      body: { email: 'nobody@example.com', name: { names: 'N' }, accessRoles: [] },
    })
    assert.deepEqual([reply.status, at(reply.body, 'notification')], [201, 'waiting'])
  })

  test('each try waits longer; after the last one it is given up and told', async () => {
    post.refuse(true)
    const { id } = await create()
    const tries = []
    for (let step = 0; step < 3000 && (await owed()).length > 0; step += 1) {
      clock.advance(minute)
      const givenUp = await look()
      const [row] = await owed()
      if (givenUp.length > 0) assert.deepEqual(givenUp, [id])
      if (row === undefined || row.attempts > tries.length + 1) tries.push(step + 1)
    }
    post.refuse(false)
    assert.deepEqual(tries, [2, 6, 14, 30, 62, 126, 254, 494, 734, 974, 1214])
    assert.deepEqual(await owed(), [])
    assert.equal(
      (
        await call('GET', `/api/v2/users/${id}`, {
          token: await rollcall.login('admin@example.com', 'the first password'),
        })
      ).status,
      200,
    )
  })

  test('several servers that look at once send one mail', async () => {
    const other = await rollcall.another()
    await refusedOnce()
    clock.advance(2 * minute)
    const before = post.taken.length
    const quiet = {
      onGivenUp: (id: string) => assert.fail(id),
      onError: (error: unknown) => assert.fail(String(error)),
    }
    await Promise.all([look(), tryOwedMail({ directory: other.directory, ...quiet }), look()])
    assert.equal(post.taken.length, before + 1)
  })

  test('the worker looks again and again, until it is told to end', async () => {
    const { email } = await refusedOnce()
    const next = post.next()
    const errors: unknown[] = []
    const end = retryMail(5, { directory, onGivenUp: (id) => errors.push(id), onError: (error) => errors.push(error) })
    clock.advance(2 * minute)
    const message = await next
    await end()
    assert.equal(await login(email, passwordIn(message)), 200)
    assert.deepEqual([await owed(), errors], [[], []])
  })

  test('a password set meanwhile settles it', async () => {
    const user = await refusedOnce()
    await call('PATCH', `/api/v2/users/${user.id}`, { ...admin, body: { password: 'set by hand' } })
    assert.deepEqual(await owed(), [])
    const before = post.taken.length
    clock.advance(10 * minute)
    await look()
    assert.equal(post.taken.length, before)
    assert.equal(await login(user.email, 'set by hand'), 200)
  })

  test('nothing is owed to somebody who was deactivated meanwhile', async () => {
    const user = await refusedOnce()
    await call('PATCH', `/api/v2/users/${user.id}`, { ...admin, body: { isActive: false } })
    const before = post.taken.length
    clock.advance(10 * minute)
    await look()
    assert.equal(post.taken.length, before)
    assert.deepEqual(await owed(), [])
  })

  test('a try whose server died is repeated after five minutes', async () => {
    const user = await refusedOnce()
    clock.advance(2 * minute)
    // What a server leaves that ends between its claim and the mail server's answer.
    await client.query('update owed_mails set attempts = 2, next_attempt_at = $1 where user_id = $2', [
      new Date(clock.now().getTime() + 5 * minute),
      user.id,
    ])
    const before = post.taken.length
    await look()
    assert.equal(post.taken.length, before)
    clock.advance(5 * minute)
    await look()
    assert.equal(await login(user.email, passwordIn(post.taken.at(-1))), 200)
  })
})

test('a creation that is refused owes nothing', async () => {
  const before = post.taken.length
  const body = { email: 'new1@example.com', name: { names: 'Again' }, accessRoles: [] }
  const token = await rollcall.login('admin@example.com', 'the first password')
  const taken = await stored.unchanged(() =>
    call('POST', '/api/v2/users?notifyEmail=true', { token, admin: true, body }),
  )
  assert.equal(taken.status, 409)
  assert.equal(post.taken.length, before)
})

test('without a mail server each message is a file that only its owner reads', async (t) => {
  const place = await mkdtemp(join(tmpdir(), 'rollcall-outbox-'))
  t.after(() => rm(place, { recursive: true }))
  const written: string[] = []
  const folder = join(place, 'outbox')
  const mailer = outboxMailer(folder, 'rollcall@example.com', (file) => written.push(file))
  const house = await startRollcall(t, { mailer })
  await house.call('PATCH', `/api/companies/${house.tenant.id}`, {
    token: house.adminToken,
    admin: true,
    body: { displayName: 'Línea\nBcc: all@example.com' },
  })
  for (const email of ['one@example.com', 'two@example.com']) {
    const reply = await house.call('POST', '/api/v2/users?notifyEmail=true', {
      token: house.adminToken,
      admin: true,
      body: { email, name: { names: 'One' }, accessRoles: [] },
    })
    assert.equal(at(reply.body, 'notification'), 'sent')
  }
  assert.deepEqual((await readdir(folder)).map((name) => join(folder, name)).sort(), written.toSorted())
  assert.equal(written.length, 2)
  const [file = ''] = written
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  assert.equal((await stat(folder)).mode & 0o777, 0o700)
  const text = await readFile(file, 'utf8')
  assert.match(text, /^To: one@example\.com$/m)
  assert.doesNotMatch(text.split(/\r?\n\r?\n/)[0] ?? '', /^Bcc:/m, 'no line of the name becomes a header')
})
