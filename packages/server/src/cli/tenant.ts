import { randomBytes } from 'node:crypto'
import { type CliCommand, say } from './command.ts'
import { withSession } from './with-session.ts'

export const tenant: CliCommand = {
  register: (program, config) => {
    const command = program.command('tenant').description('Make and list tenants (companies, workspaces, apps)')
    command
      .command('create')
      .description('Make a tenant with its built-in roles and its first administrator')
      .argument('<name>', 'its label under ROLLCALL_DOMAIN and its app id: a-z 0-9 -')
      .requiredOption('--admin-email <address>', "the administrator's address")
      .option('--admin-password <password>', 'generated and printed when absent')
      .option('--display-name <text>', 'what people call it; the name when absent')
      .addHelpText('after', '\nExample:\n  npm start -- tenant create acme --admin-email ada@acme.example')
      .action(async (name: string, options: { adminEmail: string; adminPassword?: string; displayName?: string }) =>
        withSession(config(), async ({ directory }) => {
          const { adminEmail, displayName = name } = options
          const password = options.adminPassword ?? randomBytes(12).toString('base64url')
          const { tenant: made } = await directory.createTenant(await directory.operator(directory.newId()), {
            appId: name,
            name: displayName,
            admin: { email: adminEmail, password },
          })
          const { domain } = config()
          say(`tenant    ${made.appId}   (id ${made.id})`)
          say(`admin     ${adminEmail}`)
          say(`password  ${options.adminPassword === undefined ? `${password}   (shown only this once)` : 'as given'}`)
          say(
            domain === null
              ? 'It is reached by host name: start the server with ROLLCALL_DOMAIN set, e.g. ROLLCALL_DOMAIN=people.example.com'
              : `It is reached at the host ${made.appId}.${domain}`,
          )
        }),
      )
    command
      .command('list')
      .description('List the tenants, oldest first')
      .addHelpText('after', '\nExample:\n  npm start -- tenant list')
      .action(() =>
        withSession(config(), async ({ directory, defaultTenant }) => {
          for (const { appId, id, name, createdAt } of await directory.listTenants(
            await directory.operator(defaultTenant.id),
            null,
          )) {
            say([appId, id, createdAt.toISOString(), name].join('\t'))
          }
        }),
      )
  },
}
