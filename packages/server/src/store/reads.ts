import type { Catalogue, Credential, OwedMail, Page, Reads, Tenant, User, UserQuery } from '../core/index.ts'
import { bulkReads } from './bulk-reads.ts'
import { type CatalogueRow, catalogueFromRow, catalogueOf, tenantColumns } from './catalogues.ts'
import { changedUsers, presentSnapshot } from './changed-users.ts'
import { hasPatterns } from './filter-normal-form.ts'
import type { FreshCache } from './fresh-cache.ts'
import type { Freshness } from './freshness.ts'
import type { KeptPages } from './kept-pages.ts'
import type { Querying } from './lanes.ts'
import { type BlockRow, blocksByRow, blocksOf } from './links.ts'
import { type AvatarRow, avatarOf, presentUsers } from './presences.ts'
import { credentialByFingerprint, credentialColumns } from './tx-credentials.ts'
import { mailsDue } from './tx-mails.ts'
import { passwordHashOf } from './tx-users.ts'
import { type CachedUser, UserCache } from './user-cache.ts'
import { isLong, isQuick, type PageRow, userPage, usersOn } from './user-page.ts'
import { webhookReads } from './webhooks.ts'

export interface ReadsOptions {
  readonly lanes: Querying
  readonly slow: Querying
  /** For statements that hold patterns of strangers. */
  readonly patterns: Querying
  readonly everyUser: Reads['everyUser']
  readonly freshness: Freshness
  readonly users: FreshCache<CachedUser>
  readonly credentials: FreshCache<Credential>
  readonly catalogues: FreshCache<Catalogue>
  readonly kept: KeptPages
}

/** Implements core's `Reads`: from a cache that the last round proved, else by a statement, which is fresh by itself. */
export function createReads({
  lanes,
  slow,
  patterns,
  everyUser,
  freshness,
  users,
  credentials,
  catalogues,
  kept,
}: ReadsOptions): Reads {
  const cache = new UserCache(lanes, users)

  const pageOf = async (tenantId: string, query: UserQuery): Promise<Page<User>> => {
    const road = isQuick(query) ? lanes : hasPatterns(query.filter) ? patterns : slow
    const [page] = await road.query<PageRow>(userPage(tenantId, query))
    const { users: rows, total } = page ?? { users: [], total: null }
    const listed = usersOn(rows)
    const known = new Map<string, User>()
    const missing: string[] = []
    for (const { id, revision } of listed) {
      const user = cache.known(tenantId, id)?.user
      if (user?.revision === revision) known.set(id, user)
      else missing.push(id)
    }
    if (missing.length > 0)
      for (const { user } of await cache.byIds(tenantId, missing, isLong(query) ? slow : lanes))
        known.set(user.id, user)
    // Whoever was erased between the two statements is left out.
    return { items: listed.flatMap(({ id }) => known.get(id) ?? []), total }
  }

  return {
    ...bulkReads(slow, cache),
    ...webhookReads(lanes),

    round: () => freshness.round(),

    credential: async (fingerprint, verify) => {
      const cached = credentials.get(fingerprint)
      if (cached !== undefined) return cached
      return credentials.fetch(
        async () => {
          const [credential] = await lanes.query<Credential>(credentialByFingerprint(fingerprint))
          return credential !== undefined && (await verify()) ? credential : null
        },
        (credential) => (credential === null ? [] : [[fingerprint, credential]]),
      )
    },

    catalogue: async (tenantId) => {
      const cached = catalogues.get(tenantId)
      if (cached !== undefined) return cached
      return catalogues.fetch(
        async () => {
          const [row] = await lanes.query<CatalogueRow>(catalogueOf(tenantId))
          return row === undefined ? null : catalogueFromRow(row)
        },
        (catalogue) => (catalogue === null ? [] : [[tenantId, catalogue]]),
      )
    },

    user: (tenantId, id) => cache.byId(tenantId, id),
    userByHandle: (tenantId, handle) => cache.byHandle(tenantId, handle),
    users: (tenantId, query) => kept.page(tenantId, query, () => pageOf(tenantId, query)),

    everyUser,

    presences: (tenantId, people) => kept.presencesOn(tenantId, people, () => cache.presences(tenantId, people)),

    present: async (tenantId, changedAfter, most) =>
      (await slow.query<{ id: string }>(presentUsers(tenantId, changedAfter, most))).map(({ id }) => id),

    blocks: async (tenantId, viewerId, ids) =>
      blocksByRow(ids.length === 0 ? [] : await lanes.query<BlockRow>(blocksOf(tenantId, viewerId, ids))),

    // A request that asks has waited for a round: what that saw is no later than what is read now.
    moment: async () => freshness.snapshot ?? (await presentSnapshot(lanes)),

    changedUsers: (tenantId, between, limit) => changedUsers(slow, tenantId, between, limit),

    avatar: async (tenantId, userId) => {
      const [row] = await lanes.query<AvatarRow>(avatarOf(tenantId, userId))
      return row ?? null
    },

    passwordHash: async (tenantId, userId) => {
      const [row] = await lanes.query<{ hash: string }>(passwordHashOf(tenantId, userId))
      return row?.hash ?? null
    },

    tenantByAppId: async (appId) => {
      const [tenant] = await lanes.query<Tenant>({
        name: 'tenant-by-app-id',
        text: `select ${tenantColumns} from tenants where app_id = $1`,
        values: [appId],
      })
      return tenant ?? null
    },

    tenants: () =>
      lanes.query<Tenant>({ text: `select ${tenantColumns} from tenants order by created_at, tenant_id`, values: [] }),

    mailsDue: (tenantId, now) => lanes.query<OwedMail>(mailsDue(tenantId, now)),

    credentials: (tenantId, { userId, dialect }) =>
      lanes.query<Credential>({
        text: `
          select ${credentialColumns} from credentials
          where tenant_id = $1 and dialect = $2 and ($3::text is null or user_id = $3) order by created_at, id`,
        values: [tenantId, dialect, userId ?? null],
      }),
  }
}
