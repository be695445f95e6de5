import { spawnSync } from 'node:child_process'
import { chownSync, lchownSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseError } from './database-error.ts'

/** Ids of the user that the database's files belong to. */
export type Identity = { readonly uid: number; readonly gid: number }

/** How PostgreSQL's programs are started here. */
export type Rights = {
  /** Programs in front of PostgreSQL's own, each replacing itself by the next, so that the process id stays. */
  readonly wrapper: readonly string[]
  /** Set when root has to lend the database another user; files it writes must be given to that one. */
  readonly identity: Identity | null
}

/** Program, arguments and options for `spawn`. PostgreSQL's own environment variables must not reach it. */
export function invocation(rights: Rights, program: string, args: readonly string[]) {
  const [file = program, ...rest] = [...rights.wrapper, program, ...args]
  return {
    file,
    args: rest,
    options: { ...rights.identity, cwd: '/', env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' } },
  }
}

// Ends the database in an orderly way when our process dies by SIGKILL. Without it the database lives on, and the next
// start takes it over.
const dieWithParent = ['setpriv', '--pdeathsig', 'INT', '--']
// PostgreSQL refuses root. In a user namespace it is someone else with root's files and none of root's powers, which
// needs no chown and works below directories closed to others, such as /root.
const asNobody = ['unshare', '--user', '--map-user=65534', '--map-group=65534', '--']

const rootsFilesOnly: Identity = { uid: 0, gid: 0 }

/**
 * Finds a way to run the database without root's rights, by trying. `root` is the data directory, `owner` whom an
 * existing cluster belongs to. Throws `DatabaseError` if there is none.
 */
export function findRights(postgres: string, root: string, owner: Identity | null): Rights {
  let reason = ''
  for (const identity of candidates(postgres, root, owner)) {
    const inner = identity === null && (isRoot() || !hasName(null)) ? asNobody : []
    for (const wrapper of process.platform === 'linux' ? [[...inner, ...dieWithParent], inner] : [inner]) {
      const rights = { wrapper, identity }
      const closed = identity === null ? null : closedDirectory(postgres, root, identity)
      if (closed !== null) {
        reason =
          `As root, Rollcall runs its database as user ${identity?.uid}, which may not enter ${closed}. ` +
          `Run "chmod o+x ${closed}", or move Rollcall and ROLLCALL_DATA_DIR elsewhere, or start it as an ordinary user.`
        continue
      }
      const { file, args, options } = invocation(rights, postgres, ['--version'])
      const trial = spawnSync(file, args, { ...options, encoding: 'utf8', timeout: 10_000 })
      if (trial.status === 0) return rights
      const said = trial.stderr?.trim() || trial.error?.message || `exit code ${trial.status}`
      reason =
        `The embedded database's program ${postgres} does not run here (${said}). ` +
        'Set DATABASE_URL to a PostgreSQL 15 or newer.'
    }
  }
  throw new DatabaseError(reason)
}

const isRoot = () => process.getuid?.() === 0

/** initdb refuses a user id without a name, as containers often give; in a user namespace it has that of nobody. */
function hasName(identity: Identity | null): boolean {
  return spawnSync('id', ['-un'], { ...identity, cwd: '/', stdio: 'ignore' }).status === 0
}

/** Whom the database may run as, best first; null is our own user, which for root means in a user namespace. */
function candidates(postgres: string, root: string, owner: Identity | null): (Identity | null)[] {
  if (!isRoot()) return [null]
  if (owner !== null && owner.uid !== 0) return [owner]
  // In someone's home directory root without its powers gets no further than anyone else; its owner does.
  const closed = closedDirectory(postgres, join(root, 'postgres'), rootsFilesOnly)
  if (closed === null) return process.platform === 'linux' ? [null, nobody()] : [nobody()]
  const { uid, gid } = statSync(closed)
  return uid === 0 || !hasName({ uid, gid }) ? [nobody()] : [{ uid, gid }, nobody()]
}

/** The user without rights that nearly every system has. */
function nobody(): Identity {
  try {
    const row = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((line) => line.startsWith('nobody:'))
    const [uid, gid] = row?.split(':').slice(2, 4) ?? []
    // macOS writes -2 for the largest but one.
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }
  } catch {
    // No such file: the number below is the kernel's own nobody.
  }
  return { uid: 65534, gid: 65534 }
}

/** The first directory on the way to one of the two paths that `identity` may not enter; null if it may enter all. */
function closedDirectory(postgres: string, path: string, identity: Identity): string | null {
  return [...ancestors(postgres), ...ancestors(path)].find((directory) => !mayEnter(directory, identity)) ?? null
}

/** By owner and mode; whoever has a directory's group beside its own one is taken for a stranger. */
export function mayEnter(directory: string, identity: Identity): boolean {
  const { mode, uid, gid } = statSync(directory)
  return (mode & (uid === identity.uid ? 0o100 : gid === identity.gid ? 0o010 : 0o001)) !== 0
}

function ancestors(path: string): string[] {
  const parent = dirname(path)
  return parent === path ? [] : [...ancestors(parent), parent]
}

/** Gives a directory and all below it to `identity`. */
export function handOver(path: string, identity: Identity): void {
  chownSync(path, identity.uid, identity.gid)
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name)
    if (entry.isDirectory()) handOver(child, identity)
    else lchownSync(child, identity.uid, identity.gid)
  }
}
