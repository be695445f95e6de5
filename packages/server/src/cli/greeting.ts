import type { Config } from '../config.ts'
import type { Session } from './session.ts'

type Greeted = Pick<Session, 'firstAdmin'> & { readonly database: { readonly kind: 'embedded' | 'external' } }

/** What a person sees when the server is up: where it is, how to log in, a first request to try. */
export function greeting(config: Config, url: string, { firstAdmin, database }: Greeted): string[] {
  const where = database.kind === 'embedded' ? `its own PostgreSQL, in ${config.dataDir}` : 'that of DATABASE_URL'
  const email = firstAdmin?.email ?? config.adminEmail
  const password = firstAdmin?.generatedPassword ?? 'YOUR PASSWORD'
  return [
    '',
    `  Database        ${where}`,
    `  Cotalker        ${url}/api/v2   (log in at ${url}/auth/local)`,
    `  API documents   ${url}/docs`,
    '',
    ...(firstAdmin === null ? [] : [...aboutAdmin(firstAdmin), '']),
    '  Try:',
    `    ACCESS_TOKEN=$(curl -s ${url}/auth/local -H 'Content-Type: application/json' \\`,
    `      -d '{"email":"${email}","password":"${password}"}' | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')`,
    `    curl -s '${url}/api/v2/users?count=true' -H "Authorization: Bearer $ACCESS_TOKEN"`,
    '',
    '  Sample people: npm start -- seed --demo     More: npm start -- --help     Stop: Ctrl-C',
    '',
  ]
}

const aboutAdmin = ({ email, generatedPassword }: NonNullable<Session['firstAdmin']>): string[] => [
  `  First administrator   ${email}`,
  generatedPassword === null
    ? '  Password              that of ROLLCALL_ADMIN_PASSWORD'
    : `  Password              ${generatedPassword}   (shown only this once)`,
]
