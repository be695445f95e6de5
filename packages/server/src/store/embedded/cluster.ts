import { spawnSync } from 'node:child_process'
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import type { Binaries } from './binaries.ts'
import type { DataDirectory } from './data-directory.ts'
import { codeOf, DatabaseError } from './database-error.ts'
import { isAlive } from './processes.ts'
import { handOver, invocation, type Rights } from './rights.ts'

/** The major version whose data files the installed programs read. */
const majorVersion = '18'

// initdb takes a second; ten minutes also cover a slow disk that has to sync 40 MB.
const initdbTimeoutMs = 600_000

/**
 * Makes the cluster if there is none. It is made beside its place and renamed into it, so that neither a kill in the
 * middle nor two first starts at once leave a half-made one: the loser of a race removes its own.
 */
export function ensureCluster(directory: DataDirectory, binaries: Binaries, rights: Rights, durable: boolean): void {
  removeLeftovers(directory)
  if (existsSync(directory.cluster)) {
    refuseOtherVersion(directory)
    const { identity } = rights
    if (identity !== null && statSync(directory.cluster).uid !== identity.uid) handOver(directory.cluster, identity)
    return
  }

  const draft = mkdtempSync(join(directory.root, `${draftPrefix(directory)}${process.pid}-`))
  try {
    if (rights.identity !== null) chownSync(draft, rights.identity.uid, rights.identity.gid)
    runInitdb(draft, binaries, rights, durable)
    renameSync(draft, directory.cluster)
    if (durable) syncDirectory(directory.root)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    const code = codeOf(error)
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error
  }
}

function runInitdb(draft: string, binaries: Binaries, rights: Rights, durable: boolean): void {
  // The builtin C.UTF-8 sorts by code point on every platform and never changes with the system's libraries, which
  // would make indexes wrong; languages are sorted by explicit ICU collations.
  const locale = ['-E', 'UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
  const { file, args, options } = invocation(rights, binaries.initdb, [
    ...['-D', draft, '-U', 'postgres', '-A', 'trust', ...locale, '--no-instructions'],
    ...(durable ? [] : ['--no-sync']),
  ])
  const run = spawnSync(file, args, { ...options, encoding: 'utf8', timeout: initdbTimeoutMs })
  if (run.status === 0) return
  const said = run.stderr?.trim().split('\n').slice(-5).join(' | ') || run.error?.message || `exit code ${run.status}`
  throw new DatabaseError(
    `The database could not be created in ${draft}: ${said}. Check that the disk has 100 MB free, then start again.`,
  )
}

function draftPrefix(directory: DataDirectory): string {
  return `${basename(directory.cluster)}.init-`
}

/** Removes what killed first starts left: drafts of dead processes, and old ones whose id lives on in another process. */
function removeLeftovers(directory: DataDirectory): void {
  for (const name of readdirSync(directory.root)) {
    if (!name.startsWith(draftPrefix(directory))) continue
    const path = join(directory.root, name)
    const pid = Number.parseInt(name.slice(draftPrefix(directory).length), 10)
    const old = (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) < Date.now() - 2 * initdbTimeoutMs
    if (!old && isAlive(pid)) continue
    try {
      // Its initdb may have outlived it by a moment and write on, until it misses a folder.
      rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
    } catch {
      // It is not in the way: the next start removes it.
    }
  }
}

function refuseOtherVersion(directory: DataDirectory): void {
  const file = join(directory.cluster, 'PG_VERSION')
  const found = existsSync(file) ? readFileSync(file, 'utf8').trim() : null
  if (found === majorVersion) return
  if (found === null) {
    throw new DatabaseError(
      `${directory.cluster} is not a PostgreSQL database. Move it away, or set ROLLCALL_DATA_DIR to another directory.`,
    )
  }
  throw new DatabaseError(
    `The database in ${directory.root} was made by PostgreSQL ${found}; this Rollcall brings ${majorVersion}. ` +
      'Use the Rollcall version that made it, or set ROLLCALL_DATA_DIR to another directory.',
  )
}

function syncDirectory(path: string): void {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
