import { readFile } from 'node:fs/promises'
import { constants, getPriority, setPriority } from 'node:os'
import type pg from 'pg'

/** Steps below everybody else: a quarter of the processor beside somebody who wants all of it. */
const steps = 5

/**
 * Puts the database's process behind a connection after everybody else's, where it runs on this machine and the system lets us.
 * Beside 32 connections of deep offsets or many filters, 99 % of others take 0.8 to 1.2 times as long as without them; they took
 * ten times as long. Elsewhere the number of such connections alone bounds what they take.
 */
export async function giveWay(client: pg.ClientBase & { readonly host?: string }): Promise<void> {
  // The driver knows the process; its types do not say so.
  if (process.platform !== 'linux' || client.host?.startsWith('/') !== true || !('processID' in client)) return
  const pid = Number(client.processID)
  try {
    // A database in a container counts its processes for itself: what has its number here may be anybody.
    if (!(await readFile(`/proc/${pid}/cmdline`, 'utf8')).startsWith('postgres: ')) return
    setPriority(pid, Math.min(constants.priority.PRIORITY_LOW, getPriority(pid) + steps))
  } catch {
    // It is one that we may not touch, or it has ended.
  }
}
