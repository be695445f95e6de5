import { closeSync, fchmodSync, fchownSync, fstatSync, openSync, readSync, renameSync, statSync } from 'node:fs'
import type { Identity } from './rights.ts'

const maxBytes = 10 * 2 ** 20

/** Opens the database's log for appending (mode 0600); one that has grown beyond 10 MiB becomes `<path>.1`. */
export function openLog(path: string, owner: Identity | null): { handle: number; size: number } {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > maxBytes) renameSync(path, `${path}.1`)
  const handle = openSync(path, 'a', 0o600)
  fchmodSync(handle, 0o600)
  // So that the owner can also start it without root's help.
  if (owner !== null) fchownSync(handle, owner.uid, owner.gid)
  return { handle, size: fstatSync(handle).size }
}

/** What was written to the log from byte `offset` on; at most the last 64 KiB of it. */
export function readLog(path: string, offset = 0): string {
  let handle: number
  try {
    handle = openSync(path, 'r')
  } catch {
    return ''
  }
  try {
    const { size } = fstatSync(handle)
    const start = Math.max(offset > size ? 0 : offset, size - 65_536)
    const buffer = Buffer.alloc(size - start)
    return buffer.toString('utf8', 0, readSync(handle, buffer, 0, buffer.length, start))
  } finally {
    closeSync(handle)
  }
}

/** The last ten lines, for an error's message. */
export function lastLines(path: string): string {
  return readLog(path).trimEnd().split('\n').slice(-10).join('\n')
}
