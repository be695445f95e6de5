import { once } from 'node:events'
import { createReadStream, createWriteStream, mkdtempSync, type WriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { ImportOutcome } from '../../core/index.ts'

/** The hierarchy of a row whose names were nobody's when it was taken. */
export interface LaterRow {
  readonly line: number
  /** What was counted of it already. */
  readonly status: Exclude<ImportOutcome['status'], 'failed'>
  readonly row: { readonly uid: string } & Readonly<Record<string, unknown>>
}

/** Rows that wait until all others are there: in a file, because there may be as many as people. */
export class LaterRows {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'rollcall-import-'))
  readonly #path = path.join(this.#folder, 'later.ndjson')
  readonly #file: WriteStream = createWriteStream(this.#path, { mode: 0o600 })

  async add(row: LaterRow): Promise<void> {
    if (!this.#file.write(`${JSON.stringify(row)}\n`)) await once(this.#file, 'drain')
  }

  async *all(): AsyncIterable<LaterRow> {
    this.#file.end()
    await once(this.#file, 'close')
    // Our own lines.
    for await (const line of createInterface({ input: createReadStream(this.#path) })) yield JSON.parse(line)
  }

  async remove(): Promise<void> {
    this.#file.destroy()
    await rm(this.#folder, { recursive: true, force: true })
  }
}
