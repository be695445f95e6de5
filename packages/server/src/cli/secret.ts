import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Config } from '../config.ts'
import { CommandError } from './command.ts'

/** As for ROLLCALL_SECRET, in characters. */
const shortest = 32

/**
 * The server's secret: from the configuration, or made once into the data directory, readable by its owner alone.
 * Throws `CommandError` where it can be neither read nor made.
 */
export async function serverSecret({ secret, dataDir }: Config): Promise<string> {
  if (secret !== null) return secret
  const path = join(dataDir, 'secret')
  let found: string
  try {
    found = await madeOnce(path, () => randomBytes(32).toString('base64url'))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandError(`The server's secret ${path} can not be used (${reason}).`)
  }
  if (found.length >= shortest) return found
  throw new CommandError(
    `The server's secret ${path} has under ${shortest} characters, so it is not what was written. ` +
      'Restore it from a backup, or remove it: a new one is made, and everybody logs in again.',
  )
}

/** The text of a file that only its owner can read; made by whoever is first to look for it, however many look at once. */
export async function madeOnce(path: string, make: () => string): Promise<string> {
  const there = await readIfThere(path)
  if (there !== null) return there
  const folder = dirname(path)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const draft = `${path}.${process.pid}`
  await writeFile(draft, `${make()}\n`, { mode: 0o600, flush: true })
  try {
    // Unlike a rename, a link never replaces what a process that was first has made.
    await link(draft, path)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    await rm(draft, { force: true })
  }
  await syncDirectory(folder)
  return (await readFile(path, 'utf8')).trim()
}

/** So that a power cut right after does not take the name away again, and with it every token handed out since. */
async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

export async function readIfThere(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
