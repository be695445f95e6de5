import { createHash } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  realpathSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { codeOf, DatabaseError, messageOf } from './database-error.ts'
import { type Identity, mayEnter } from './rights.ts'

/** Where things of one embedded database stand; absolute paths without symbolic links, so that all processes agree. */
export type DataDirectory = {
  readonly root: string
  readonly cluster: string
  readonly log: string
  readonly sockets: string
}

// sun_path holds 107 bytes (103 on macOS) and "/.s.PGSQL.5432" follows the directory.
const longestSocketDirectory = process.platform === 'linux' ? 93 : 89

/** Makes the data directory if needed (mode 0700: it holds secrets). Throws `DatabaseError` when it cannot be used. */
export function openDataDirectory(path: string): DataDirectory {
  let root: string
  try {
    makeDirectories(path)
    root = realpathSync(path)
    if (!statSync(root).isDirectory()) throw Object.assign(new Error('not a directory'), { code: 'ENOTDIR' })
    accessSync(root, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new DatabaseError(`${reasonOf(error, path)} Set ROLLCALL_DATA_DIR to a directory that you may write to.`)
  }
  return { root, cluster: join(root, 'postgres'), log: join(root, 'postgres.log'), sockets: socketDirectory(root) }
}

/** Step by step: with `recursive` Node tries for ever below /proc, where no directory can be made. */
function makeDirectories(path: string): void {
  const missing: string[] = []
  for (let step = path; !existsSync(step) && dirname(step) !== step; step = dirname(step)) missing.unshift(step)
  for (const step of missing) {
    try {
      mkdirSync(step, { mode: 0o700 })
    } catch (error) {
      // Another process was faster, or it is there but out of sight; what is looked at next tells.
      if (codeOf(error) !== 'EEXIST') throw error
    }
  }
}

function reasonOf(error: unknown, path: string): string {
  switch (codeOf(error)) {
    case 'EEXIST':
    case 'ENOTDIR':
      return `The data directory ${path} is not a directory, or lies below a file.`
    case 'EACCES':
    case 'EPERM':
      return `The data directory ${path} is not writable for this user.`
    case 'ENOENT':
      return `The data directory ${path} can not be made: a broken link, or a file system that takes no directories.`
    case 'EROFS':
      return `The data directory ${path} lies on a read-only file system.`
    default:
      return `The data directory ${path} cannot be used (${messageOf(error)}).`
  }
}

function socketDirectory(root: string): string {
  const near = join(root, 'run')
  if (Buffer.byteLength(near) <= longestSocketDirectory) return near
  const hash = createHash('sha256').update(root).digest('hex').slice(0, 16)
  const name = `rollcall-${process.getuid?.() ?? 0}-${hash}`
  const far = join(tmpdir(), name)
  return Buffer.byteLength(far) <= longestSocketDirectory ? far : join('/tmp', name)
}

/** Whom the cluster belongs to; null before there is one. Throws `DatabaseError` if it is not ours to run. */
export function clusterOwner(directory: DataDirectory): Identity | null {
  if (!existsSync(directory.cluster)) return null
  const { uid, gid } = statSync(directory.cluster)
  const self = process.getuid?.()
  if (self !== 0 && uid !== self) {
    throw new DatabaseError(
      `The database in ${directory.root} belongs to user ${uid}, not to you (${self}). ` +
        'Start Rollcall as that user, or set ROLLCALL_DATA_DIR to a directory of your own.',
    )
  }
  return { uid, gid }
}

/**
 * Makes the directory of the socket, open to its owner alone: who can open the socket is not asked for a password.
 * Below the system's temporary directory others could have made it before us; then it is refused.
 */
export function prepareSockets(directory: DataDirectory, identity: Identity | null): void {
  const { sockets, root } = directory
  if (identity !== null) {
    // It was made for root alone; to enter it is not to list it.
    if (!mayEnter(root, identity)) chmodSync(root, (statSync(root).mode & 0o777) | 0o011)
  }
  if (!existsSync(sockets)) {
    mkdirSync(sockets, { recursive: true, mode: 0o700 })
    if (identity !== null) chownSync(sockets, identity.uid, identity.gid)
  }
  const found = lstatSync(sockets)
  const owners = [process.getuid?.(), identity?.uid]
  if (!found.isDirectory() || !owners.includes(found.uid)) {
    throw new DatabaseError(`${sockets} must be a directory of yours, but is not: someone else made it. Remove it.`)
  }
  if (sockets === join(root, 'run')) chmodSync(sockets, 0o700)
  else if ((found.mode & 0o077) !== 0) {
    throw new DatabaseError(`${sockets} is open to other users. Remove it, or run "chmod 700 ${sockets}".`)
  }
  // A cluster that root ran in one way before may have to be run in the other now.
  if (identity !== null && found.uid !== identity.uid) chownSync(sockets, identity.uid, identity.gid)
}
