import type { Catalogue, Credential } from '../core/index.ts'
import { FreshCache } from './fresh-cache.ts'
import { Freshness, type FreshnessOptions } from './freshness.ts'
import { KeptPages } from './kept-pages.ts'
import type { CachedUser } from './user-cache.ts'

/** What a process keeps in memory, and the rounds that keep it true. */
export interface Caches {
  readonly users: FreshCache<CachedUser>
  readonly credentials: FreshCache<Credential>
  readonly catalogues: FreshCache<Catalogue>
  readonly kept: KeptPages
  readonly freshness: Freshness
}

/** Users are about 5 KB each, with what dialects hang on them; the others are small. */
const [mostUsers, mostCredentials, mostCatalogues] = [10_000, 50_000, 1000]

export function openCaches(options: Pick<FreshnessOptions, 'connection' | 'ensure' | 'onError'>): Caches {
  const steady = () => freshness.steady
  const users = new FreshCache<CachedUser>({
    max: mostUsers,
    homeOf: ({ tenantId, user }) => ({ tenantId, id: user.id }),
    steady,
  })
  const credentials = new FreshCache<Credential>({ max: mostCredentials, homeOf: (credential) => credential, steady })
  const catalogues = new FreshCache<Catalogue>({
    max: mostCatalogues,
    homeOf: ({ tenant }) => ({ tenantId: tenant.id, id: tenant.id }),
    steady,
  })
  const kept = new KeptPages(steady)
  const freshness = new Freshness({ ...options, users, credentials, catalogues, kept })
  return { users, credentials, catalogues, kept, freshness }
}
