import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Actor, type Capability, DirectoryError, isAdministrator, type MintToken } from '../../core/index.ts'
import { actorOf, originOf, setActor } from '../_kit/actor.ts'
import { appIdOfHost } from '../_kit/host-tenant.ts'
import type { TokenSigner } from '../_kit/token-signer.ts'
import type { DialectDeps } from '../dialect.ts'

export const dialectName = 'cotalker'
/** Seven days, in seconds: `signatureDuration` of a Cotalker company. */
export const sessionLifetime = 604_800

const bearer = /^Bearer +(\S+)$/i

/**
 * Makes every route of a plugin find out who calls before it reads the body, and again when a body has come: that may have
 * taken a minute. Whoever calls is online from then on. Throws `unauthenticated`.
 */
export function requireAuthentication(app: FastifyInstance, { directory, hostNames, seen, signer }: DialectDeps): void {
  const authenticate = async (request: FastifyRequest): Promise<void> => {
    const [, token] = bearer.exec(request.headers.authorization ?? '') ?? []
    if (token === undefined) throw new DirectoryError('unauthenticated')
    const actor = await directory.authenticate(originOf(dialectName, request), {
      token,
      verify: (value) => signer.verify(value),
      appId: appIdOfHost(request.hostname, hostNames),
    })
    setActor(request, actor)
    seen(actor)
  }
  app.addHook('onRequest', authenticate)
  app.addHook('preValidation', async (request) => {
    if (request.body !== undefined && request.body !== null) await authenticate(request)
  })
}

/** Whether the request selects the admin API. */
export const isAdminRequest = ({ headers }: FastifyRequest): boolean =>
  typeof headers.admin === 'string' && headers.admin.toLowerCase() === 'true'

/** Rights that need no `Admin: true`: reading people, and webhooks, whose pages ask for `Authorization` alone. */
const clientRights: ReadonlySet<Capability> = new Set([
  'users.list-public',
  'users.read-private',
  'webhooks.read',
  'webhooks.edit',
])
export const isClientRight = (right: Capability): boolean => clientRights.has(right)
const clientActors = new WeakMap<Actor['capabilities'], Actor['capabilities']>()

/** Who acts: with all its rights through the admin API, else with those that the client API leaves. */
export function callerOf(request: FastifyRequest): Actor {
  const actor = actorOf(request)
  if (isAdminRequest(request)) return actor
  let capabilities = clientActors.get(actor.capabilities)
  if (capabilities === undefined) {
    capabilities = new Set([...actor.capabilities].filter((right) => clientRights.has(right)))
    clientActors.set(actor.capabilities, capabilities)
  }
  return { ...actor, capabilities }
}

/** Cotalker's tokens are JWTs; clients read `company`, `exp` and `type` of them. */
export const mintToken =
  (signer: TokenSigner): MintToken =>
  ({ credential, user, catalogue }) =>
    signer.sign({
      _id: user.id,
      role: isAdministrator(user, catalogue) ? 'admin' : 'user',
      company: credential.tenantId,
      date: credential.createdAt.getTime(),
      iat: Math.floor(credential.createdAt.getTime() / 1000),
      ...(credential.expiresAt !== null && { exp: Math.floor(credential.expiresAt.getTime() / 1000) }),
      type: credential.kind === 'session' ? 'session' : 'api',
      jti: credential.id,
    })
