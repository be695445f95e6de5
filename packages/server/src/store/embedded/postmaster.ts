import { existsSync, linkSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { DataDirectory } from './data-directory.ts'
import { commandLine, isAlive, isTaken } from './processes.ts'

/** The id of this cluster's living postmaster, whoever started it, even while it starts or stops; null if none lives. */
export function runningPostmaster(directory: DataDirectory): number | null {
  const pid = firstLine(pidFile(directory))
  return pid !== null && isAlive(pid) && isOurs(directory, pid) ? pid : null
}

/** Where the living postmaster of this cluster has its socket; null if none lives. */
export function runningSockets(directory: DataDirectory): string | null {
  if (runningPostmaster(directory) === null) return null
  // Line 5 of postmaster.pid; a process with another TMPDIR may have chosen another place than we would.
  const sockets = read(pidFile(directory))?.split('\n')[4]?.trim()
  return sockets !== undefined && sockets !== '' && existsSync(sockets) ? sockets : null
}

/**
 * Removes lock files that a killed database left and whose process id now belongs to something else. PostgreSQL would
 * refuse to start for as long as that one lives; files that name dead processes it removes itself.
 */
export function removeStaleLocks(directory: DataDirectory): void {
  for (const file of [pidFile(directory), join(directory.sockets, '.s.PGSQL.5432.lock')]) {
    const pid = firstLine(file)
    const isStale = pid === null ? wasLeftEmpty(file) : isTaken(pid) && !isOurs(directory, pid)
    if (isStale) removeIfFirstLineIs(file, pid)
  }
}

/** A starting postmaster writes its file within a moment of making it; a kill in between leaves one that stays empty. */
function wasLeftEmpty(file: string): boolean {
  const found = statSync(file, { throwIfNoEntry: false })
  return found !== undefined && found.mtimeMs < Date.now() - 2_000
}

/** Takes the file away first and looks then, because another start may have replaced it since we read it. */
function removeIfFirstLineIs(file: string, pid: number | null): void {
  const aside = `${file}.stale-${process.pid}`
  try {
    renameSync(file, aside)
    if (firstLine(aside) !== pid) linkSync(aside, file)
  } catch {
    // Another start removed it, or put a new one in its place.
  }
  rmSync(aside, { force: true })
}

function isOurs(directory: DataDirectory, pid: number): boolean {
  return commandLine(pid).includes(`-D ${directory.cluster} `)
}

function pidFile(directory: DataDirectory): string {
  return join(directory.cluster, 'postmaster.pid')
}

function firstLine(file: string): number | null {
  const pid = Math.abs(Number.parseInt(read(file) ?? '', 10))
  return pid > 0 ? pid : null
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
