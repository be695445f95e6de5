import pg from 'pg'

/** What hands out the end of a test: a test's context, or `{ after }` of `node:test` for a whole file. */
type Scope = { after(cleanUp: () => Promise<void>): void }

let count = 0

/**
 * A fresh, migrated, empty database, dropped at the end of the test (with whatever is still connected to it).
 *
 * In a test: `const connection = await testDatabase(t)`. For a file, in its `before` or at its top level:
 * `import { after } from 'node:test'` and `const connection = await testDatabase({ after })`.
 */
export async function testDatabase(scope: Scope): Promise<pg.ClientConfig> {
  const server = testServer()
  count += 1
  const database = `rollcall_test_${process.pid}_${count}`
  // file_copy is the faster strategy for a small template on a server that does not sync.
  await run(server, `create database ${database} template rollcall_template strategy file_copy`)
  scope.after(() => run(server, `drop database if exists ${database} with (force)`))
  return { ...server, database }
}

async function run(server: pg.ClientConfig, statement: string): Promise<void> {
  const client = new pg.Client(server)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

function testServer(): pg.ClientConfig {
  const text = process.env.ROLLCALL_TEST_DATABASE
  if (text === undefined) {
    throw new Error(
      'No test database: run "npm test", or one file with ' +
        '"node --test --test-global-setup=packages/server/test/global-setup.ts FILE".',
    )
  }
  return { ...JSON.parse(text), application_name: `rollcall test ${process.pid}` }
}
