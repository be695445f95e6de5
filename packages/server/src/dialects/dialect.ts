import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Actor, Directory, WebhookFormat } from '../core/index.ts'
import type { Fidelity } from './_kit/fidelity.ts'
import type { HostNames } from './_kit/host-tenant.ts'
import type { TokenSigner } from './_kit/token-signer.ts'

/** What the operator decides of single dialects. */
export interface DialectOptions {
  /** Whether Rocket.Chat's `query` and `fields` work, are passed over, or are refused. */
  readonly rocketchatQuery: 'on' | 'ignore' | 'reject'
  /** What Rocket.Chat's users.createToken asks for; `null`: that operation is off. */
  readonly rocketchatTokenSecret: string | null
  /** What CometChat's public keys may do: make and change ordinary users, and issue their tokens; or only the latter. */
  readonly cometchatAuthKey: 'users' | 'tokens'
  /** Whether strangers may register themselves where a tenant has not decided. */
  readonly openRegistration: boolean
}

/** What every dialect works with; nothing else reaches it. */
export interface DialectDeps {
  readonly directory: Directory
  readonly hostNames: HostNames
  /** Signs with a key that is this dialect's alone. */
  readonly signer: TokenSigner
  readonly options: DialectOptions
  /** Notes that the actor's user is here, for platforms where a call means that; returns at once. */
  readonly seen: (actor: Actor) => void
}

/** One platform's wire protocol. */
export interface Dialect {
  readonly name: string
  /** Paths that belong to it alone, without a trailing slash: a prefix owns everything below it. */
  readonly prefixes: readonly string[]
  /** Single paths, and what is below them, that it has under somebody else's prefix or none. */
  readonly exactPaths: readonly string[]
  /** What paths that belong to nobody else begin with, where it answers those. */
  readonly leftOver?: RegExp
  /** Mounts its routes with their error handlers and API document; gives the latter once the app is ready. */
  readonly mount: (app: FastifyInstance, deps: DialectDeps) => Promise<() => object>
  /** How near it is to the original: docs/fidelity.md. */
  readonly fidelity: Fidelity
  /** How its webhooks are delivered, where it has any. An event older than so many milliseconds may be given up. */
  readonly webhooks?: (options: { readonly maxAge: number }) => WebhookFormat
  /** Answers, in the platform's form, what fails before a route is found, such as a URL that can't be decoded. */
  readonly answerError: (error: Error, request: FastifyRequest, reply: FastifyReply) => FastifyReply
}
