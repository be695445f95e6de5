import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import type { DirectoryError } from '../../core/index.ts'
import { badArgument, tell } from '../command.ts'
import { written } from '../seed/progress.ts'
import { isObject } from './entries.ts'

/** A row that did not go in. */
export interface Failure {
  readonly line: number
  readonly error: DirectoryError | string
  /** As it was read, where it could be. */
  readonly row?: unknown
}

/** Failures that are told one by one on standard error; the others are counted. */
const mostTold = 50
/** Between two lines of progress, in milliseconds. */
const pause = 5000

/** Counts what becomes of rows, and tells it on standard error. */
export class Report {
  created = 0
  changed = 0
  unchanged = 0
  failed = 0
  readonly #began = performance.now()
  readonly #file: WriteStream | null
  #told = performance.now()

  private constructor(file: WriteStream | null) {
    this.#file = file
  }

  /** `path` names the file that failures go to. Throws `CommandError` where it can't be written. */
  static async open(path: string | undefined): Promise<Report> {
    if (path === undefined) return new Report(null)
    // Rows hold people's data: nobody else's to read.
    const file = createWriteStream(path, { mode: 0o600 })
    try {
      await once(file, 'open')
    } catch (error) {
      throw badArgument(`--errors: ${error instanceof Error ? error.message : String(error)}`)
    }
    return new Report(file)
  }

  async failure({ line, error, row }: Failure): Promise<void> {
    this.failed += 1
    const { field, reason, code } = reasonOf(error)
    if (this.failed <= mostTold) tell(`line ${line}: ${field === undefined ? '' : `${field}: `}${reason}`)
    if (this.failed === mostTold + 1) {
      tell(
        this.#file === null
          ? 'Further failed rows are not told: --errors FILE keeps all of them.'
          : 'Further failed rows are in the file of --errors.',
      )
    }
    if (this.#file === null) return
    const shown = isObject(row) ? withoutPassword(row) : row
    const text = JSON.stringify({
      line,
      ...(field !== undefined && { field }),
      code,
      reason,
      ...(row !== undefined && { row: shown }),
    })
    if (!this.#file.write(`${text}\n`)) await once(this.#file, 'drain')
  }

  get rows(): number {
    return this.created + this.changed + this.unchanged + this.failed
  }

  /** Now and then; `share` of the file has been read, `null` where nobody knows. */
  progress(share: number | null): void {
    if (performance.now() - this.#told < pause) return
    this.#told = performance.now()
    tell(`${share === null ? '' : `${Math.floor(share * 100)} %  `}${this.#counts()}`)
  }

  summary(): string {
    return this.#counts()
  }

  #counts(): string {
    const seconds = (performance.now() - this.#began) / 1000
    const { created, changed, unchanged, failed, rows } = this
    const counts = `${written(created)} created, ${written(changed)} changed, ${written(unchanged)} unchanged, ${written(failed)} failed`
    return `${counts} (${written(rows)} rows in ${seconds.toFixed(1)} s, ${written(rows / seconds)} a second)`
  }

  async close(): Promise<void> {
    if (this.#file === null) return
    this.#file.end()
    await once(this.#file, 'close')
  }
}

function withoutPassword({ password: _secret, ...row }: Record<string, unknown>): Record<string, unknown> {
  return row
}

function reasonOf(error: DirectoryError | string): { field?: string; reason: string; code: string } {
  if (typeof error === 'string') return { reason: error, code: 'unreadable' }
  const { field, reason } = error.detail
  return { ...(field !== undefined && { field }), reason: reason ?? error.message, code: error.code }
}
