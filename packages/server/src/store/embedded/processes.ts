import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Whether a process with this id exists, whoever owns it. A dead one that nobody has reaped yet counts as alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** A process's arguments joined by spaces; empty for one that is gone, unreaped, or hidden from us. */
export function commandLine(pid: number): string {
  if (process.platform !== 'linux') {
    return spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? ''
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

/**
 * Names one life of a process: `<pid>` or, on Linux, `<pid>:<start>` with its start in clock ticks since boot, because
 * ids are used again (after a reboot, and in containers nearly always).
 */
export function lifeOf(pid: number): string {
  if (process.platform !== 'linux') return String(pid)
  try {
    // The second field is the program's name in parentheses and may hold anything; the start is the 22nd.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return `${pid}:${fields[19]}`
  } catch {
    return String(pid)
  }
}

/** Whether the process that `lifeOf` named still lives. */
export function stillLives(life: string): boolean {
  const pid = Number.parseInt(life, 10)
  return pid > 0 && isAlive(pid) && lifeOf(pid) === life
}
