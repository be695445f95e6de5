import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Whether the id is in use, if only by a dead process that its parent has not yet reaped. PostgreSQL looks no further. */
export function isTaken(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Whether a process with this id lives, whoever owns it. */
export function isAlive(pid: number): boolean {
  return isTaken(pid) && statOf(pid)?.[0] !== 'Z'
}

/** The fields of `/proc/<pid>/stat` from the third (the state) on; null where there is no such file. */
function statOf(pid: number): string[] | null {
  if (process.platform !== 'linux') return null
  try {
    // The second field is the program's name in parentheses and may hold anything.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? null
  } catch {
    return null
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
  // The start is the 22nd field.
  const start = statOf(pid)?.[19]
  return start === undefined ? String(pid) : `${pid}:${start}`
}

/** Whether the process that `lifeOf` named still lives. */
export function stillLives(life: string): boolean {
  const pid = Number.parseInt(life, 10)
  return pid > 0 && isAlive(pid) && lifeOf(pid) === life
}
