import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Binaries } from './binaries.ts'
import type { DataDirectory } from './data-directory.ts'
import { openLog, readLog } from './log-file.ts'
import { lifeOf } from './processes.ts'
import { invocation, type Rights } from './rights.ts'
import { settingArguments } from './settings.ts'

/** A postmaster that this process started. */
export type Postmaster = {
  readonly running: boolean
  /** Why it ended, if that would happen again; undefined while it runs and where another try is worth it. */
  readonly failure: string | undefined
  stop(): Promise<void>
}

// Another postmaster has the cluster, or parts of one that was killed are still about.
const lostRace = /lock file ".*" (already exists|is empty)|pre-existing shared memory block/

// Fast shutdown writes what is in memory and takes well under a second; immediate shutdown leaves a recovery for the
// next start; the last one is for a process that was suspended.
const stopSignals = [
  { signal: 'SIGINT', waitMs: 10_000 },
  { signal: 'SIGQUIT', waitMs: 6_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
] as const

/** Ends a postmaster by ever harder signals; `gone` says whether it has ended. */
export async function stopPostmaster(pid: number, gone: () => boolean): Promise<void> {
  for (const { signal, waitMs } of stopSignals) {
    if (gone()) return
    try {
      process.kill(pid, signal)
    } catch {
      return
    }
    const deadline = Date.now() + waitMs
    while (!gone() && Date.now() < deadline) await sleep(5)
  }
}

/** Call it on the main thread: on Linux the database ends with the thread that started it. */
export function startPostmaster(
  directory: DataDirectory,
  binaries: Binaries,
  rights: Rights,
  durable: boolean,
): Postmaster {
  const { file, args, options } = invocation(rights, binaries.postgres, [
    ...['-D', directory.cluster],
    ...settingArguments({ socketDir: directory.sockets, durable, owner: lifeOf(process.pid) }),
  ])
  const log = openLog(directory.log, rights.identity)
  let child: ChildProcess
  try {
    // A process group of its own: Ctrl-C in the terminal must reach us alone, or the database ends before we drained.
    child = spawn(file, args, { ...options, detached: true, stdio: ['ignore', log.handle, log.handle] })
  } finally {
    closeSync(log.handle)
  }
  let running = true
  let ending: string | undefined
  child.once('exit', (code) => {
    running = false
    // Ended by a signal or an orderly stop: somebody else's doing.
    if (code !== null && code !== 0) ending = `exit code ${code}`
  })
  child.once('error', (error) => {
    running = false
    ending = error.message
  })
  // A process that forgets to close its database must still be able to end.
  child.unref()

  return {
    get running() {
      return running
    },
    get failure() {
      return lostRace.test(readLog(directory.log, log.size)) ? undefined : ending
    },
    async stop() {
      if (child.pid === undefined) return
      child.ref()
      await stopPostmaster(child.pid, () => !running)
    },
  }
}
