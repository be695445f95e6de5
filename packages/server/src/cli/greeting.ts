import type { Config } from '../config.ts'
import { settingsOf } from '../core/index.ts'
import { showKeys } from './app-key.ts'
import { isPrivate } from './listen.ts'
import type { Session } from './session.ts'
import type { SecurePlace } from './tls.ts'

type Greeted = Pick<Session, 'firstAdmin' | 'defaultTenant'> & {
  readonly database: { readonly kind: 'embedded' | 'external' }
  /** Where HTTPS is served, if it is. */
  readonly secure: SecurePlace | null
}

/** What a person sees when the server is up: where it is, how to log in, a first request to try. */
export function greeting(config: Config, url: string, greeted: Greeted): string[] {
  const { firstAdmin, defaultTenant, database, secure } = greeted
  const where = database.kind === 'embedded' ? `its own PostgreSQL, in ${config.dataDir}` : 'that of DATABASE_URL'
  const email = firstAdmin?.email ?? config.adminEmail
  const open = isPrivate(config) && settingsOf(defaultTenant).registration === null
  const password = firstAdmin?.generatedPassword ?? 'YOUR PASSWORD'
  return [
    '',
    `  Database        ${where}`,
    `  Cotalker        ${url}/api/v2   (log in at ${url}/auth/local)`,
    `  Rocket.Chat     ${url}/api/v1   (log in at ${url}/api/v1/login)`,
    `  CometChat       ${url}/v3`,
    `  API documents   ${url}/docs`,
    ...(secure === null ? [] : aboutHttps(secure)),
    '',
    ...(firstAdmin === null ? [] : [...aboutAdmin(firstAdmin), '']),
    ...(open ? [...aboutRegistration, ''] : []),
    '  Try:',
    `    ACCESS_TOKEN=$(curl -s ${url}/auth/local -H 'Content-Type: application/json' \\`,
    `      -d '{"email":"${email}","password":"${password}"}' | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')`,
    `    curl -s '${url}/api/v2/users?count=true' -H "Authorization: Bearer $ACCESS_TOKEN"`,
    `    curl -s '${url}/v3/users' -H 'apikey: ${firstAdmin?.generatedKey ?? 'YOUR API KEY'}'`,
    ...(firstAdmin?.generatedKey ? [] : [`  Your API keys: ${showKeys}`]),
    '',
    '  Sample people: npm start -- seed --demo     More: npm start -- --help     Stop: Ctrl-C',
    '',
  ]
}

const aboutHttps = ({ url, fingerprint }: SecurePlace): string[] => [
  `  HTTPS           ${url}`,
  ...(fingerprint === null ? [] : [`  Certificate     self-signed; SHA-256 ${fingerprint}`]),
]

const aboutRegistration = [
  '  Anyone on this machine may register (POST /api/v1/users.register). To end that:',
  '  POST /api/v1/settings/Accounts_RegistrationForm {"value":"Disabled"}',
]

const aboutAdmin = ({ email, generatedPassword, generatedKey }: NonNullable<Session['firstAdmin']>): string[] => [
  `  First administrator   ${email}`,
  generatedPassword === null
    ? '  Password              that of ROLLCALL_ADMIN_PASSWORD'
    : `  Password              ${generatedPassword}   (shown only this once)`,
  generatedKey === null
    ? '  First API key         that of ROLLCALL_API_KEY'
    : `  First API key         ${generatedKey}   (again: ${showKeys})`,
]
