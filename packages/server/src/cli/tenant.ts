import { parseEmail, parseLabel } from '../config-values.ts'
import { showKeys } from './app-key.ts'
import { badArgument, type CliCommand, checked, say, tell } from './command.ts'
import { firstKey } from './first-secrets.ts'
import { choosePassword, passwordOptions } from './password.ts'
import { withSession } from './with-session.ts'

interface CreateOptions {
  readonly adminEmail: string
  readonly adminPassword?: string
  readonly adminPasswordStdin?: boolean
  readonly displayName?: string
}

export const tenant: CliCommand = {
  register: (program, config) => {
    const command = program.command('tenant').description('Make and list tenants (companies, workspaces, apps)')
    const create = command
      .command('create')
      .description('Make a tenant with its built-in roles, its first administrator and its first API key')
      .argument('<name>', 'its label under ROLLCALL_DOMAIN and its app id: a-z 0-9 -', checked(parseLabel))
      .requiredOption('--admin-email <address>', "the administrator's address", checked(parseEmail))
    passwordOptions(create, 'admin-password')
      .option('--display-name <text>', 'what people call it; the name when absent')
      .addHelpText('after', '\nExample:\n  npm start -- tenant create acme --admin-email ada@acme.example')
      .action(async (name: string, options: CreateOptions) => {
        const { adminEmail: email, displayName = name } = options
        const chosen = await choosePassword('admin-password', options.adminPassword, options.adminPasswordStdin)
        const { domain } = config()
        await withSession(
          config(),
          async ({ directory }) => {
            // Only for the words: of two that come at once the store still refuses one.
            if ((await directory.tenantByAppId(name)) !== null) {
              throw badArgument(`<name> ${name}: there is such a tenant already. See: npm start -- tenant list`)
            }
            const key = firstKey()
            const { tenant: made } = await directory.createTenant(await directory.operator(directory.newId()), {
              appId: name,
              name: displayName,
              admin: { email, password: chosen.password },
              key,
            })
            say(`tenant    ${made.appId}`)
            say(`id        ${made.id}`)
            say(`admin     ${email}`)
            if (chosen.generated) {
              say(`password  ${chosen.password}`)
            }
            say(`key       ${key.value}`)
            tell(
              `${chosen.generated ? 'The password is shown only this once. ' : ''}` +
                `The API key is for CometChat; again: ${showKeys} --tenant ${made.appId}`,
            )
            tell(
              domain === null
                ? 'It is reached by host name: start the server with ROLLCALL_DOMAIN set, e.g. ROLLCALL_DOMAIN=people.example.com'
                : `It is reached at the host ${made.appId}.${domain}`,
            )
          },
          { appId: `<name> ${name}`, email: '--admin-email', name: '--display-name' },
        )
      })

    command
      .command('list')
      .description('List the tenants, oldest first')
      .addHelpText(
        'after',
        '\nColumns, tab-separated: name, id, made at, display name.\n\nExample:\n  npm start -- tenant list',
      )
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
