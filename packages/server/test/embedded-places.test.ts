import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { bounded, eventually, freshDataDir, Owner, postmasterPid, usedDataDir } from './embedded-support.ts'
import { runMain } from './server-process.ts'

const isRoot = process.getuid?.() === 0
const notRoot = !isRoot && 'only root can become somebody else'
const someone = { uid: 65534, gid: 65534 }
const asSomeone = ['setpriv', `--reuid=${someone.uid}`, `--regid=${someone.gid}`, '--clear-groups', '--']

/** Why no ordinary user can run the checkout's files here; false if one can. */
function noOrdinaryUser(): string | false {
  if (!isRoot) return 'the tests run as an ordinary user already'
  const [file = '', ...args] = [
    ...asSomeone,
    process.execPath,
    '-e',
    `import(${JSON.stringify(import.meta.resolve('pg'))})`,
  ]
  return spawnSync(file, args, { cwd: '/' }).status !== 0 && 'no setpriv, or the checkout is closed to other users'
}

/** Why nobody's rights are not enough for the database's program here; false if they are. */
function noNobody(): string | false {
  return notRoot || (noOrdinaryUser() !== false && 'the checkout is closed to other users')
}

function noNamespaces(): string | false {
  const [file = '', ...args] = [...asSomeone, 'unshare', '--user', 'true']
  return spawnSync(file, args).status !== 0 && 'user namespaces are forbidden here'
}

async function works(owner: Owner): Promise<void> {
  assert.deepEqual(await owner.query('select 1 as n'), [{ n: 1 }])
  await owner.did('close')
}

test('a long path: the socket moves to a short directory that only its owner can enter', bounded, async (t) => {
  const dataDir = freshDataDir(t, 'a-rather-long-name/'.repeat(8))
  assert.ok(Buffer.byteLength(join(dataDir, 'run/.s.PGSQL.5432')) > 107)
  const owner = await Owner.open(t, dataDir)
  t.after(() => rmSync(owner.host, { recursive: true, force: true }))
  assert.equal(dirname(owner.host), tmpdir())
  assert.equal(statSync(owner.host).mode & 0o777, 0o700)
  const guest = await Owner.open(t, dataDir, { env: { ...process.env, TMPDIR: '/var/tmp' } })
  assert.equal(guest.host, owner.host, 'another TMPDIR finds the same socket')
  await works(owner)

  chmodSync(owner.host, 0o755)
  const refused = new Owner(t, dataDir)
  assert.match(
    await refused.refusal(),
    /rollcall-\d+-[0-9a-f]{16} is open to other users\. Remove it, or run "chmod 700 /,
  )
})

test('a short directory for the socket that someone else made is refused', { ...bounded, skip: notRoot }, async (t) => {
  const dataDir = freshDataDir(t, 'a-rather-long-name/'.repeat(8))
  const owner = await Owner.open(t, dataDir)
  await owner.did('close')
  t.after(() => rmSync(owner.host, { recursive: true, force: true }))
  chownSync(owner.host, 12345, 12345)
  assert.match(await new Owner(t, dataDir).refusal(), /must be a directory of yours/)
})

for (const name of ['with spaces, ñandú Ελλάδα 日本', `quotes ' " and back\\slash $HOME %p`]) {
  test(`a path such as ${JSON.stringify(name)}`, bounded, async (t) => {
    const dataDir = freshDataDir(t, name)
    await works(await Owner.open(t, dataDir))
    await works(await Owner.open(t, dataDir))
  })
}

test('a symbolic link to a data directory is the same database', bounded, async (t) => {
  const dataDir = await usedDataDir(t)
  const link = join(dirname(dataDir), 'link')
  symlinkSync(dataDir, link)
  const owner = await Owner.open(t, dataDir)
  const guest = await Owner.open(t, link)
  assert.equal(guest.host, owner.host)
})

test('a data directory that is a file is refused by name', bounded, async (t) => {
  const file = freshDataDir(t)
  writeFileSync(file, '')
  for (const path of [file, join(file, 'below')]) {
    assert.equal(
      await new Owner(t, path).refusal(),
      `The data directory ${path} is not a directory, or lies below a file. ` +
        'Set ROLLCALL_DATA_DIR to a directory that you may write to.',
    )
  }
})

test('what another version of PostgreSQL made is refused, and so is what is no database', bounded, async (t) => {
  const dataDir = freshDataDir(t)
  mkdirSync(join(dataDir, 'postgres'), { recursive: true })
  assert.match(await new Owner(t, dataDir).refusal(), /is not a PostgreSQL database\. Move it away/)
  writeFileSync(join(dataDir, 'postgres/PG_VERSION'), '17\n')
  assert.match(await new Owner(t, dataDir).refusal(), /was made by PostgreSQL 17; this Rollcall brings 18\. Use /)
})

test('a database that cannot start says why, with the end of its log', bounded, async (t) => {
  const dataDir = await usedDataDir(t)
  writeFileSync(join(dataDir, 'postgres/postgresql.conf'), 'shared_buffers = nonsense\n')
  const began = Date.now()
  const message = await new Owner(t, dataDir).refusal()
  assert.match(
    message,
    /did not start \(exit code 1\)\. Mend what the end of .*postgres\.log tells, then start again:\n/,
  )
  assert.match(message, /invalid value for parameter "shared_buffers"/)
  assert.ok(Date.now() - began < 10_000, 'no point in waiting for it')
})

test('an ordinary user: first start, restart, and refusals by name', {
  ...bounded,
  skip: noOrdinaryUser(),
}, async (t) => {
  const dataDir = freshDataDir(t)
  const home = dirname(dataDir)
  chmodSync(home, 0o755)
  const start = { before: asSomeone }
  assert.equal(
    await new Owner(t, dataDir, start).refusal(),
    `The data directory ${dataDir} is not writable for this user. Set ROLLCALL_DATA_DIR to a directory that you may write to.`,
  )

  chownSync(home, someone.uid, someone.gid)
  await works(await Owner.open(t, dataDir, start))
  assert.equal(statSync(join(dataDir, 'postgres')).uid, someone.uid)
  await works(await Owner.open(t, dataDir))
  assert.equal(statSync(join(dataDir, 'postgres/PG_VERSION')).uid, someone.uid, 'root runs it as its owner')
  await works(await Owner.open(t, dataDir, start))

  const roots = await usedDataDir(t)
  chmodSync(dirname(roots), 0o755)
  chmodSync(roots, 0o777)
  assert.match(
    await new Owner(t, roots, start).refusal(),
    /belongs to user 0, not to you \(65534\)\. Start Rollcall as /,
  )
})

test("as root in someone's closed home directory, the database is theirs", {
  ...bounded,
  skip: noNobody(),
}, async (t) => {
  const dataDir = freshDataDir(t)
  chownSync(dirname(dataDir), 1, 1)
  await works(await Owner.open(t, dataDir))
  assert.equal(statSync(join(dataDir, 'postgres')).uid, 1)
  await works(await Owner.open(t, dataDir))
})

test('a user id without a name, as containers give', { ...bounded, skip: noNobody() || noNamespaces() }, async (t) => {
  const dataDir = freshDataDir(t)
  chownSync(dirname(dataDir), 54321, 54321)
  await works(await Owner.open(t, dataDir, { before: ['setpriv', '--reuid=54321', '--regid=54321', '--clear-groups'] }))
})

test('as root below a directory that is closed to others', { ...bounded, skip: notRoot }, async (t) => {
  const dataDir = freshDataDir(t, 'data', homedir())
  assert.equal(statSync(dirname(dataDir)).mode & 0o777, 0o700)
  const owner = await Owner.open(t, dataDir)
  const [row] = await owner.query(`select pg_read_file('/proc/self/status') as status`)
  assert.match(String(row?.status), /^CapEff:\t0{16}$/m, 'without any of the powers of root')
  await works(owner)
  await works(await Owner.open(t, dataDir))
})

test('as root where user namespaces are forbidden, the database runs as nobody', {
  ...bounded,
  skip: noNobody(),
}, async (t) => {
  const bin = mkdtempSync(join(tmpdir(), 'rollcall-embedded-'))
  t.after(() => rmSync(bin, { recursive: true }))
  writeFileSync(join(bin, 'unshare'), '#!/bin/sh\necho "unshare failed: Operation not permitted" >&2\nexit 1\n')
  chmodSync(join(bin, 'unshare'), 0o755)
  if (existsSync('/usr/bin/setpriv')) symlinkSync('/usr/bin/setpriv', join(bin, 'setpriv'))
  chmodSync(bin, 0o755)
  const env = { ...process.env, PATH: `${bin}:/bin` }

  const dataDir = freshDataDir(t)
  chmodSync(dirname(dataDir), 0o711)
  const owner = await Owner.open(t, dataDir, { env })
  const [row] = await owner.query(`select pg_read_file('/proc/self/status') as status`)
  assert.match(String(row?.status), /^Uid:\t65534\t65534\t65534\t65534$/m)
  await works(owner)
  await works(await Owner.open(t, dataDir))

  const handedOver = await usedDataDir(t)
  chmodSync(dirname(handedOver), 0o711)
  await works(await Owner.open(t, handedOver, { env }))

  const closed = freshDataDir(t)
  assert.equal(
    await new Owner(t, closed, { env }).refusal(),
    `As root, Rollcall runs its database as user 65534, which may not enter ${dirname(closed)}. Run ` +
      `"chmod o+x ${dirname(closed)}", or move Rollcall and ROLLCALL_DATA_DIR elsewhere, or start it as an ordinary user.`,
  )
  assert.equal(postmasterPid(closed), null)
})

test('where no directory can be made, one line says so', bounded, async (t) => {
  const home = freshDataDir(t)
  symlinkSync('nowhere', home)
  const places = [`${home}`, ...(process.platform === 'linux' ? ['/proc/rollcall', '/proc/rollcall/data'] : [])]
  for (const place of places) {
    const run = runMain(['start'], { ROLLCALL_DATA_DIR: place, PORT: '0' })
    t.after(async () => {
      await run.stop('SIGKILL')
    })
    await eventually(`the start in ${place} ends`, () => run.child.exitCode !== null)
    assert.equal(run.child.exitCode, 1)
    assert.equal(
      run.errors(),
      `error: The data directory ${place} can not be made: a broken link, or a file system that takes no directories. ` +
        'Set ROLLCALL_DATA_DIR to a directory that you may write to.\n',
    )
  }
})
