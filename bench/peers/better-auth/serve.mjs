// Started where better-auth is installed. Prints nothing; its first start makes the tables.
import { createServer } from 'node:http'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import { admin, bearer } from 'better-auth/plugins'
import pg from 'pg'

const { HOST: host, PORT: port, DATABASE_URL: connectionString } = process.env
const text = { type: 'string', required: false }
const kept = new Map()
const options = {
  baseURL: `http://${host}:${port}`,
  secret: 'a secret of the benchmark, which guards nothing',
  database: new pg.Pool({ connectionString, max: 10 }),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  logger: { disabled: true },
  telemetry: { enabled: false },
  // Its admin routes do without the cookie cache. Where its documentation has Redis, memory: one process runs.
  secondaryStorage: {
    get: (key) => kept.get(key) ?? null,
    set: (key, value) => void kept.set(key, value),
    delete: (key) => void kept.delete(key),
  },
  plugins: [admin(), bearer()],
  user: {
    additionalFields: {
      username: text,
      givenNames: text,
      familyName: text,
      secondFamilyName: text,
      displayName: text,
      phone: text,
      jobTitle: text,
      language: text,
      active: { type: 'boolean', required: false },
      tags: { type: 'string[]', required: false },
    },
  },
}
await (await getMigrations(options)).runMigrations()
createServer(toNodeHandler(betterAuth(options))).listen(Number(port), host)
