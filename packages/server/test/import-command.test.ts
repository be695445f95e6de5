import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { testDatabase } from './database.ts'
import { lines } from './import-support.ts'
import { databaseUrl, runMain, runToEnd } from './server-process.ts'
import { openStored } from './stored.ts'
import { adminEmail, adminPassword, secret } from './support.ts'

const bounded = { timeout: 120_000 }

async function commandLine(t: Parameters<typeof testDatabase>[0]) {
  const connection = await testDatabase(t)
  const folder = mkdtempSync(path.join(tmpdir(), 'rollcall-import-test-'))
  t.after(async () => rmSync(folder, { recursive: true, force: true }))
  const env = {
    DATABASE_URL: databaseUrl(connection),
    ROLLCALL_SECRET: secret,
    ROLLCALL_ADMIN_EMAIL: adminEmail,
    ROLLCALL_ADMIN_PASSWORD: adminPassword,
    ROLLCALL_API_KEY: 'a-first-key_of-the-tests',
  }
  const file = (name: string, text: string) => {
    writeFileSync(path.join(folder, name), text)
    return path.join(folder, name)
  }
  const run = (args: readonly string[], input?: string) => runToEnd(args, env, input === undefined ? {} : { input })
  return { connection, folder, env, file, run }
}

const summary = (text: string) => text.replace(/ \(.*/s, '')

test('import and export: what is printed, the exit code, failed rows in a file, a dry run', bounded, async (t) => {
  const { connection, folder, file, run } = await commandLine(t)
  const people = file(
    'people.ndjson',
    lines(
      { uid: 'ada', email: 'ada@example.com', password: 'not to be told', bosses: ['grace'] },
      { uid: 'bad one', password: 'not to be told' },
      { uid: 'grace', peers: ['ghost'] },
    ),
  )
  await run(['tenant', 'list'])
  const stored = await openStored(t, connection)
  const dry = await stored.unchanged(() => run(['import', people, '--dry-run']))
  assert.equal(summary(dry.output), 'Dry run, nothing was written: 1 created, 0 changed, 0 unchanged, 2 failed')
  assert.equal(dry.code, 1)

  const failed = path.join(folder, 'failed.ndjson')
  const first = await run(['import', people, '--errors', failed])
  assert.equal(summary(first.output), '1 created, 0 changed, 0 unchanged, 2 failed')
  assert.equal(first.code, 1)
  assert.match(first.errors, /^line 2: uid: must be 1 to 100 of a-z 0-9 - _$/m)
  assert.deepEqual(
    readFileSync(failed, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
    [
      {
        line: 2,
        field: 'uid',
        code: 'invalid_input',
        reason: 'must be 1 to 100 of a-z 0-9 - _',
        row: { uid: 'bad one' },
      },
      {
        ...{ line: 3, field: 'peers', code: 'unknown_reference' },
        ...{ reason: 'No user has the uid, address or id ghost.', row: { uid: 'grace', peers: ['ghost'] } },
      },
    ],
  )
  assert.equal(statSync(failed).mode & 0o777, 0o600)
  assert.doesNotMatch(first.output + first.errors + readFileSync(failed, 'utf8'), /not to be told/)

  for (const format of ['ndjson', 'csv']) {
    const copy = await run(['export', '--format', format])
    assert.equal(copy.code, 0, copy.errors)
    assert.doesNotMatch(copy.output, /argon2|not to be told|a-first-key/)
    const again = await stored.unchanged(() => run(['import', '-', '--format', format], copy.output))
    assert.equal(summary(again.output), '0 created, 0 changed, 3 unchanged, 0 failed')
    assert.equal(again.code, 0)
  }
  const wrong: [string[], RegExp][] = [
    [['import', people, '--format', 'xml'], /--format must be ndjson or csv/],
    [['import', file('people', '')], /Say what the file is/],
    [['import', path.join(folder, 'none.csv')], /can not be read: ENOENT/],
    [['import', file('bad.csv', 'uid,nix\n')], /There is no column "nix"/],
    [['import', people, '--tenant', 'nix'], /there is no tenant nix/],
    [['import', people, '--errors', folder], /--errors: EISDIR/],
    [['export', '--format', 'xml'], /--format must be ndjson or csv/],
  ]
  for (const [args, words] of wrong) {
    const { code, errors } = await run(args)
    assert.match(errors, words)
    assert.equal(code, 2, args.join(' '))
  }
})

test('killed in the middle and run again: everybody is there once, with one event', bounded, async (t) => {
  const { connection, env, file, run } = await commandLine(t)
  const count = 20_000
  const rows = Array.from({ length: count }, (_, number) => ({
    uid: `person${number}`,
    email: `person${number}@example.com`,
    // Everybody's boss stands further down, but for the last one's.
    bosses: [`person${Math.min(count - 1, number + 5000)}`].filter((uid) => uid !== `person${number}`),
  }))
  const people = file('people.ndjson', lines(...rows))
  await run(['tenant', 'list'])
  const client = new pg.Client(connection)
  client.on('error', () => {})
  await client.connect()
  t.after(() => client.end())
  const numberOf = async (text: string) =>
    Number((await client.query<{ n: string }>(`select (${text}) as n`)).rows[0]?.n)

  const killed = runMain(['import', people], env)
  while ((await numberOf('select count(*) from users')) < 3000) {
    assert.equal(killed.child.exitCode, null, killed.errors())
    await sleep(5)
  }
  await killed.stop('SIGKILL')
  // What its connections were at ends by itself.
  while (
    (await numberOf(
      `select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    )) > 1
  )
    await sleep(5)
  const there = (await numberOf('select count(*) from users')) - 1
  assert.ok(there > 0 && there < count, String(there))

  const again = await run(['import', people])
  assert.equal(again.code, 0, again.errors)
  const [, created = '', ,] = /^([\d,]+) created/.exec(again.output) ?? []
  assert.equal(Number(created.replaceAll(',', '')), count - there)
  assert.equal(await numberOf('select count(*) from users'), count + 1)
  assert.equal(await numberOf("select count(*) from user_relations where kind = 'boss'"), count - 1)
  const twice =
    "select count(*) from (select subject_id from events where type = 'user.created' group by 1 having count(*) > 1) t"
  assert.equal(await numberOf(twice), 0)

  const stored = await openStored(t, connection)
  const third = await stored.unchanged(() => run(['import', people]))
  assert.equal(summary(third.output), '0 created, 0 changed, 20,000 unchanged, 0 failed')
})
