import { type Command, Option } from 'commander'
import type { Directory, User } from '../core/index.ts'
import { dialectName, mintToken } from '../dialects/cotalker/auth.ts'
import { badArgument, type CliCommand, say } from './command.ts'
import type { Session } from './session.ts'
import { withSession } from './with-session.ts'

type TenantOption = { tenant?: string }
const day = 86_400_000

const dialectOption = () =>
  new Option('--dialect <name>', 'where the key works').choices([dialectName]).makeOptionMandatory()
const common = (command: Command) =>
  command.addOption(dialectOption()).option('--tenant <name>', 'the tenant; the default one when absent')

export const key: CliCommand = {
  register: (program, config) => {
    const command = program.command('key').description('Create, list and revoke API keys')

    common(command.command('create'))
      .description("Make an API token that acts as one user, with that user's rights")
      .requiredOption('--user <email>', 'whom it acts as')
      .option('--name <text>', 'what it is for', 'command line')
      .option('--days <number>', 'how long it lasts; until it is revoked when absent')
      .addHelpText(
        'after',
        '\nExample:\n  npm start -- key create --dialect cotalker --user ada@example.com --name ci --days 90',
      )
      .action((options: TenantOption & { user: string; name: string; days?: string }) =>
        withSession(config(), async (session) => {
          const expiresAt = options.days === undefined ? null : new Date(Date.now() + daysOf(options.days) * day)
          const actor = await actorOf(session, options)
          const user = await userOf(session.directory, actor, options.user)
          const { token, credential } = await session.directory.createCredential(actor, {
            userId: user.id,
            dialect: dialectName,
            kind: 'api-token',
            name: options.name,
            expiresAt,
            mint: mintToken(session.signerFor(dialectName)),
          })
          say(`id     ${credential.id}`)
          say(`ends   ${expiresAt?.toISOString() ?? 'when it is revoked'}`)
          say(`token  ${token}   (shown only this once)`)
        }),
      )

    common(command.command('list'))
      .description('List the keys and sessions, oldest first; never their tokens')
      .option('--user <email>', 'only those of one user')
      .addHelpText('after', '\nExample:\n  npm start -- key list --dialect cotalker --user ada@example.com')
      .action((options: TenantOption & { user?: string }) =>
        withSession(config(), async (session) => {
          const actor = await actorOf(session, options)
          const user = options.user === undefined ? null : await userOf(session.directory, actor, options.user)
          const of = { dialect: dialectName, ...(user !== null && { userId: user.id }) }
          for (const credential of await session.directory.listCredentials(actor, of)) {
            const { id, kind, userId, name, createdAt, expiresAt } = credential
            say([id, kind, userId, createdAt.toISOString(), expiresAt?.toISOString() ?? '-', name ?? '-'].join('\t'))
          }
        }),
      )

    common(command.command('revoke'))
      .description('End a key or session: refused from this moment on')
      .argument('<id>', 'as key list shows it')
      .addHelpText('after', '\nExample:\n  npm start -- key revoke 61953bf9bdc3558a4966e54d --dialect cotalker')
      .action((id: string, options: TenantOption) =>
        withSession(config(), async (session) => {
          await session.directory.revokeCredential(await actorOf(session, options), { credentialId: id })
          say(`revoked ${id}`)
        }),
      )
  },
}

async function actorOf({ directory, defaultTenant }: Session, { tenant: appId }: TenantOption) {
  const tenant = appId === undefined ? defaultTenant : await directory.tenantByAppId(appId)
  if (tenant === null) throw badArgument(`--tenant: there is no tenant ${appId}. See: npm start -- tenant list`)
  return directory.operator(tenant.id)
}

type OperatorActor = Awaited<ReturnType<Directory['operator']>>
async function userOf(directory: Directory, actor: OperatorActor, email: string): Promise<User> {
  const page = {
    filter: { emails: [email.toLowerCase()] },
    direction: 'desc',
    limit: 1,
    offset: 0,
    total: false,
  } as const
  const [user] = (await directory.listUsers(actor, { query: page, scope: 'all' })).items
  if (user === undefined) throw badArgument(`--user: nobody has the address ${email}`)
  return user
}

function daysOf(text: string): number {
  const days = Number(text)
  if (!Number.isInteger(days) || days < 1 || days > 36_500)
    throw badArgument('--days must be a whole number from 1 to 36500')
  return days
}
