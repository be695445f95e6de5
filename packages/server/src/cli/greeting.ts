import type { Config } from '../config.ts'
import type { Session } from './session.ts'

/** What a person sees when the server is up: where it is, how to log in, a first request to try. */
export function greeting(config: Config, url: string, { firstAdmin, database }: Session): string[] {
  const where =
    database.kind === 'embedded' ? `its own PostgreSQL in ${config.dataDir}` : 'the PostgreSQL of DATABASE_URL'
  const lines = [
    '',
    `  Rollcall serves ${where}`,
    '',
    `  Cotalker        ${url}/api/v2   (log in at ${url}/auth/local)`,
    `  API documents   ${url}/docs`,
    '',
  ]
  const password = firstAdmin?.generatedPassword ?? '$PASSWORD'
  if (firstAdmin !== null) {
    lines.push(`  First administrator: ${firstAdmin.email}`)
    lines.push(
      firstAdmin.generatedPassword === null
        ? '  with the password of ROLLCALL_ADMIN_PASSWORD'
        : `  with the password    ${firstAdmin.generatedPassword}   (shown only this once)`,
      '',
    )
  }
  lines.push(
    '  Try:',
    `    curl -s ${url}/auth/local -H 'Content-Type: application/json' \\`,
    `      -d '{"email":"${firstAdmin?.email ?? config.adminEmail}","password":"${password}"}'`,
    `    curl -s '${url}/api/v2/users?count=true' -H "Authorization: Bearer $ACCESS_TOKEN"`,
    '',
    '  Sample people: npm start -- seed --demo      Stop: Ctrl-C',
    '',
  )
  return lines
}
