import { type Command, Option } from 'commander'
import { BadValue } from '../config-values.ts'
import type { Actor, User } from '../core/index.ts'
import { appKeyDialect, createAppKey, type ScopeName, scopes } from './app-key.ts'
import { badArgument, type CliCommand, checked, say, tell } from './command.ts'
import { type KeyDialectName, keyDialects } from './key-dialects.ts'
import { type ListOptions, listKeys } from './key-list.ts'
import { actorOf, userOf } from './lookup.ts'
import type { Session } from './session.ts'
import { withSession } from './with-session.ts'

type CommonOptions = { dialect: KeyDialectName | typeof appKeyDialect; tenant?: string }
type CreateOptions = CommonOptions & { user?: string; name: string; days?: number; scope?: ScopeName }
type TokenOptions = CreateOptions & { dialect: KeyDialectName; user: string }
const longestName = 200
/** In milliseconds. */
const day = 86_400_000

const dialectOption = () =>
  new Option('--dialect <name>', 'where the key works')
    .choices([...Object.keys(keyDialects), appKeyDialect])
    .makeOptionMandatory()
const common = (command: Command) =>
  command.addOption(dialectOption()).option('--tenant <name>', 'the tenant; the default one when absent')

export const key: CliCommand = {
  register: (program, config) => {
    const command = program.command('key').description('Create, list and revoke API keys')

    common(command.command('create'))
      .description("Make a token that acts as one user, with that user's rights; or a key of a CometChat app")
      .option('--user <email>', 'whom it acts as; not for cometchat')
      .addOption(new Option('--scope <scope>', 'what a key of cometchat may do').choices(Object.keys(scopes)))
      .option(
        '--name <text>',
        'what it is for; there is one of each name for Rocket.Chat (and user) and for CometChat',
        checked(parseName),
        'command line',
      )
      .option(
        '--days <number>',
        'how long it lasts; until it is revoked when absent, or for cometchat',
        checked(parseDays),
      )
      .addHelpText(
        'after',
        '\nExample:\n  npm start -- key create --dialect cotalker --user ada@example.com --name ci --days 90' +
          '\n  npm start -- key create --dialect rocketchat --user ada@example.com --name ci' +
          '\n  npm start -- key create --dialect cometchat --scope authOnly --name web' +
          '\n\nA fullAccess key may do anything. An authOnly key makes and changes ordinary users and issues their tokens:' +
          '\nit may ship inside apps.',
      )
      .action((options: CreateOptions) => withSession(config(), creation(options), { name: `--name ${options.name}` }))

    common(command.command('list'))
      .description('List the keys and sessions, oldest first, without their tokens; of CometChat the keys alone')
      .option('--user <email>', 'only those of one user; not for cometchat')
      .option('--values', 'with the keys themselves as the last column; only for cometchat')
      .addHelpText(
        'after',
        '\nColumns, tab-separated: id, kind, user id (or -), made at, ends at (or -), name, scope of a key (or -).' +
          '\nTokens of CometChat users are no keys: its API lists them, GET /v3/users/UID/auth_tokens.' +
          '\n\nExample:\n  npm start -- key list --dialect cotalker --user ada@example.com' +
          '\n  npm start -- key list --dialect cometchat --values',
      )
      .action((options: CommonOptions & ListOptions) => withSession(config(), listKeys(options)))

    common(command.command('revoke'))
      .description('End a key or session: refused from this moment on')
      .argument('<id>', 'as key list shows it')
      .addHelpText('after', '\nExample:\n  npm start -- key revoke 61953bf9bdc3558a4966e54d --dialect cotalker')
      .action((id: string, options: CommonOptions) =>
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

/** Looks at the options before anything is opened. */
function creation(options: CreateOptions): (session: Session) => Promise<void> {
  const { dialect, user, scope } = options
  if (dialect === appKeyDialect) return createAppKey(options)
  if (user === undefined) throw badArgument("required option '--user <email>' not specified")
  if (scope !== undefined) throw badArgument('--scope: only keys of CometChat have one')
  return (session) => createToken(session, { ...options, dialect, user })
}

async function createToken(session: Session, options: TokenOptions): Promise<void> {
  const { dialect, name, days } = options
  const { kind, ownName, mintToken, shown } = keyDialects[dialect]
  const expiresAt = days === undefined ? null : new Date(Date.now() + days * day)
  const actor = await actorOf(session, options)
  const user = await userOf(session, actor, options.user)
  if (ownName) await requireFreeName(session, actor, user, options)
  const { token, credential } = await session.directory.createCredential(actor, {
    ...{ userId: user.id, dialect, kind, name, expiresAt },
    mint: (await mintToken())(session.signerFor(dialect)),
  })
  const lines = [
    ['id', credential.id],
    ['ends', expiresAt?.toISOString() ?? 'when it is revoked'],
    ...shown({ token, userId: user.id }),
  ] as const
  const width = Math.max(...lines.map(([word]) => word.length))
  for (const [word, value] of lines) say(`${word.padEnd(width)}  ${value}`)
  tell('The token is shown only this once.')
}

/** Only for the words: of two that come at once the store still refuses one. */
async function requireFreeName(
  { directory }: Session,
  actor: Actor,
  user: User,
  { dialect, name }: TokenOptions,
): Promise<void> {
  const credentials = await directory.listCredentials(actor, { dialect, userId: user.id })
  const holder = credentials.find((one) => one.kind === keyDialects[dialect].kind && one.name === name)
  if (holder === undefined) return
  throw badArgument(
    `--name ${name}: ${user.email} has a token of this name. ` +
      `Give it another --name, or end that one first: npm start -- key revoke ${holder.id} --dialect ${dialect}`,
  )
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
