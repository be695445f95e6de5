import type { KeyScope } from '../core/index.ts'
import { badArgument, say } from './command.ts'
import { actorOf } from './lookup.ts'
import type { Session } from './session.ts'

/** The dialect whose keys are an app's own. */
export const appKeyDialect = 'cometchat'

/** The command that prints the keys of the default tenant. */
export const showKeys = `npm start -- key list --dialect ${appKeyDialect} --values`

/** Its words for what a key may do. */
export const scopes = { fullAccess: 'full-access', authOnly: 'auth-only' } as const satisfies Record<string, KeyScope>
export type ScopeName = keyof typeof scopes

/** `-` for what is no key. */
export const scopeName = (scope: KeyScope | null): string =>
  Object.entries(scopes).find(([, known]) => known === scope)?.[0] ?? '-'

export interface AppKeyOptions {
  readonly tenant?: string
  readonly user?: string
  readonly days?: number
  readonly name: string
  readonly scope?: ScopeName
}

/** Makes a key of an app, once its options are looked at. Throws `CommandError`. */
export function createAppKey(options: AppKeyOptions): (session: Session) => Promise<void> {
  const { user, days, name, scope } = options
  if (user !== undefined || days !== undefined) {
    throw badArgument('--user, --days: a key of CometChat acts for nobody, and lasts until it is revoked')
  }
  if (scope === undefined) throw badArgument("required option '--scope <scope>' not specified: fullAccess or authOnly")
  return async (session) => {
    const { newKey } = await import('../dialects/cometchat/tokens.ts')
    const value = newKey(session.signerFor(appKeyDialect))
    const made = { name, scope: scopes[scope], value, dialect: appKeyDialect }
    const { credential } = await session.directory.createKey(await actorOf(session, options), made)
    say(`id     ${credential.id}`)
    say(`scope  ${scope}`)
    say(`key    ${value}`)
  }
}
