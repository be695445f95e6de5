import type { Actor, Credential } from '../core/index.ts'
import { appKeyDialect, scopeName } from './app-key.ts'
import { badArgument, say, tell } from './command.ts'
import { actorOf, userOf } from './lookup.ts'
import type { Session } from './session.ts'

export interface ListOptions {
  readonly dialect: string
  readonly tenant?: string
  readonly user?: string
  readonly values?: true
}

/** Prints one line for each key or session of a dialect, once the options are looked at. Throws `CommandError`. */
export function listKeys(options: ListOptions): (session: Session) => Promise<void> {
  const ofApp = options.dialect === appKeyDialect
  if (ofApp && options.user !== undefined) throw badArgument('--user: a key of CometChat acts for nobody')
  if (!ofApp && options.values) throw badArgument('--values: only keys of CometChat can be read again')
  return async (session) => {
    const actor = await actorOf(session, options)
    const credentials = await credentialsOf(session, actor, options)
    const values = options.values ? await valuesOf(session, actor) : null
    for (const { id, kind, userId, name, scope, createdAt, expiresAt } of credentials) {
      const [made, ends] = [createdAt.toISOString(), expiresAt?.toISOString() ?? '-']
      const columns = [id, kind, userId ?? '-', made, ends, name ?? '-', scopeName(scope)]
      say([...columns, ...(values === null ? [] : [values.get(id) ?? '-'])].join('\t'))
    }
    if (credentials.length === 0) tell('There are none.')
  }
}

/** Of an app its keys alone: each of its users has tokens, which the app's server lists. */
async function credentialsOf(session: Session, actor: Actor, { dialect, user }: ListOptions): Promise<Credential[]> {
  const holder = user === undefined ? null : await userOf(session, actor, user)
  const of = { dialect, ...(holder !== null && { userId: holder.id }) }
  const credentials = await session.directory.listCredentials(actor, of)
  return dialect === appKeyDialect ? credentials.filter(({ kind }) => kind === 'key') : credentials
}

/** The keys themselves by id. One that was sealed with a secret of long ago is missing. */
async function valuesOf({ directory }: Session, actor: Actor): Promise<ReadonlyMap<string, string>> {
  const keys = await directory.listKeys(actor, { dialect: appKeyDialect })
  return new Map(keys.map(({ credential, value }) => [credential.id, value]))
}
