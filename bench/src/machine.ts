import { spawnSync } from 'node:child_process'
import { cpus, totalmem } from 'node:os'

/** Where the pieces run. */
export interface Placing {
  /** What to put before a command so that it runs on the servers' core; empty where that cannot be had. */
  readonly pin: readonly string[]
  /** Likewise, so that it runs on every core. */
  readonly everyCore: readonly string[]
  /** Lets a process start others on every core while this work is under way. */
  readonly spread: <T>(pid: number, work: () => Promise<T>) => Promise<T>
  /** In words, for the tables. */
  readonly told: string
}

const has = (program: string) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0

/**
 * Puts this process, which makes the load, on the second core, and says how servers get onto the first: servers and the
 * database share it, as on the smallest machine that one rents.
 */
export function place(): Placing {
  // Children end with this process however that ends.
  const guard = process.platform === 'linux' && has('setpriv') ? ['setpriv', '--pdeathsig', 'TERM'] : []
  const cores = cpus().length
  const unpinned = (why: string): Placing => ({
    pin: guard,
    everyCore: guard,
    spread: (_pid, work) => work(),
    told: `not pinned: ${why}`,
  })
  if (cores < 2 || !has('taskset')) return unpinned(cores < 2 ? 'one core only' : 'there is no taskset')
  const pinned = spawnSync('taskset', ['-a', '-c', '-p', '1', String(process.pid)], { stdio: 'ignore' })
  if (pinned.status !== 0) return unpinned('taskset is not allowed here')
  const [first, every] = ['0', `0-${cores - 1}`]
  const put = (pid: number, where: string) =>
    spawnSync('taskset', ['-a', '-c', '-p', where, String(pid)], { stdio: 'ignore' })
  return {
    pin: [...guard, 'taskset', '-c', first],
    everyCore: [...guard, 'taskset', '-c', every],
    spread: async (pid, work) => {
      put(pid, every)
      try {
        return await work()
      } finally {
        put(pid, first)
      }
    },
    told: 'servers and PostgreSQL on core 0, the load on core 1',
  }
}

/** What the figures depend on, in words. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memory: string
  readonly system: string
  readonly node: string
  readonly postgres: string
  readonly placing: string
  readonly revision: string
}

export function describeMachine(postgres: string, placing: string): Machine {
  const [first] = cpus()
  return {
    cpu: first?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    system: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    postgres,
    placing,
    revision: revision(),
  }
}

/** The commit that is measured, `+` where files differ from it. */
function revision(): string {
  const git = (...args: string[]) =>
    spawnSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).stdout?.trim() ?? ''
  const commit = git('rev-parse', '--short', 'HEAD')
  return commit === ''
    ? 'unknown'
    : `${commit}${git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '+'}`
}
