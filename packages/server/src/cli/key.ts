import { type Command, Option } from 'commander'
import { BadValue } from '../config-values.ts'
import { type CliCommand, checked, say, tell } from './command.ts'
import { actorOf, userOf } from './lookup.ts'
import { withSession } from './with-session.ts'

type TenantOption = { tenant?: string }
/** The dialects that have keys. */
const dialectName = 'cotalker'
const longestName = 200
/** In milliseconds. */
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
      .option('--name <text>', 'what it is for', checked(parseName), 'command line')
      .option('--days <number>', 'how long it lasts; until it is revoked when absent', checked(parseDays))
      .addHelpText(
        'after',
        '\nExample:\n  npm start -- key create --dialect cotalker --user ada@example.com --name ci --days 90',
      )
      .action((options: TenantOption & { user: string; name: string; days?: number }) =>
        withSession(config(), async (session) => {
          const expiresAt = options.days === undefined ? null : new Date(Date.now() + options.days * day)
          const actor = await actorOf(session, options)
          const user = await userOf(session, actor, options.user)
          const { mintToken } = await import('../dialects/cotalker/auth.ts')
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
          say(`token  ${token}`)
          tell('The token is shown only this once.')
        }),
      )

    common(command.command('list'))
      .description('List the keys and sessions, oldest first; never their tokens')
      .option('--user <email>', 'only those of one user')
      .addHelpText(
        'after',
        '\nColumns, tab-separated: id, kind, user id, made at, ends at (or -), name.' +
          '\n\nExample:\n  npm start -- key list --dialect cotalker --user ada@example.com',
      )
      .action((options: TenantOption & { user?: string }) =>
        withSession(config(), async (session) => {
          const actor = await actorOf(session, options)
          const user = options.user === undefined ? null : await userOf(session, actor, options.user)
          const of = { dialect: dialectName, ...(user !== null && { userId: user.id }) }
          const credentials = await session.directory.listCredentials(actor, of)
          for (const { id, kind, userId, name, createdAt, expiresAt } of credentials) {
            say([id, kind, userId, createdAt.toISOString(), expiresAt?.toISOString() ?? '-', name ?? '-'].join('\t'))
          }
          if (credentials.length === 0) tell('There are none.')
        }),
      )

    common(command.command('revoke'))
      .description('End a key or session: refused from this moment on')
      .argument('<id>', 'as key list shows it')
      .addHelpText('after', '\nExample:\n  npm start -- key revoke 61953bf9bdc3558a4966e54d --dialect cotalker')
      .action((id: string, options: TenantOption) =>
        withSession(
          config(),
          async (session) => {
            await session.directory.revokeCredential(await actorOf(session, options), { credentialId: id })
            say(`revoked ${id}`)
          },
          { id: `<id> ${id}` },
        ),
      )
  },
}

function parseName(text: string): string {
  if (text.trim() === '' || text.length > longestName) throw new BadValue(`must have 1 to ${longestName} characters`)
  return text
}

function parseDays(text: string): number {
  const days = Number(text)
  if (!Number.isInteger(days) || days < 1 || days > 36_500) {
    throw new BadValue('must be a whole number from 1 to 36500')
  }
  return days
}
