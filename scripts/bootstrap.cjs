/**
 * Runs before `npm start`, `npm test`, `npm run check` and `npm run gen`: installs what package-lock.json names when
 * node_modules lacks it, the pinned Node included. Silent when there is nothing to do.
 *
 * Plain JavaScript that Node 12 understands, because it runs on whatever Node the machine has.
 */
'use strict'

const childProcess = require('child_process')
const crypto = require('crypto')
const fs = require('fs')
const os = require('os')
const path = require('path')

const root = path.join(__dirname, '..')
const modules = path.join(root, 'node_modules')
const lockfile = path.join(root, 'package-lock.json')
// A hash, not the file's time: a checkout touches the time, and each needless install costs 20 s.
const record = path.join(modules, '.rollcall-lockfile-sha256')

const oldestNode = 24
const longestWait = 10 * 60 * 1000

function sha256(data) {
  return crypto.createHash('sha256').update(data).digest('hex')
}

function readOrNull(file) {
  try {
    return fs.readFileSync(file, 'utf8')
  } catch {
    return null
  }
}

function say(line) {
  process.stderr.write(line + '\n')
}

/** Pauses this thread; there is nothing else to do meanwhile. */
function sleep(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

/** True when node_modules holds exactly what the lockfile names, as after an `npm ci` typed by hand. */
function matchesHiddenLockfile(lockText) {
  const hiddenText = readOrNull(path.join(modules, '.package-lock.json'))
  if (hiddenText === null) return false
  try {
    const wanted = JSON.parse(lockText).packages
    const present = JSON.parse(hiddenText).packages
    return Object.keys(wanted).every((name) => {
      const there = present[name]
      if (name.indexOf('node_modules/') === -1) return true
      if (!there) return wanted[name].optional === true
      return there.version === wanted[name].version && there.integrity === wanted[name].integrity
    })
  } catch {
    return false
  }
}

function upToDate() {
  const lockText = fs.readFileSync(lockfile, 'utf8')
  const hash = sha256(lockText)
  if (readOrNull(record) === hash) return true
  if (!matchesHiddenLockfile(lockText)) return false
  try {
    fs.writeFileSync(record, hash)
  } catch {
    // Read-only, as in a container image: the next start compares again.
  }
  return true
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** False when the file is there and can't be removed; that somebody else removed it first is fine. */
function removed(file) {
  try {
    fs.unlinkSync(file)
    return true
  } catch (error) {
    return error.code === 'ENOENT'
  }
}

/** One install at a time per checkout. Kept outside node_modules, which `npm ci` removes. Gives the lock's path, null without one. */
function lockInstall() {
  const owner = typeof process.getuid === 'function' ? process.getuid() : 'user'
  const lock = path.join(os.tmpdir(), 'rollcall-install-' + owner + '-' + sha256(root).slice(0, 16) + '.lock')
  const startedAt = Date.now()
  let told = false
  for (;;) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: 'wx' })
      return lock
    } catch (error) {
      if (error.code !== 'EEXIST') return null
    }
    const holder = Number(readOrNull(lock))
    // No number yet: its owner is just writing it, or died in that instant; the wait below settles which.
    const stale = holder > 0 ? !isAlive(holder) : Date.now() - startedAt > 5000
    if (stale || Date.now() - startedAt > longestWait) {
      if (!removed(lock)) return null
      continue
    }
    if (!told) say('Another process (' + holder + ') is installing the packages; waiting for it.')
    told = true
    sleep(300)
  }
}

function runNpmCi() {
  // NODE_ENV=production or omit= in an .npmrc would leave out the pinned Node or the test tools.
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']
  const npm = process.env.npm_execpath || ''
  if (/npm-cli\.js$/.test(npm)) {
    return childProcess.spawnSync(process.execPath, [npm].concat(args), { cwd: root, stdio: 'inherit' })
  }
  const windows = process.platform === 'win32'
  return childProcess.spawnSync(windows ? 'npm.cmd' : 'npm', args, { cwd: root, stdio: 'inherit', shell: windows })
}

const pinnedNode = path.join(modules, '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')

/** The pinned Node does not run on every system (musl); there it would shadow the machine's own in every npm script. */
function removeUnusableNode() {
  if (!fs.existsSync(pinnedNode)) return
  const tried = childProcess.spawnSync(pinnedNode, ['--version'], { shell: process.platform === 'win32' })
  if (tried.status !== 0) fs.unlinkSync(pinnedNode)
}

/** Without a pinned Node the machine's own must be new enough. */
function hasNode() {
  if (fs.existsSync(pinnedNode) || Number(process.versions.node.split('.')[0]) >= oldestNode) return true
  say('There is no pinned Node for ' + process.platform + ' ' + process.arch + ' that runs here,')
  say('and this machine has Node ' + process.versions.node + '; Rollcall needs ' + oldestNode + ' or newer.')
  say('Install Node ' + oldestNode + ' or newer from https://nodejs.org and run the command again.')
  return false
}

/** Gives the exit code. */
function install() {
  say(fs.existsSync(modules) ? 'The installed packages are out of date.' : 'The packages are not installed yet.')
  say('Installing them into node_modules (npm ci): about 30 seconds and 600 MB, Node 26 and PostgreSQL 18 included.')
  const startedAt = Date.now()
  const result = runNpmCi()
  if (result.status !== 0) {
    const why = result.error ? result.error.message : result.signal || 'exit code ' + result.status
    say('')
    say('npm ci failed (' + why + '). What it said stands above. Things to check:')
    say('  - the network, and the registry: npm ping')
    say('  - a proxy, if there is one: npm config get https-proxy')
    say('  - free disk space, and that ' + root + ' may be written')
    say('Then run the same command again; it starts the installation over.')
    return result.status || 1
  }
  fs.writeFileSync(record, sha256(fs.readFileSync(lockfile)))
  removeUnusableNode()
  say('Installed in ' + Math.round((Date.now() - startedAt) / 1000) + ' s.')
  say('')
  return 0
}

function main() {
  if (!upToDate()) {
    const lock = lockInstall()
    try {
      if (!upToDate()) process.exitCode = install()
    } finally {
      if (lock !== null) removed(lock)
    }
  }
  if (!process.exitCode && !hasNode()) process.exitCode = 1
}

main()
