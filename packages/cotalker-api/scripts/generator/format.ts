import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'

const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome')

/** As the repository's formatter writes it, so that generated sources read like the others. */
export function formatted(file: string, code: string): string {
  const run = spawnSync(process.execPath, [biome, 'format', `--stdin-file-path=${file}`], {
    input: code,
    encoding: 'utf8',
  })
  if (run.status !== 0) throw new Error(`${file} could not be formatted: ${run.stderr}`)
  return run.stdout
}
