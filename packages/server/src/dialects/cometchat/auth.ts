import type { FastifyRequest } from 'fastify'
import { type Actor, DirectoryError, type KeyScope } from '../../core/index.ts'
import { originOf, setActor } from '../_kit/actor.ts'
import { appIdOfHost } from '../_kit/host-tenant.ts'
import type { DialectDeps } from '../dialect.ts'
import { CometChatRefusal } from './refusal.ts'

export const dialectName = 'cometchat'

/** Who may call an operation, and what its path and headers name. */
export interface Access {
  /** The smallest scope of a key that will do; `null`: keys are of no use, only users' own tokens. */
  readonly keys: KeyScope | null
  /** Whether the operator may keep it from public keys: those that write users. */
  readonly writesUsers?: boolean
  /** Whether users' own tokens will do; `own`: where the path names their user. */
  readonly tokens: boolean | 'own'
  /** Whether a key may look with the eyes of the user that `onBehalfOf` names; elsewhere that header is passed over. */
  readonly onBehalfOf?: boolean
  /** Who `{uid}` of the path may be, looked for before the body is read; `self`: the token's user, where no path names one. */
  readonly subject?: 'active' | 'anybody' | 'self'
}

/** A user as paths and headers name it. */
export interface Named {
  readonly id: string
  readonly uid: string
  readonly active: boolean
}

/** Who asks. */
export interface Caller {
  readonly actor: Actor
  /** Whose eyes it sees with: the token's user, or `onBehalfOf`; `null` for a key by itself. */
  readonly viewer: Named | null
  /** The user that is asked about, where the operation has one. */
  readonly subject: Named | null
}

/** What a request proves itself with: a key wins over a token, but where keys are of no use. */
export interface Presented {
  readonly kind: 'key' | 'token'
  readonly value: string
}

const callers = new WeakMap<FastifyRequest, Caller>()
const presentations = new WeakMap<FastifyRequest, Presented>()

/** For errors: what the request was checked by; `undefined` where it brought nothing. */
export const presentedBy = (request: FastifyRequest): Presented | undefined => presentations.get(request)

/** Throws `unauthenticated` where no check has run. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request)
  if (caller === undefined) throw new DirectoryError('unauthenticated')
  return caller
}

/** The user that an operation is about, which its path names but for a caller's own. */
export function subjectOf(request: FastifyRequest): Named {
  const { subject } = callerOf(request)
  if (subject === null) throw new CometChatRefusal('uid_not_found')
  return subject
}

/** The user whose token a request came with, for operations that take nothing else. */
export function selfOf(request: FastifyRequest): { readonly self: Named; readonly token: string } {
  const { viewer } = callerOf(request)
  const presented = presentedBy(request)
  if (viewer === null || presented?.kind !== 'token') throw new CometChatRefusal('empty_auth_token')
  return { self: viewer, token: presented.value }
}

/**
 * The checks of an operation in the platform's order: credential, app, scope, the user of the path. They run before the
 * body is read, and all but the last again when one has come, since that may have taken a minute.
 */
export function admission(deps: DialectDeps, access: Access) {
  const admit = async (request: FastifyRequest, known: Named | null): Promise<void> => {
    const presented = requirePresented(request, access)
    presentations.set(request, presented)
    const actor = await actorOf(deps, request, presented)
    const keptFromPublicKeys = access.writesUsers === true && deps.options.cometchatAuthKey === 'tokens'
    if (actor.ordinaryOnly && (access.keys === 'full-access' || keptFromPublicKeys)) {
      throw new CometChatRefusal('no_access')
    }
    const caller = await withViewer(deps, request, actor, access)
    const subject = known ?? (access.subject === undefined ? null : await subjectIn(deps, request, caller, access))
    if (access.tokens === 'own' && actor.userId !== null && actor.userId !== subject?.id) {
      throw new CometChatRefusal('no_access')
    }
    setActor(request, caller.actor)
    callers.set(request, { ...caller, subject })
    if (presented.kind === 'token') deps.seen(actor)
  }
  return {
    onRequest: (request: FastifyRequest) => admit(request, null),
    again: async (request: FastifyRequest): Promise<void> => {
      if (request.body !== undefined && request.body !== null) await admit(request, callerOf(request).subject)
    },
  }
}

function requirePresented({ headers }: FastifyRequest, { keys, tokens }: Access): Presented {
  const { apikey: key, authtoken: token } = headers
  if (keys !== null && typeof key === 'string' && key !== '') return { kind: 'key', value: key }
  if (tokens !== false && typeof token === 'string' && token !== '') return { kind: 'token', value: token }
  throw new CometChatRefusal(keys === null ? 'empty_auth_token' : 'empty_apikey')
}

const keyForm = /^[A-Za-z0-9_-]{16,128}$/
const tokenForm = /^[a-z0-9_-]{1,100}_\d+[0-9a-f]{32}$/
/** A host for all apps of a region, which say in a header who they are. */
const sharedHost = /^api(client)?-[a-z0-9]+$/

/** Throws `unauthenticated` for a credential of another kind as well, `wrong_tenant` where header or host name another app. */
async function actorOf({ directory, hostNames }: DialectDeps, request: FastifyRequest, { kind, value }: Presented) {
  const form = kind === 'key' ? keyForm : tokenForm
  const label = appIdOfHost(request.hostname, hostNames)
  const ofHost = label === null || sharedHost.test(label) ? null : label
  const ofHeader = appIdOfHeader(request)
  const actor = await directory.authenticate(originOf(dialectName, request), {
    token: value,
    verify: async (text) => form.test(text),
    appId: ofHeader || ofHost,
  })
  if ((kind === 'key') !== (actor.userId === null)) throw new DirectoryError('unauthenticated')
  if (ofHeader === '') throw new CometChatRefusal('empty_appid')
  if (ofHeader !== null && ofHost !== null && ofHeader !== ofHost) throw new DirectoryError('wrong_tenant')
  return actor
}

function appIdOfHeader({ headers: { appid } }: FastifyRequest): string | null {
  return typeof appid === 'string' ? appid.toLowerCase() : null
}

async function withViewer(
  { directory }: DialectDeps,
  request: FastifyRequest,
  actor: Actor,
  { onBehalfOf }: Access,
): Promise<Pick<Caller, 'actor' | 'viewer'>> {
  if (actor.userId !== null) {
    return { actor, viewer: await directory.recogniseUser(actor, { key: { id: actor.userId }, right: 'users.edit' }) }
  }
  const uid = request.headers.onbehalfof
  if (onBehalfOf !== true || typeof uid !== 'string' || uid === '') return { actor, viewer: null }
  const viewer = await directory.recogniseUser(actor, { key: { uid }, right: 'users.read-private' })
  if (viewer?.active !== true) throw noSuchUid(uid)
  return { actor: await directory.actAs(actor, { userId: viewer.id }), viewer }
}

async function subjectIn(
  { directory }: DialectDeps,
  { params }: FastifyRequest,
  { actor, viewer }: Pick<Caller, 'actor' | 'viewer'>,
  { subject: wanted }: Access,
): Promise<Named> {
  if (wanted === 'self') {
    if (viewer === null) throw new CometChatRefusal('empty_auth_token')
    return viewer
  }
  const uid = String(new Map(Object.entries(Object(params))).get('uid'))
  const right =
    actor.userId === null && !actor.capabilities.has('users.list-members') ? 'users.edit' : 'users.list-members'
  const subject = await directory.recogniseUser(actor, { key: { uid }, right })
  if (subject === null || (wanted === 'active' && !subject.active)) throw noSuchUid(uid)
  return subject
}

/** Uids are told in lower case, as they are kept. */
export const noSuchUid = (uid: string) => new CometChatRefusal('uid_not_found', { value: uid.toLowerCase() })
