import type { Config } from '../../config.ts'
import type { Tenant } from '../../core/index.ts'

/** Everybody's in the sample company; printed, so nothing that it opens may matter. */
export const demoPassword = 'rollcall-demo'

/** Who can log in, and what for. */
export const demoLogins: readonly (readonly [email: string, rights: string])[] = [
  ['john.doe@example.com', 'an ordinary user: sees and changes only himself'],
  ['users.admin@example.com', 'admin-users-write: reads, creates and changes users, but not their roles'],
  ['read.admin@example.com', 'admin-*-read: sees everything, changes nothing'],
  ['access.admin@example.com', 'admin-accesscontrol-write: decides who has which access roles'],
  ['edward@cotalker.com', 'users and access roles: whatever the examples of Cotalker’s documentation do'],
  ['example@test.com', 'ciel, an ordinary user of Rocket.Chat: sees of others what everybody may see'],
  ['rocket.admin@example.com', 'rocket.admin, an administrator of Rocket.Chat, and everywhere else'],
]

/** What can be done with the sample people, in lines for a terminal; `key` is one of CometChat that may do anything. */
export function howToGoOn(config: Config, tenant: Tenant, key: string | null): string[] {
  const url = `http://${config.host}:${config.port === 0 ? 'PORT' : config.port}`
  const isDefault = tenant.appId === config.appId
  const host = isDefault ? '' : ` -H 'Host: ${tenant.appId}.${config.domain ?? 'ROLLCALL_DOMAIN'}'`
  const width = Math.max(...demoLogins.map(([email]) => email.length))
  return [
    '',
    `  Who can log in, with the password ${demoPassword} (known to everyone: not for a server that strangers reach):`,
    ...demoLogins.map(([email, rights]) => `    ${email.padEnd(width)}  ${rights}`),
    '',
    `  Try${isDefault ? '' : ' (a tenant is reached by its host name)'}, with the server running (npm start), Cotalker's API:`,
    ...cotalker(url, host),
    '',
    "  Rocket.Chat's API, at last for those whose custom field clearance is High:",
    ...rocketChat(url, host),
    '',
    "  CometChat's API, with the app's key, and at last as superhero4 sees the others:",
    ...cometChat(url, key ?? 'KEY'),
  ].map((line) => line.trimEnd())
}

const body = (login: Readonly<Record<string, string>>): string =>
  `-H 'Content-Type: application/json' -d '${JSON.stringify({ ...login, password: demoPassword })}'`
/** The value of a text member of JSON on standard input, with any sed. */
const member = (name: string): string => `sed 's/.*"${name}":"\\([^"]*\\)".*/\\1/'`

const cotalker = (url: string, host: string): string[] => [
  `    ACCESS_TOKEN=$(curl -s ${url}/auth/local${host} \\`,
  `      ${body({ email: 'edward@cotalker.com' })} | ${member('token')})`,
  `    curl -s '${url}/api/v2/users?email=nick%40wuxi.com&email=yanxiang%40wuxi.com'${host} -H "Authorization: Bearer $ACCESS_TOKEN"`,
]

function rocketChat(url: string, host: string): string[] {
  const query = encodeURIComponent('{"customFields.clearance":"High"}')
  const fields = encodeURIComponent('{"customFields":1}')
  const headers = `${host} -H "X-Auth-Token: $AUTH_TOKEN" -H "X-User-Id: $USER_ID"`
  return [
    `    LOGIN=$(curl -s ${url}/api/v1/login${host} \\`,
    `      ${body({ user: 'rocket.admin' })})`,
    `    AUTH_TOKEN=$(printf %s "$LOGIN" | ${member('authToken')})`,
    `    USER_ID=$(printf %s "$LOGIN" | ${member('userId')})`,
    `    curl -s '${url}/api/v1/users.list'${headers}`,
    `    curl -s '${url}/api/v1/users.list?query=${query}&fields=${fields}' \\`,
    `     ${headers}`,
  ]
}

/** The key says which app is meant. */
const cometChat = (url: string, key: string): string[] => [
  `    curl -s '${url}/v3/users' -H 'apikey: ${key}'`,
  `    curl -s '${url}/v3/users?searchKey=superhero' -H 'apikey: ${key}' -H 'onBehalfOf: superhero4'`,
]
