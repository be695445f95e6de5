import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Actor, DirectoryError, type MintToken } from '../../core/index.ts'
import { originOf, setActor } from '../_kit/actor.ts'
import { appIdOfHost, tenantIdOf } from '../_kit/host-tenant.ts'
import type { TokenSigner } from '../_kit/token-signer.ts'
import type { DialectDeps } from '../dialect.ts'

export const dialectName = 'rocketchat'
/** 90 days, in seconds: the platform's `Accounts_LoginExpiration`. */
export const sessionLifetime = 7_776_000

const tokenForm = /^[A-Za-z0-9_-]{43}$/

type AuthDeps = Pick<DialectDeps, 'directory' | 'hostNames'>

/** Who presents this token. Throws `unauthenticated`. */
export const actorOfToken = ({ directory, hostNames }: AuthDeps, request: FastifyRequest, token: string) =>
  directory.authenticate(originOf(dialectName, request), {
    token,
    verify: async (value) => tokenForm.test(value),
    appId: appIdOfHost(request.hostname, hostNames),
  })

/** The token that a request came with. Throws `unauthenticated` where there is none. */
export function presentedToken({ headers }: FastifyRequest): string {
  const token = headers['x-auth-token']
  if (typeof token !== 'string' || token === '') throw new DirectoryError('unauthenticated')
  return token
}

/** The id of the user who asks. Throws `unauthenticated` for strangers. */
export function ownId({ userId }: Actor): string {
  if (userId === null) throw new DirectoryError('unauthenticated')
  return userId
}

/** Both headers are needed, and the token must be that user's. Throws `unauthenticated`. */
async function authenticate(deps: AuthDeps, request: FastifyRequest): Promise<Actor> {
  const userId = request.headers['x-user-id']
  const token = presentedToken(request)
  if (typeof userId !== 'string' || userId === '') throw new DirectoryError('unauthenticated')
  const actor = await actorOfToken(deps, request, token)
  if (actor.userId !== userId) throw new DirectoryError('unauthenticated')
  setActor(request, actor)
  return actor
}

/**
 * Makes every route of a plugin find out who calls before it reads the body, and again when a body has come: that may have
 * taken a minute. Throws `unauthenticated`.
 */
export function requireAuthentication(app: FastifyInstance, deps: AuthDeps): void {
  app.addHook('onRequest', async (request) => {
    await authenticate(deps, request)
  })
  app.addHook('preValidation', async (request) => {
    if (request.body !== undefined && request.body !== null) await authenticate(deps, request)
  })
}

/** For operations that work with a session and without: whoever has no valid one is a stranger to the host's tenant. */
export async function optionalActor(deps: AuthDeps, request: FastifyRequest): Promise<Actor> {
  try {
    return await authenticate(deps, request)
  } catch (error) {
    if (!(error instanceof DirectoryError) || error.code !== 'unauthenticated') throw error
    const tenantId = await tenantIdOf(request, deps.hostNames, deps.directory)
    return deps.directory.anonymous(tenantId, originOf(dialectName, request))
  }
}

/** Tokens are random and say nothing. */
export const mintToken =
  (signer: TokenSigner): MintToken =>
  async () =>
    signer.random()
