import {
  BadValue,
  logLevels,
  parseAddresses,
  parseApiKey,
  parseAuthKeyReach,
  parseDatabaseUrl,
  parseDirectory,
  parseDomain,
  parseEmail,
  parseFile,
  parseHost,
  parseHours,
  parseLabel,
  parseLogLevel,
  parsePassword,
  parsePort,
  parseQueryMode,
  parseSecret,
  parseSmtpUrl,
  parseTargets,
  parseTlsMode,
  parseUsername,
  parseWorkerMode,
} from './config-values.ts'

type Setting<T> = {
  /** The environment variable. */
  name: string
  /** What the documentation shows as its default. */
  shown: string
  meaning: string
  /** True where the value must never be printed. */
  secret: boolean
  /** `undefined` stands for a variable that is not set, or is empty. Throws `BadValue`. */
  read: (text: string | undefined) => T
}

const withDefault = <T>(name: string, fallback: string, parse: (text: string) => T, meaning: string): Setting<T> => ({
  name,
  shown: `\`${fallback}\``,
  meaning,
  secret: false,
  read: (text) => parse(text ?? fallback),
})

const optional = <T>(
  name: string,
  parse: (text: string) => T,
  meaning: string,
  { shown = '–', secret = false } = {},
): Setting<T | null> => ({
  name,
  shown,
  meaning,
  secret,
  read: (text) => (text === undefined ? null : parse(text)),
})

const generatedOnce = 'generated and printed once'

/** Every variable that Rollcall reads: the only place where one is declared. */
export const settings = {
  port: withDefault('PORT', '3000', parsePort, 'Where to listen. `0` picks a free port; the ready line says which.'),
  host: withDefault('HOST', '127.0.0.1', parseHost, 'The address to listen on; `0.0.0.0` and `::` mean all.'),
  databaseUrl: optional(
    'DATABASE_URL',
    parseDatabaseUrl,
    'A PostgreSQL (15 or newer) to use instead of the embedded one. Needs `ROLLCALL_SECRET`.',
    { secret: true },
  ),
  dataDir: withDefault(
    'ROLLCALL_DATA_DIR',
    '.rollcall',
    parseDirectory,
    'Where the embedded database and the generated secret live.',
  ),
  secret: optional(
    'ROLLCALL_SECRET',
    parseSecret,
    'Signs tokens; at least 32 characters. Required with `DATABASE_URL`, the same for every server.',
    { secret: true, shown: 'generated into the data directory' },
  ),
  previousSecret: optional(
    'ROLLCALL_SECRET_PREVIOUS',
    parseSecret,
    'The secret before the present one: still accepted while a rotation lasts.',
    { secret: true },
  ),
  appId: withDefault('ROLLCALL_APP_ID', 'rollcall', parseLabel, 'App id and subdomain of the default tenant.'),
  domain: optional(
    'ROLLCALL_DOMAIN',
    parseDomain,
    'Tenants are labels under it: with `people.example.com`, tenant `acme` is `acme.people.example.com`.',
  ),
  adminEmail: withDefault(
    'ROLLCALL_ADMIN_EMAIL',
    'admin@example.com',
    parseEmail,
    'First admin of the default tenant. Used only when that tenant is created.',
  ),
  adminUsername: withDefault('ROLLCALL_ADMIN_USERNAME', 'rollcall.admin', parseUsername, 'Likewise.'),
  adminPassword: optional('ROLLCALL_ADMIN_PASSWORD', parsePassword, 'Likewise; 8 to 256 characters.', {
    secret: true,
    shown: generatedOnce,
  }),
  apiKey: optional(
    'ROLLCALL_API_KEY',
    parseApiKey,
    'First fullAccess key of the CometChat dialect; 16 to 128 of letters, digits, `-` and `_`. Likewise.',
    { secret: true, shown: generatedOnce },
  ),
  smtpUrl: optional(
    'ROLLCALL_SMTP_URL',
    parseSmtpUrl,
    'The mail server, `smtp://user:password@host:port` or `smtps://…`. Without it mail becomes files in `outbox/` of the data directory.',
    { secret: true },
  ),
  mailFrom: withDefault('ROLLCALL_MAIL_FROM', 'rollcall@localhost', parseEmail, 'The sender of mail.'),
  rocketchatQuery: withDefault(
    'ROLLCALL_ROCKETCHAT_QUERY',
    'on',
    parseQueryMode,
    "Rocket.Chat's parameters `query` and `fields`: `on`; `ignore`, as its releases 7 and 8 do; `reject`, as 9 will.",
  ),
  rocketchatTokenSecret: optional(
    'ROLLCALL_ROCKETCHAT_TOKEN_SECRET',
    parseSecret,
    "What Rocket.Chat's `users.createToken` asks for as `secret`; at least 32 characters. Without it that operation is off.",
    { secret: true },
  ),
  cometchatAuthKey: withDefault(
    'ROLLCALL_COMETCHAT_AUTH_KEY',
    'users',
    parseAuthKeyReach,
    "What CometChat's `authOnly` keys, which ship in apps, may do: `users`, create and change ordinary users and issue their tokens; `tokens`, only the latter.",
  ),
  trustedProxies: optional(
    'ROLLCALL_TRUSTED_PROXIES',
    parseAddresses,
    'Reverse proxies whose `X-Forwarded-*` headers count: addresses and CIDR blocks, separated by commas.',
    { shown: 'nobody' },
  ),
  worker: withDefault(
    'ROLLCALL_WORKER',
    'on',
    parseWorkerMode,
    'Whether this server delivers webhooks, tries mail again and takes people offline: `on`, or `off` where `npm start -- worker` runs beside it.',
  ),
  webhookAllow: optional(
    'ROLLCALL_WEBHOOK_ALLOW',
    parseTargets,
    'Hosts that webhooks may lead to although they are not on the public internet: names, addresses and CIDR blocks, separated by commas.',
    { shown: 'none' },
  ),
  webhookMaxAgeHours: withDefault(
    'ROLLCALL_WEBHOOK_MAX_AGE_HOURS',
    '72',
    parseHours,
    "How old an event may become before Rollcall's own webhooks give it up, in hours, up to 720.",
  ),
  tlsCert: optional(
    'ROLLCALL_TLS_CERT',
    parseFile,
    'HTTPS beside plain HTTP: a PEM file with the certificate and those that link it to its root. Read again on SIGHUP.',
    { shown: 'no HTTPS' },
  ),
  tlsKey: optional('ROLLCALL_TLS_KEY', parseFile, 'The PEM file with its private key; likewise.'),
  tls: optional(
    'ROLLCALL_TLS',
    parseTlsMode,
    '`self-signed`: HTTPS with a certificate that is made once into the data directory, instead of those two.',
  ),
  tlsPort: withDefault('ROLLCALL_TLS_PORT', '3443', parsePort, 'Where HTTPS listens; `0` picks a free port.'),
  logLevel: withDefault('ROLLCALL_LOG_LEVEL', 'info', parseLogLevel, `One of ${logLevels.join(', ')}.`),
}

type Settings = typeof settings
/** Absent optional values are `null`. */
export type Config = { readonly [K in keyof Settings]: ReturnType<Settings[K]['read']> }

/** Thrown by `readConfig`. The message has one line per problem and never the value of a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const names = Object.values(settings).map((setting) => setting.name)

/**
 * Reads the environment. An empty variable counts as not set.
 *
 * Throws a `ConfigError` for a value that cannot be used, for a `ROLLCALL_` name that does not exist (a typing error
 * would otherwise silently mean the default), for a `DATABASE_URL` without a secret, and for half of what HTTPS needs.
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const problems = Object.keys(env).filter(isUnknown).map(unknownName)

  const read = ([key, setting]: [string, Setting<unknown>]): [string, unknown] => {
    try {
      return [key, setting.read(env[setting.name] || undefined)]
    } catch (error) {
      if (!(error instanceof BadValue)) throw error
      const got = setting.secret ? '' : `, not ${JSON.stringify(env[setting.name])}`
      problems.push(`${setting.name} ${error.message}${got}.`)
      return [key, null]
    }
  }
  // Object.fromEntries forgets which key has which type; the table above is what gives both.
  const config = Object.fromEntries(Object.entries(settings).map(read)) as Config

  if (env.DATABASE_URL && !env.ROLLCALL_SECRET) {
    problems.push('ROLLCALL_SECRET must be set when DATABASE_URL is: the same 32 characters or more for every server.')
  }
  problems.push(...tlsProblems(env, config))
  if (problems.length > 0) throw new ConfigError(problems.join('\n'))
  return config
}

function tlsProblems(env: Record<string, string | undefined>, { port, tlsPort }: Config): string[] {
  const [cert, key, own] = [env.ROLLCALL_TLS_CERT, env.ROLLCALL_TLS_KEY, env.ROLLCALL_TLS].map(Boolean)
  const problems = []
  if (cert !== key) {
    problems.push(`ROLLCALL_TLS_${cert ? 'KEY' : 'CERT'} must be set when ROLLCALL_TLS_${cert ? 'CERT' : 'KEY'} is.`)
  }
  if (own && (cert || key)) {
    problems.push('ROLLCALL_TLS must not be set beside ROLLCALL_TLS_CERT and ROLLCALL_TLS_KEY: choose one certificate.')
  }
  if (!own && !cert && !key && env.ROLLCALL_TLS_PORT) {
    problems.push('ROLLCALL_TLS_PORT needs ROLLCALL_TLS_CERT and ROLLCALL_TLS_KEY, or ROLLCALL_TLS=self-signed.')
  }
  if ((own || cert) && port === tlsPort && port > 0) {
    problems.push('PORT and ROLLCALL_TLS_PORT must differ.')
  }
  return problems
}

/** `ROLLCALL_TEST_` names belong to the test runner, whose environment the servers that tests start inherit. */
const isUnknown = (name: string): boolean =>
  name.startsWith('ROLLCALL_') && !name.startsWith('ROLLCALL_TEST_') && !names.includes(name)

const bareName = (name: string): string => name.replace(/^ROLLCALL_/, '')

/** A name is near when at most three letters differ, and no more than half of the shorter one: FOO is no mistyped PORT. */
function unknownName(name: string): string {
  const bare = bareName(name)
  const [nearest] = names
    .map((known) => ({ known, other: bareName(known), distance: editDistance(bare, bareName(known)) }))
    .filter(({ other, distance }) => distance <= Math.min(3, bare.length / 2, other.length / 2))
    .sort((a, b) => a.distance - b.distance)
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest.known}?`
  return `${name} is not a setting of Rollcall.${hint}`
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (const [i, char] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (char === other ? 0 : 1)
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

/** The table in docs/operating.md. */
export function environmentTable(): string {
  const rows = Object.values(settings).map(({ name, shown, meaning }) => `| \`${name}\` | ${shown} | ${meaning} |`)
  return ['| variable | default | meaning |', '| --- | --- | --- |', ...rows].join('\n')
}
