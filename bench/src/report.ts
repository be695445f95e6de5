import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Effort, Line } from './bench.ts'
import { repository } from './children.ts'
import type { Dataset } from './dataset.ts'
import type { Machine } from './machine.ts'

/** A row with what it gave. */
export interface Measured {
  readonly name: string
  readonly title: string
  readonly told: string
  readonly seconds: number
  readonly lines: readonly Line[]
  /** Why there are no lines; `null` where it ran. */
  readonly failure: string | null
}

/** One run. */
export interface Report {
  /** What was typed. */
  readonly command: string
  readonly at: string
  readonly machine: Machine
  readonly effort: Effort
  readonly dataset: Dataset
  readonly rows: readonly Measured[]
}

/** Gives the file. */
export async function writeReport(report: Report): Promise<string> {
  const directory = join(repository, 'bench/results')
  await mkdir(directory, { recursive: true })
  const path = join(directory, `${report.at.replaceAll(/[:.]/g, '-')}-${report.effort.name}.json`)
  await writeFile(path, `${JSON.stringify(report, null, 2)}\n`)
  return path
}
