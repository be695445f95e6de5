import type { Tenant } from '../catalogue.ts'
import type { Verb } from '../verb.ts'
import { catalogueOf } from './get-user.ts'

/** The actor's own tenant; no right is needed, since everyone belongs to it. */
export const getTenant: Verb<null, Tenant> = async (context) => (await catalogueOf(context)).tenant
