import assert from 'node:assert/strict'
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { isAlive } from '../src/store/embedded/processes.ts'
import { bounded, eventually, freshDataDir, Owner, postmasterPid, usedDataDir } from './embedded-support.ts'

const noReaper = process.platform !== 'linux' && 'only Linux ends the database with its process'

test('a first start makes the database, a second finds what was written', bounded, async (t) => {
  const dataDir = freshDataDir(t)
  const first = await Owner.open(t, dataDir)
  assert.deepEqual(first.events.length, 1)
  assert.match(first.events[0] ?? '', /^Creating the database in /)
  await first.query('create table kept (n int)')
  await first.did('close')
  assert.equal(postmasterPid(dataDir), null)

  const second = await Owner.open(t, dataDir)
  assert.deepEqual(await second.query('select count(*)::int as n from kept'), [{ n: 0 }])
  await second.did('close')
  assert.deepEqual(readdirSync(dataDir).sort(), ['postgres', 'postgres.log', 'run'])
})

test('only the owner can reach it: no TCP port, a closed socket directory, a closed log', bounded, async (t) => {
  const dataDir = await usedDataDir(t)
  const owner = await Owner.open(t, dataDir)
  assert.deepEqual(await owner.query(`select current_setting('listen_addresses') as tcp`), [{ tcp: '' }])
  const modes = ['', 'run', 'run/.s.PGSQL.5432', 'postgres', 'postgres.log'].map(
    (name) => statSync(join(dataDir, name)).mode & 0o077,
  )
  assert.deepEqual(modes, [0, 0, 0, 0, 0])
})

test('connections say that they are ours', bounded, async (t) => {
  const dataDir = await usedDataDir(t)
  const owner = await Owner.open(t, dataDir)
  await owner.did('serve')
  const names = await owner.query(`select application_name as name from pg_stat_activity where application_name <> ''`)
  assert.deepEqual(names, [{ name: `rollcall serve ${owner.pid} http://127.0.0.1:3000` }])
})

test('after kill -9 of the process the next start works, and no database is left behind', bounded, async (t) => {
  const dataDir = await usedDataDir(t)
  const first = await Owner.open(t, dataDir)
  await first.query('create table kept (n int)')
  const before = postmasterPid(dataDir)
  first.kill('SIGKILL')

  const second = await Owner.open(t, dataDir)
  await second.query('insert into kept values (1)')
  if (process.platform === 'linux') assert.notEqual(postmasterPid(dataDir), before)
  await second.did('close')
  assert.equal(postmasterPid(dataDir), null)
})

test('without another start, kill -9 of the process ends the database too', {
  ...bounded,
  skip: noReaper,
}, async (t) => {
  const dataDir = await usedDataDir(t)
  const owner = await Owner.open(t, dataDir)
  const pid = postmasterPid(dataDir) ?? 0
  owner.kill('SIGKILL')
  await eventually('the database ends', () => !isAlive(pid))
  assert.equal(postmasterPid(dataDir), null, 'an orderly stop removes the lock file')
})

test('SIGKILL to the whole process group ends the database in an orderly way', {
  ...bounded,
  skip: noReaper,
}, async (t) => {
  const dataDir = await usedDataDir(t)
  const owner = await Owner.open(t, dataDir)
  const pid = postmasterPid(dataDir) ?? 0
  owner.killGroup('SIGKILL')
  await eventually('the database ends', () => !isAlive(pid))
  const next = await Owner.open(t, dataDir)
  assert.deepEqual(await next.query('select 1 as n'), [{ n: 1 }])
})

test(
  'a signal to the process group does not reach the database before its process is done with it',
  bounded,
  async (t) => {
    const dataDir = await usedDataDir(t)
    // Stays until it is told to close, as a server that drains does.
    const owner = await Owner.open(t, dataDir, { before: ['sh', '-c', 'trap "" INT; exec "$@"', 'sh'] })
    owner.killGroup('SIGINT')
    assert.deepEqual(await owner.query('select 1 as n'), [{ n: 1 }])
    await owner.did('close')
    assert.equal(postmasterPid(dataDir), null)
  },
)

test('kill -9 of the database: ensure() brings it back with its data', bounded, async (t) => {
  const dataDir = await usedDataDir(t)
  const owner = await Owner.open(t, dataDir, { durable: true })
  await owner.query('create table kept (n int)')
  const before = postmasterPid(dataDir) ?? 0
  process.kill(before, 'SIGKILL')
  for (const _ of [1, 2, 3]) owner.tell('ensure')
  for (const _ of [1, 2, 3]) assert.deepEqual(await owner.answer(), { ok: true })
  assert.deepEqual(await owner.query('select count(*)::int as n from kept'), [{ n: 0 }])
  assert.notEqual(postmasterPid(dataDir), before)
})

test('two first starts at once share one database', bounded, async (t) => {
  const dataDir = freshDataDir(t)
  const both = [new Owner(t, dataDir), new Owner(t, dataDir), new Owner(t, dataDir)]
  await Promise.all(both.map((owner) => owner.opened()))
  assert.deepEqual(readdirSync(dataDir).sort(), ['postgres', 'postgres.log', 'run'])
  const ids = await Promise.all(
    both.map((owner) => owner.query('select system_identifier as id from pg_control_system()')),
  )
  assert.deepEqual(ids[0], ids[1])
  assert.deepEqual(ids[0], ids[2])
})

test('a start while the last one is stopping waits for it', bounded, async (t) => {
  const dataDir = await usedDataDir(t)
  let last = await Owner.open(t, dataDir)
  await last.query('create table rounds (n int)')
  for (let round = 0; round < 5; round += 1) {
    const next = new Owner(t, dataDir)
    // Not in step on purpose: each round meets the stop at another of its moments.
    await new Promise((resolve) => setTimeout(resolve, 40 * round))
    last.tell('close')
    await next.opened()
    await last.answer()
    await next.did('ensure')
    await next.query(`insert into rounds values (${round})`)
    last = next
  }
  assert.deepEqual(await last.query('select count(*)::int as n from rounds'), [{ n: 5 }])
})

test('who attached takes over when the starter has gone, and stops the database at the end', bounded, async (t) => {
  const dataDir = await usedDataDir(t)
  const starter = await Owner.open(t, dataDir)
  const guest = await Owner.open(t, dataDir)
  await guest.did('close')
  assert.deepEqual(await starter.query('select 1 as n'), [{ n: 1 }], 'a guest does not stop it')

  const heir = await Owner.open(t, dataDir)
  await starter.did('close')
  await heir.did('ensure')
  assert.deepEqual(await heir.query('select 1 as n'), [{ n: 1 }])
  await heir.did('close')
  assert.equal(postmasterPid(dataDir), null)
})

test('lock files that are empty, or name a living stranger, do not keep it from starting', bounded, async (t) => {
  const dataDir = await usedDataDir(t)
  const first = await Owner.open(t, dataDir)
  await first.did('close')
  const stranger = await Owner.open(t, await usedDataDir(t))
  const pidFile = (pid: number) => `${pid}\n${dataDir}/postgres\n1700000000\n5432\n${dataDir}/run\n\n  1  1\nready   \n`
  const contents = [stranger.pid, postmasterPid(dirname(stranger.host)) ?? 0, 2 ** 22 - 1].map(pidFile)
  for (const content of [...contents, '']) {
    writeFileSync(join(dataDir, 'postgres/postmaster.pid'), content)
    writeFileSync(join(dataDir, 'run/.s.PGSQL.5432.lock'), content)
    const owner = await Owner.open(t, dataDir)
    assert.deepEqual(await owner.query('select 1 as n'), [{ n: 1 }])
    await owner.did('close')
  }
  assert.ok(isAlive(stranger.pid))
  assert.deepEqual(await stranger.query('select 1 as n'), [{ n: 1 }])
})

test('a process and its database ended by kill -9 at once lose nothing that was acknowledged', bounded, async (t) => {
  const dataDir = await usedDataDir(t)
  const owner = await Owner.open(t, dataDir, { durable: true })
  await owner.query('create table kept (n int)')
  await owner.query('insert into kept select generate_series(1, 1000)')
  process.kill(postmasterPid(dataDir) ?? 0, 'SIGKILL')
  owner.killGroup('SIGKILL')
  const next = await Owner.open(t, dataDir, { durable: true })
  assert.deepEqual(await next.query('select count(*)::int as n from kept'), [{ n: 1000 }])
})

test('drafts that a killed first start left are removed', bounded, async (t) => {
  const dataDir = freshDataDir(t)
  const killed = new Owner(t, dataDir)
  await eventually(
    'initdb is at work',
    () => existsSync(dataDir) && readdirSync(dataDir).some((n) => n.includes('.init-')),
  )
  killed.kill('SIGKILL')
  await eventually('it ended', () => killed.ended)
  await Owner.open(t, dataDir)
  await eventually('only whole things are there', () => !readdirSync(dataDir).some((name) => name.includes('.init-')))
})
