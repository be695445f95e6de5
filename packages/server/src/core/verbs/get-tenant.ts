import type { Tenant } from '../catalogue.ts'
import { DirectoryError } from '../errors.ts'
import type { Verb } from '../verb.ts'
import { catalogueOf } from './get-user.ts'

/** The actor's own tenant; no right is needed, since everyone belongs to it. Any other id is `not_found`. */
export const getTenant: Verb<{ tenantId?: string }, Tenant> = async (context, { tenantId }) => {
  requireOwnTenant(context.actor.tenantId, tenantId)
  return (await catalogueOf(context)).tenant
}

/** Throws `not_found` for the id of another tenant, whether there is one or not. */
export function requireOwnTenant(own: string, asked: string | undefined): void {
  if (asked === undefined || asked === own) return
  throw new DirectoryError('not_found', { field: 'id', reason: `Nothing has the id ${asked}.` })
}
