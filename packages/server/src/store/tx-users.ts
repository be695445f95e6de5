import { DirectoryError, type Tx } from '../core/index.ts'
import { copyUsers } from './bulk-users.ts'
import { relateUsers } from './related-users.ts'
import { relate } from './relations.ts'
import type { Writing } from './transaction.ts'
import { updateUsers } from './updated-users.ts'
import { type ReadingRow, readingsBy, userOf } from './user-readings.ts'
import { deletedUser, insertedUser, lockUsers, updatedUser } from './user-rows.ts'
import { countChanges, term, termsOf } from './user-terms.ts'

export const txUsers = (writing: Writing): Tx['users'] => {
  const { query, send, touches } = writing
  return {
    lock: async (tenantId, ids) => {
      send(lockUsers(tenantId, ids))
      const rows = await query<ReadingRow>(readingsBy(tenantId, 'id', ids))
      return rows.map(userOf)
    },

    lockHierarchy: async (tenantId) => {
      send(advisoryLock(`hierarchy:${tenantId}`))
    },

    lockOtherHolders: async (tenantId, roleId, userId) => {
      send(advisoryLock(`holders:${tenantId}`))
      const [row] = await query<{ others: number }>({
        text: `
          select count(*)::int as others from user_terms t
          join users u on (u.tenant_id, u.id) = (t.tenant_id, t.user_id)
          where t.tenant_id = $1 and t.term = $2 and t.user_id <> $3 and u.active and not u.read_only`,
        values: [tenantId, term.role(roleId), userId],
      })
      return row?.others ?? 0
    },

    insert: async (tenantId, user, usernames) => {
      for (const username of usernames) {
        const named = { ...user, username }
        const written = await query(insertedUser(tenantId, named, termsOf(named), countChanges(null, named)))
        if (written.length === 0) continue
        touches.users([user.id])
        return named
      }
      throw new DirectoryError('value_taken', { field: 'username' })
    },

    insertMany: async (tenantId, users) => {
      const present = await query<{ id: string }>({
        text: 'select id from users where tenant_id = $1 and id = any($2)',
        values: [tenantId, users.map(({ id }) => id)],
      })
      const known = new Set(present.map(({ id }) => id))
      const fresh = users.filter(({ id }) => !known.has(id))
      await copyUsers(writing, tenantId, fresh)
      return fresh
    },

    update: async (tenantId, before, after) => {
      const [old, now] = [termsOf(before), termsOf(after)]
      const moved = before.modifiedAt.getTime() !== after.modifiedAt.getTime() || before.active !== after.active
      const terms = moved
        ? { gone: old, come: now }
        : { gone: old.filter((item) => !now.includes(item)), come: now.filter((item) => !old.includes(item)) }
      send(updatedUser(tenantId, before, after, terms, countChanges(before, after)))
      touches.users([after.id])
    },

    delete: async (tenantId, user) => {
      for (const field of ['bosses', 'peers', 'subordinates'] as const)
        await relate(writing, tenantId, user.id, field, [])
      const gone = await query<{ id: string }>({
        text: 'delete from credentials where tenant_id = $1 and user_id = $2 returning id',
        values: [tenantId, user.id],
      })
      touches.add(...gone.map(({ id }) => `credential:${id}` as const))
      send(deletedUser(tenantId, user, termsOf(user), countChanges(user, null)))
      touches.users([user.id])
    },

    updateMany: async (tenantId, updates) => updateUsers(writing, tenantId, updates),

    relateMany: (tenantId, lists) => relateUsers(writing, tenantId, lists),

    relate: (tenantId, userId, field, ids) => relate(writing, tenantId, userId, field, ids),

    setAvatar: async (tenantId, userId, avatar) => {
      if (avatar === null) {
        send({
          text: 'delete from user_avatars where tenant_id = $1 and user_id = $2',
          values: [tenantId, userId],
        })
        return
      }
      send({
        text: `
          insert into user_avatars (tenant_id, user_id, media_type, image) values ($1, $2, $3, $4)
          on conflict (tenant_id, user_id) do update set media_type = excluded.media_type, image = excluded.image`,
        values: [tenantId, userId, avatar.mediaType, avatar.image],
      })
    },

    setPasswordHash: async (tenantId, userId, hash) => {
      send({
        name: 'set-password-hash',
        text: `
          insert into user_passwords (tenant_id, user_id, hash) values ($1, $2, $3)
          on conflict (tenant_id, user_id) do update set hash = excluded.hash`,
        values: [tenantId, userId, hash],
      })
      touches.users([userId])
    },

    passwordHash: async (tenantId, userId) => {
      const [row] = await query<{ hash: string }>(passwordHashOf(tenantId, userId))
      return row?.hash ?? null
    },
  }
}

export const passwordHashOf = (tenantId: string, userId: string) => ({
  name: 'password-hash',
  text: 'select hash from user_passwords where tenant_id = $1 and user_id = $2',
  values: [tenantId, userId],
})

const advisoryLock = (name: string) => ({
  text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
  values: [name],
})
