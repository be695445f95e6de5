import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import Fastify from 'fastify'
import pg from 'pg'
import { type Caller, createLogger, noteErrors, requestLogOptions } from '../src/http/logging.ts'
import { requestIdOptions } from '../src/http/request-id.ts'
import { testDatabase } from './database.ts'

const secret = 'correct-horse-battery-staple'

/** An application with the server's logging, and the lines that it wrote, parsed. */
function loggedApp(caller?: Caller, level = 'info') {
  const written: string[] = []
  const logger = createLogger({ level, target: { write: (line) => void written.push(line) } })
  const app = Fastify({
    loggerInstance: logger,
    ...requestLogOptions(level, () => caller),
    ...requestIdOptions(() => 'made-here'),
  })
  noteErrors(app)
  const lines = () => written.map((line): Record<string, unknown> => JSON.parse(line))
  return { app, logger, lines, text: () => written.join('') }
}

/** A line without what differs from run to run, once that has been looked at. */
function steady({ time, ms, ...rest }: Record<string, unknown> = {}) {
  assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  assert.ok(ms === undefined || (typeof ms === 'number' && ms >= 0))
  return rest
}

test('a request is one line: its pattern, never its URL, and who sent it', async () => {
  const { app, lines } = loggedApp({ credentialId: '5f0000000000000000000001', tenantId: '5f0000000000000000000002' })
  app.get('/v3/apikeys/:key', () => ({}))
  await app.inject({ url: `/v3/apikeys/${secret}?token=${secret}`, headers: { 'x-request-id': 'abc-1' } })

  assert.deepEqual(lines().map(steady), [
    {
      level: 'info',
      requestId: 'abc-1',
      method: 'GET',
      route: '/v3/apikeys/:key',
      status: 200,
      credentialId: '5f0000000000000000000001',
      tenantId: '5f0000000000000000000002',
      msg: 'request',
    },
  ])
})

test('a request that matches nothing, and an unknown caller', async () => {
  const { app, lines } = loggedApp()
  await app.inject({ method: 'POST', url: `/nothing/${secret}` })

  assert.deepEqual(lines().map(steady), [
    { level: 'info', requestId: 'made-here', method: 'POST', route: 'unmatched', status: 404, msg: 'request' },
  ])
})

test('no secret of a header, query, path or body reaches the log, whatever becomes of the request', async () => {
  const { app, text } = loggedApp(undefined, 'trace')
  app.post('/ok/:key', () => ({}))
  app.post('/boom/:key', () => {
    throw new Error('out of order')
  })
  app.post('/logs/:key', (request) => {
    request.log.info({ req: request, headers: request.headers, body: request.body }, 'whole')
    return {}
  })
  app.post('/checked/:key', { schema: { body: { type: 'object', required: ['email'] } } }, () => ({}))

  for (const path of ['ok', 'boom', 'logs', 'checked', 'missing']) {
    const reply = await app.inject({
      method: 'POST',
      url: `/${path}/${secret}?apikey=${secret}&password=${secret}`,
      headers: {
        authorization: `Bearer ${secret}`,
        'x-auth-token': secret,
        apikey: secret,
        authtoken: secret,
        cookie: `session=${secret}`,
      },
      payload: {
        password: secret,
        token: secret,
        nested: [{ secret, deep: { authToken: secret, apiKey: secret } }],
        patch: { op: 'replace', path: '/password', value: secret },
      },
    })
    assert.ok(reply.statusCode > 0)
  }
  assert.match(text(), /"msg":"whole"/)
  assert.doesNotMatch(text(), new RegExp(secret))
})

test('an error behind a 5xx is in the log with its stack, whoever answers it, and not in the reply', async () => {
  const { app, lines } = loggedApp()
  await app.register(async (dialect) => {
    dialect.setErrorHandler((_error, _request, reply) => reply.code(500).send({ success: false }))
    dialect.get('/boom', async () => {
      throw Object.assign(new Error('the disk is full'), { query: { password: secret } })
    })
  })
  const reply = await app.inject('/boom')

  assert.deepEqual(reply.json(), { success: false })
  const [line] = lines()
  const { err, ...rest } = steady(line)
  assert.deepEqual(rest, {
    level: 'error',
    requestId: 'made-here',
    method: 'GET',
    route: '/boom',
    status: 500,
    msg: 'request failed',
  })
  assert.ok(typeof err === 'object' && err !== null && 'stack' in err)
  const { stack, ...fields } = err
  assert.match(String(stack), /^Error: the disk is full\n.*http-logging\.test\.ts/)
  assert.deepEqual(fields, { type: 'Error', message: 'the disk is full', query: { password: '[hidden]' } })
})

describe('an error of PostgreSQL is told without the values of the row or statement', async () => {
  const client = new pg.Client(await testDatabase({ after }))
  // The database may be dropped first, with whatever is still connected to it.
  client.on('error', () => {})
  before(async () => {
    await client.connect()
  })
  after(() => client.end())
  const value = 'ada@example.com'
  const failures: Record<string, [statement: string, message: string]> = {
    'of a unique value': [
      `create temporary table people (email text primary key, check (email <> '')); insert into people values ('${value}'), ('${value}')`,
      'duplicate key value violates unique constraint "people_pkey"',
    ],
    'of a row that a check refuses': [
      `create temporary table others (email text constraint short check (length(email) < 3)); insert into others values ('${value}')`,
      'new row for relation "others" violates check constraint "short"',
    ],
    'of a function': [`do $$ begin raise exception 'no' using detail = '${value}', hint = '${value}'; end $$`, 'no'],
    'of a text that is no number': [`select '${value}'::int`, 'invalid input syntax for type integer: [hidden]'],
    'of a JSON text': [`select '"${value}'::jsonb`, 'invalid input syntax for type json'],
  }
  for (const [name, [statement, message]] of Object.entries(failures)) {
    test(name, async () => {
      const { logger, lines, text } = loggedApp()
      const error = await client.query(statement).catch((reason: unknown) => reason)
      assert.ok(error instanceof pg.DatabaseError)
      logger.error({ err: error }, 'alone')
      logger.error({ err: new AggregateError([error], 'several') }, 'within')
      assert.doesNotMatch(text(), new RegExp(value))
      const { err } = lines()[0] ?? {}
      assert.ok(typeof err === 'object' && err !== null)
      const { stack, ...fields } = Object.fromEntries(Object.entries(err))
      assert.ok(String(stack).startsWith(`error: ${message}\n    at `), String(stack))
      const { code, severity, schema, table, constraint } = error
      const told = { type: 'DatabaseError', message, code, severity, schema, table, constraint }
      assert.deepEqual(fields, JSON.parse(JSON.stringify(told)))
    })
  }
})

test('an error that becomes a 4xx leaves no stack', async () => {
  const { app, lines } = loggedApp()
  app.get('/refused', () => {
    throw Object.assign(new Error('no'), { statusCode: 403 })
  })
  await app.inject('/refused')

  assert.deepEqual(lines().map(steady), [
    { level: 'info', requestId: 'made-here', method: 'GET', route: '/refused', status: 403, msg: 'request' },
  ])
})

test('above info only failures are written, and silent writes nothing', async () => {
  for (const [level, expected] of [
    ['warn', ['request failed']],
    ['silent', []],
  ] as const) {
    const { app, lines } = loggedApp(undefined, level)
    app.get('/ok', () => ({}))
    app.get('/boom', () => {
      throw new Error('out of order')
    })
    await app.inject('/ok')
    await app.inject('/boom')
    assert.deepEqual(
      lines().map((line) => line.msg),
      expected,
    )
  }
})

test('what holds no secret is written as it is', () => {
  const { logger, lines } = loggedApp()
  const at = new Date(0)
  logger.info({ at, list: [1, { a: null }], user: { id: '1', tokens: 2 }, patch: { path: '/name', value: 'Ada' } }, 'x')

  assert.deepEqual(lines().map(steady), [
    {
      level: 'info',
      at: '1970-01-01T00:00:00.000Z',
      list: [1, { a: null }],
      user: { id: '1', tokens: 2 },
      patch: { path: '/name', value: 'Ada' },
      msg: 'x',
    },
  ])
})

test('a circular object can be logged', () => {
  const { logger, lines } = loggedApp()
  const loop: Record<string, unknown> = { password: secret }
  loop.self = loop
  logger.info({ loop }, 'round')
  assert.equal(steady(lines()[0]).msg, 'round')
  assert.doesNotMatch(JSON.stringify(lines()), new RegExp(secret))
})
