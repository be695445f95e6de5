import type { Credential } from '../credential.ts'
import { authorize } from '../policy.ts'
import type { Verb } from '../verb.ts'

/** The credentials of a dialect, of one user or of all, in order of creation; without their tokens. */
export const listCredentials: Verb<{ dialect: string; userId?: string }, Credential[]> = (context, input) => {
  const { actor, reads } = context
  if (actor.userId === null || actor.userId !== input.userId) authorize(actor, 'tokens.issue')
  return reads.credentials(actor.tenantId, input)
}
