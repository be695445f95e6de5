import assert from 'node:assert/strict'
import path from 'node:path'
import { test } from 'node:test'
import { ConfigError, readConfig, settings } from '../src/config.ts'

const secret = 's'.repeat(32)

/** The message with which `readConfig` refuses. */
function refusal(env: Record<string, string>): string {
  try {
    readConfig(env)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.message
  }
  return assert.fail('it was accepted')
}

test('an empty environment gives the defaults', () => {
  assert.deepEqual(readConfig({}), {
    port: 3000,
    host: '127.0.0.1',
    databaseUrl: null,
    dataDir: path.resolve('.rollcall'),
    secret: null,
    previousSecret: null,
    appId: 'rollcall',
    domain: null,
    adminEmail: 'admin@example.com',
    adminUsername: 'rollcall.admin',
    adminPassword: null,
    apiKey: null,
    smtpUrl: null,
    mailFrom: 'rollcall@localhost',
    rocketchatQuery: 'on',
    cometchatAuthKey: 'users',
    rocketchatTokenSecret: null,
    trustedProxies: null,
    worker: 'on',
    webhookAllow: null,
    webhookMaxAgeHours: 72,
    tlsCert: null,
    tlsKey: null,
    tls: null,
    tlsPort: 3443,
    logLevel: 'info',
  })
})

test('an empty variable counts as not set, and other programs may have theirs', () => {
  const blank = Object.fromEntries(Object.values(settings).map(({ name }) => [name, '']))
  assert.deepEqual(
    readConfig({ ...blank, PATH: '/bin', XROLLCALL_PORT: 'x', ROLLCALL_TEST_DATABASE: '{}' }),
    readConfig({}),
  )
})

test('every variable is read', () => {
  const config = readConfig({
    PORT: '0',
    HOST: '::1',
    DATABASE_URL: 'postgresql:///people?host=/run/postgresql',
    ROLLCALL_DATA_DIR: '/var/lib/with space',
    ROLLCALL_SECRET: secret,
    ROLLCALL_SECRET_PREVIOUS: 'p'.repeat(40),
    ROLLCALL_APP_ID: 'acme-2',
    ROLLCALL_DOMAIN: 'people.example.com',
    ROLLCALL_ADMIN_EMAIL: 'ada@example.com',
    ROLLCALL_ADMIN_USERNAME: 'ada',
    ROLLCALL_ADMIN_PASSWORD: 'correct horse',
    ROLLCALL_API_KEY: 'k'.repeat(40),
    ROLLCALL_SMTP_URL: 'smtps://rollcall:word@mail.example.com:465',
    ROLLCALL_MAIL_FROM: 'people@example.com',
    ROLLCALL_ROCKETCHAT_QUERY: 'reject',
    ROLLCALL_COMETCHAT_AUTH_KEY: 'tokens',
    ROLLCALL_ROCKETCHAT_TOKEN_SECRET: 't'.repeat(32),
    ROLLCALL_TRUSTED_PROXIES: '10.0.0.0/8, 192.0.2.1,fd00::/8',
    ROLLCALL_WORKER: 'off',
    ROLLCALL_WEBHOOK_ALLOW: 'Hooks.internal, 10.0.0.0/8,::1',
    ROLLCALL_WEBHOOK_MAX_AGE_HOURS: '24',
    ROLLCALL_TLS_CERT: '/etc/rollcall/cert.pem',
    ROLLCALL_TLS_KEY: 'key.pem',
    ROLLCALL_TLS_PORT: '0',
    ROLLCALL_LOG_LEVEL: 'silent',
  })
  assert.deepEqual(config, {
    port: 0,
    host: '::1',
    databaseUrl: 'postgresql:///people?host=/run/postgresql',
    dataDir: '/var/lib/with space',
    secret,
    previousSecret: 'p'.repeat(40),
    appId: 'acme-2',
    domain: 'people.example.com',
    adminEmail: 'ada@example.com',
    adminUsername: 'ada',
    adminPassword: 'correct horse',
    apiKey: 'k'.repeat(40),
    smtpUrl: 'smtps://rollcall:word@mail.example.com:465',
    mailFrom: 'people@example.com',
    rocketchatQuery: 'reject',
    cometchatAuthKey: 'tokens',
    rocketchatTokenSecret: 't'.repeat(32),
    trustedProxies: ['10.0.0.0/8', '192.0.2.1', 'fd00::/8'],
    worker: 'off',
    webhookAllow: ['hooks.internal', '10.0.0.0/8', '::1'],
    webhookMaxAgeHours: 24,
    tlsCert: path.resolve('/etc/rollcall/cert.pem'),
    tlsKey: path.resolve('key.pem'),
    tls: null,
    tlsPort: 0,
    logLevel: 'silent',
  })
})

const refused: [variable: string, values: string[], problem: string][] = [
  ['PORT', ['65536', '-1', '80a', '3e3', ' 80', '0x50'], 'must be a whole number from 0 to 65535'],
  ['HOST', ['http://localhost', 'a b', 'x/y'], 'must be an address or a host name, without scheme or port'],
  [
    'ROLLCALL_APP_ID',
    ['Acme', 'a.b', '-a', 'a-', 'x'.repeat(64)],
    'must be 1 to 63 of a-z, 0-9 and "-", with no "-" at either end',
  ],
  [
    'ROLLCALL_DOMAIN',
    ['https://example.com', 'Example.com', '.example.com', 'a..b', 'example.com:80'],
    'must be a domain in lower case, such as people.example.com, without scheme or port',
  ],
  ['ROLLCALL_ADMIN_EMAIL', ['ada', 'a@b@c', 'a @b'], 'must be an email address'],
  ['ROLLCALL_MAIL_FROM', ['rollcall', 'a@b@c'], 'must be an email address'],
  ['ROLLCALL_ADMIN_USERNAME', ['a b', 'ä', 'x'.repeat(101)], 'must be 1 to 100 of letters, digits, "-", "_" and "."'],
  ['ROLLCALL_TLS', ['on', 'selfsigned', 'true'], 'must be self-signed'],
  ['ROLLCALL_LOG_LEVEL', ['INFO', 'verbose'], 'must be one of fatal, error, warn, info, debug, trace, silent'],
  ['ROLLCALL_WORKER', ['yes', 'ON'], 'must be one of on, off'],
  ['ROLLCALL_WEBHOOK_MAX_AGE_HOURS', ['0', '721', '1.5', '-1'], 'must be a whole number from 1 to 720'],
  ['ROLLCALL_COMETCHAT_AUTH_KEY', ['all', 'Users', 'none'], 'must be one of users, tokens'],
  ['ROLLCALL_ROCKETCHAT_QUERY', ['off', 'ON', 'true'], 'must be one of on, ignore, reject'],
  [
    'ROLLCALL_TRUSTED_PROXIES',
    ['localhost', '10.0.0.0/33', '10.0.0', '10.0.0.1/', '10.0.0.1,,10.0.0.2', '::/129', '10.0.0.0/8/8', '*'],
    'must be addresses or CIDR blocks such as 10.0.0.0/8, separated by commas',
  ],
]

for (const [variable, values, problem] of refused) {
  test(`${variable} ${problem}`, () => {
    for (const value of values) {
      assert.equal(refusal({ [variable]: value }), `${variable} ${problem}, not ${JSON.stringify(value)}.`)
    }
  })
}

test('the value of a secret is never repeated', () => {
  const env = { ROLLCALL_SECRET: secret }
  assert.equal(refusal({ ROLLCALL_SECRET: 'hunter2' }), 'ROLLCALL_SECRET must have at least 32 characters.')
  assert.equal(
    refusal({ ROLLCALL_SECRET_PREVIOUS: 'hunter2' }),
    'ROLLCALL_SECRET_PREVIOUS must have at least 32 characters.',
  )
  assert.equal(
    refusal({ ROLLCALL_ADMIN_PASSWORD: 'hunter2' }),
    'ROLLCALL_ADMIN_PASSWORD must have 8 to 256 characters.',
  )
  assert.equal(
    refusal({ ROLLCALL_API_KEY: 'hunter2' }),
    'ROLLCALL_API_KEY must be 16 to 128 of letters, digits, "-" and "_".',
  )
  for (const url of [
    'mysql://ada:hunter2@db/people',
    'hunter2',
    'postgres//ada:hunter2@db',
    'postgres://ada:hunter2@/people',
    'postgres://ada:hunter2@/people?host=',
  ]) {
    assert.equal(
      refusal({ ...env, DATABASE_URL: url }),
      'DATABASE_URL must look like postgres://user:password@host:5432/database.',
    )
  }
  for (const url of ['http://ada:hunter2@mail', 'hunter2', 'smtp://', 'smtp:hunter2']) {
    assert.equal(
      refusal({ ROLLCALL_SMTP_URL: url }),
      'ROLLCALL_SMTP_URL must look like smtp://user:password@mail.example.com:587.',
    )
  }
})

test('HTTPS needs a certificate and its key, or one of its own, and a port to itself', () => {
  const [cert, key, own] = [{ ROLLCALL_TLS_CERT: 'c' }, { ROLLCALL_TLS_KEY: 'k' }, { ROLLCALL_TLS: 'self-signed' }]
  assert.equal(refusal(cert), 'ROLLCALL_TLS_KEY must be set when ROLLCALL_TLS_CERT is.')
  assert.equal(refusal(key), 'ROLLCALL_TLS_CERT must be set when ROLLCALL_TLS_KEY is.')
  const both = 'ROLLCALL_TLS must not be set beside ROLLCALL_TLS_CERT and ROLLCALL_TLS_KEY: choose one certificate.'
  assert.equal(refusal({ ...cert, ...key, ...own }), both)
  assert.equal(
    refusal({ ROLLCALL_TLS_PORT: '443' }),
    'ROLLCALL_TLS_PORT needs ROLLCALL_TLS_CERT and ROLLCALL_TLS_KEY, or ROLLCALL_TLS=self-signed.',
  )
  const oneForBoth = 'PORT and ROLLCALL_TLS_PORT must differ.'
  assert.equal(refusal({ ...own, PORT: '3443' }), oneForBoth)
  assert.equal(refusal({ ...cert, ...key, ROLLCALL_TLS_PORT: '3000' }), oneForBoth)

  assert.equal(readConfig({ PORT: '3443' }).port, 3443, 'without HTTPS its default port is free')
  assert.equal(readConfig({ ...own, PORT: '0', ROLLCALL_TLS_PORT: '0' }).tls, 'self-signed')
  assert.equal(readConfig({ ...own, ROLLCALL_TLS_CERT: '' }).tlsCert, null)
})

test('DATABASE_URL needs a secret', () => {
  const url = 'postgres://ada@db.example.com/people'
  const wanted = 'ROLLCALL_SECRET must be set when DATABASE_URL is: the same 32 characters or more for every server.'
  assert.equal(refusal({ DATABASE_URL: url }), wanted)
  assert.equal(refusal({ DATABASE_URL: url, ROLLCALL_SECRET: '' }), wanted)
  assert.equal(readConfig({ DATABASE_URL: url, ROLLCALL_SECRET: secret }).databaseUrl, url)
})

test('an unknown ROLLCALL_ name is refused with the nearest known one, and its value stays out', () => {
  const cases: [string, string][] = [
    ['ROLLCALL_LOGLEVEL', ' Did you mean ROLLCALL_LOG_LEVEL?'],
    ['ROLLCALL_SECERT', ' Did you mean ROLLCALL_SECRET?'],
    ['ROLLCALL_PORT', ' Did you mean PORT?'],
    ['ROLLCALL_DATABASE_URL', ' Did you mean DATABASE_URL?'],
    ['ROLLCALL_PROT', ' Did you mean PORT?'],
    ['ROLLCALL_SOMETHING_ELSE', ''],
    ['ROLLCALL_FOO', ''],
    ['ROLLCALL_X', ''],
    ['ROLLCALL_', ''],
  ]
  for (const [name, hint] of cases) {
    assert.equal(refusal({ [name]: 'hunter2' }), `${name} is not a setting of Rollcall.${hint}`)
  }
})

test('DATABASE_URL may name a socket in any of its forms', () => {
  for (const url of [
    'postgres://ada@/people?host=/run/postgresql',
    'postgres://ada:hunter2@/people?sslmode=disable&host=/run/postgresql',
    'postgres://ada@localhost/people?host=%2Frun%2Fpostgresql',
    'postgresql:///people?host=/run/postgresql&user=ada',
  ]) {
    assert.equal(readConfig({ DATABASE_URL: url, ROLLCALL_SECRET: secret }).databaseUrl, url)
  }
})

test('all problems are told at once, one line each', () => {
  assert.deepEqual(refusal({ PORT: 'x', ROLLCALL_PROT: '1', ROLLCALL_APP_ID: 'A' }).split('\n').length, 3)
})
