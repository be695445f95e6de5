/** What a refusal's text may name. */
export interface Facts {
  /** As requests spell it. */
  readonly field?: string
  /** What was sent: a uid, a role; a key is masked before it comes here. */
  readonly value?: string
  readonly reason?: string
  /** Sentences by field; items of lists are `tags.0`. */
  readonly details?: Details
}
export type Details = Readonly<Record<string, readonly string[]>>

/** What only this dialect refuses, or tells apart where core has one word; errors.ts has the answers. */
export type OwnRefusal =
  | 'no_route'
  | 'no_version'
  | 'internal'
  | 'body_too_large'
  | 'unsupported_media_type'
  | 'unreadable'
  | 'empty_apikey'
  | 'apikey_not_found'
  | 'no_access'
  | 'empty_appid'
  | 'invalid_appid'
  | 'empty_auth_token'
  | 'token_not_found'
  | 'uid_not_found'
  | 'uid_taken'
  | 'bad_request'
  | 'role_not_found'
  | 'role_taken'
  | 'role_delete_denied'
  | 'auth_token_not_found'
  | 'key_not_found'
  | 'already_friend'
  | 'not_a_friend'
  | 'self_relation'
  | 'failed_to_add_friend'
  | 'block_self'

/** Thrown by this dialect for what core does not know. */
export class CometChatRefusal extends Error {
  override readonly name = 'CometChatRefusal'
  readonly refusal: OwnRefusal
  readonly facts: Facts

  constructor(refusal: OwnRefusal, facts: Facts = {}) {
    super(refusal)
    this.refusal = refusal
    this.facts = facts
  }
}

/** A request whose fields are wrong: all of them, with what is wrong with each. */
export const badRequest = (details: Details) => new CometChatRefusal('bad_request', { details })
