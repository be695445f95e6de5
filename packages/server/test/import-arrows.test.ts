import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { before, test } from 'node:test'

/**
 * The arrows of docs/architecture.md, as biome.json states them: each file below is written with its imports into an
 * empty copy of the tree, and the linter is asked which of them it refuses.
 */
const cases: Record<string, { allowed: string[]; refused: string[] }> = {
  'core/user.ts': {
    allowed: ['./errors.ts', './verbs/create-user.ts', 'typebox', 'typebox/value'],
    refused: [
      '../store/users.ts',
      '../dialects/cotalker/fields.ts',
      '../http/logging.ts',
      '../worker/sweeper.ts',
      '../crypto/passwords.ts',
      '../config.ts',
      '../wire.ts',
      './../store/users.ts',
      'node:crypto',
      'fs',
      'fastify',
      'kysely',
      '@node-rs/argon2',
    ],
  },
  'core/verbs/create-user.ts': {
    allowed: ['../errors.ts', './update-user.ts', 'typebox'],
    refused: ['../../store/users.ts', '../../dialects/dialect.ts', '../../config.ts', 'node:crypto', 'pg'],
  },
  'store/users.ts': {
    allowed: ['./tx.ts', './embedded/server.ts', '../core/index.ts', 'kysely', 'pg', 'node:fs'],
    refused: [
      '../core/user.ts',
      '../core/verbs/create-user.ts',
      '../dialects/dialect.ts',
      '../http/health.ts',
      '../config.ts',
      '../wire.ts',
      'fastify',
    ],
  },
  'store/embedded/server.ts': {
    allowed: ['../database.ts', './process.ts', '../../core/index.ts', 'node:child_process'],
    refused: ['../../core/errors.ts', '../../app.ts', '../../config.ts', '../../dialects/index.ts'],
  },
  'crypto/passwords.ts': {
    allowed: ['../core/index.ts', './ids.ts', '@node-rs/argon2', 'jose', 'node:crypto'],
    refused: ['../core/ports.ts', '../store/tokens.ts', '../dialects/dialect.ts', '../config.ts', 'pg', 'fastify'],
  },
  'mail/smtp.ts': {
    allowed: ['../core/index.ts', './outbox.ts', 'nodemailer', 'node:fs/promises'],
    refused: ['../core/ports.ts', '../store/tx-mails.ts', '../dialects/dialect.ts', '../config.ts', 'pg', 'fastify'],
  },
  'http/health.ts': {
    allowed: ['./logging.ts', '../core/index.ts', 'fastify', 'node:perf_hooks'],
    refused: [
      '../core/errors.ts',
      '../store/database.ts',
      '../dialects/dialect.ts',
      '../config.ts',
      '../app.ts',
      'pg',
      'kysely',
    ],
  },
  'worker/sweeper.ts': {
    allowed: ['../core/index.ts', './delivery.ts'],
    refused: ['../core/events.ts', '../store/events.ts', '../http/health.ts', '../wire.ts', 'pg-copy-streams'],
  },
  'dialects/index.ts': {
    allowed: ['./dialect.ts', './cotalker/index.ts', '../core/index.ts'],
    refused: ['../core/user.ts', '../store/users.ts', '../app.ts'],
  },
  'dialects/_kit/rendered-users.ts': {
    allowed: ['./time.ts', '../../core/index.ts', 'typebox'],
    refused: ['../cotalker/presenter.ts', '../../core/user.ts', '../../store/users.ts', '../../http/health.ts'],
  },
  'dialects/cotalker/routes.ts': {
    allowed: [
      './schemas.ts',
      './routes/users.ts',
      '../_kit/query-list.ts',
      '../dialect.ts',
      '../../core/index.ts',
      'fastify',
      'typebox',
    ],
    refused: [
      '../rocketchat/presenter.ts',
      '../index.ts',
      '../../core/policy.ts',
      '../../store/users.ts',
      '../../store/index.ts',
      '../../http/logging.ts',
      '../../crypto/ids.ts',
      '../../config.ts',
      '../../wire.ts',
      '../../app.ts',
      'pg',
      'kysely',
    ],
  },
  'dialects/cotalker/routes/users.ts': {
    allowed: ['../schemas.ts', './roles.ts', '../../_kit/query-list.ts', '../../dialect.ts', '../../../core/index.ts'],
    refused: ['../../rocketchat/fields.ts', '../../../core/user.ts', '../../../store/users.ts', 'kysely'],
  },
  'config.ts': { allowed: ['node:path'], refused: ['./wire.ts', './app.ts', './main.ts', './cli/start.ts'] },
  'app.ts': {
    allowed: ['./dialects/index.ts', './http/health.ts', './core/index.ts', './config.ts'],
    refused: ['./main.ts', './cli/start.ts', './wire.ts'],
  },
  'wire.ts': { allowed: ['./store/users.ts', './crypto/ids.ts'], refused: ['./main.ts', './cli/start.ts', './app.ts'] },
  'openapi.ts': { allowed: ['./app.ts', './wire.ts'], refused: ['./main.ts', './cli/start.ts'] },
  'main.ts': { allowed: ['./cli/start.ts', './config.ts'], refused: ['./wire.ts', './app.ts'] },
  'cli/start.ts': { allowed: ['../wire.ts', '../app.ts', '../config.ts', './seed.ts'], refused: ['../main.ts'] },
  'dialects/cotalker/conformance.test.ts': { allowed: ['../../app.ts', '../rocketchat/index.ts'], refused: [] },
}

const root = path.join(import.meta.dirname, '../../..')
const biome = path.join(root, 'node_modules/.bin/biome')
const source = 'packages/server/src'
const reported = new Map<string, Set<string>>()

before(() => {
  const copy = realpathSync(mkdtempSync(path.join(tmpdir(), 'rollcall-arrows-')))
  cpSync(path.join(root, 'biome.json'), path.join(copy, 'biome.json'))
  for (const [file, { allowed, refused }] of Object.entries(cases)) {
    const target = path.join(copy, source, file)
    mkdirSync(path.dirname(target), { recursive: true })
    writeFileSync(target, [...allowed, ...refused].map((name) => `import '${name}'\n`).join(''))
  }
  for (const { file, line } of restrictedImports(copy)) {
    const { allowed, refused: wanted } = cases[file] ?? { allowed: [], refused: [] }
    const lines = reported.get(file) ?? new Set()
    reported.set(file, lines.add([...allowed, ...wanted][line - 1] ?? `line ${line}`))
  }
  rmSync(copy, { recursive: true })
})

/** Where the linter reports `noRestrictedImports`: file below the source folder, and line from 1. */
function restrictedImports(cwd: string): { file: string; line: number }[] {
  let report = ''
  try {
    const args = [
      'lint',
      '--vcs-enabled=false',
      '--only=style/noRestrictedImports',
      '--max-diagnostics=none',
      '--reporter=github',
      source,
    ]
    report = execFileSync(biome, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    // It leaves with 1 when it found something, which is what this file is about.
    if (!(error instanceof Error && 'stdout' in error && typeof error.stdout === 'string')) throw error
    report = error.stdout
  }
  return [...report.matchAll(/noRestrictedImports,file=([^,]+),line=(\d+)/g)].map(([, file = '', line]) => ({
    file: path.relative(path.resolve(cwd, source), path.resolve(cwd, file)),
    line: Number(line),
  }))
}

for (const [file, { refused: wanted }] of Object.entries(cases)) {
  test(`${file} may import only what its arrows allow`, () => {
    assert.deepEqual([...(reported.get(file) ?? [])].sort(), [...wanted].sort())
  })
}
