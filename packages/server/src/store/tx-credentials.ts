import type { Basis, Credential, Tx } from '../core/index.ts'
import type { Statement } from './statement.ts'
import type { Writing } from './transaction.ts'

export const credentialColumns = `
  id, tenant_id as "tenantId", user_id as "userId", dialect, kind, name, hint,
  bypass_second_factor as "bypassSecondFactor", scope, sealed, details, access_roles as "accessRoles",
  created_at as "createdAt", expires_at as "expiresAt"`

export const credentialByFingerprint = (fingerprint: string): Statement => ({
  name: 'credential-by-fingerprint',
  text: `select ${credentialColumns} from credentials where fingerprint = $1`,
  values: [Buffer.from(fingerprint, 'hex')],
})

export const txCredentials = ({ query, send, touches }: Writing): Tx['credentials'] => ({
  insert: async (credential, fingerprint) => {
    send({
      name: 'insert-credential',
      text: `
        insert into credentials (tenant_id, id, user_id, dialect, kind, name, created_at, expires_at, fingerprint,
          access_roles, hint, bypass_second_factor, scope, sealed, details)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
      values: [
        credential.tenantId,
        credential.id,
        credential.userId,
        credential.dialect,
        credential.kind,
        credential.name,
        credential.createdAt,
        credential.expiresAt,
        Buffer.from(fingerprint, 'hex'),
        credential.accessRoles,
        credential.hint,
        credential.bypassSecondFactor,
        credential.scope,
        credential.sealed,
        JSON.stringify(credential.details),
      ],
    })
    touches.add(`credential:${credential.id}`)
  },

  lock: async (tenantId, id) => {
    const [credential] = await query<Credential>({
      text: `select ${credentialColumns} from credentials where tenant_id = $1 and id = $2 for update`,
      values: [tenantId, id],
    })
    return credential ?? null
  },

  basisOf: async (tenantId, id) => {
    const [basis] = await query<Basis>({
      name: 'basis-of-credential',
      text: `
        select coalesce(u.revision, 0) as "userRevision", t.catalogue_revision as "catalogueRevision", c.scope
        from credentials c
        left join users u on u.tenant_id = c.tenant_id and u.id = c.user_id
        join tenants t on t.tenant_id = c.tenant_id
        where c.tenant_id = $1 and c.id = $2 and (c.user_id is null or u.active)`,
      values: [tenantId, id],
    })
    return basis ?? null
  },

  lockByFingerprint: async (tenantId, fingerprint) => {
    const [credential] = await query<Credential>({
      text: `select ${credentialColumns} from credentials where tenant_id = $1 and fingerprint = $2 for update`,
      values: [tenantId, Buffer.from(fingerprint, 'hex')],
    })
    return credential ?? null
  },

  update: async ({ tenantId, id, name, scope, details }) => {
    send({
      text: 'update credentials set name = $3, scope = $4, details = $5 where tenant_id = $1 and id = $2',
      values: [tenantId, id, name, scope, JSON.stringify(details)],
    })
    touches.add(`credential:${id}`)
  },

  deleteOldest: async (tenantId, userId, { kinds, dialect }, keep) => {
    const gone = await query<{ id: string }>({
      text: `
        delete from credentials where tenant_id = $1 and id in (
          select id from credentials
          where tenant_id = $1 and user_id = $2 and kind = any($3::text[]) and ($4::text is null or dialect = $4)
          order by created_at desc, id desc offset $5
        ) returning id`,
      values: [tenantId, userId, kinds, dialect ?? null, keep],
    })
    touches.add(...gone.map(({ id }) => `credential:${id}` as const))
  },

  delete: async (tenantId, id) => {
    send({ text: 'delete from credentials where tenant_id = $1 and id = $2', values: [tenantId, id] })
    touches.add(`credential:${id}`)
  },

  deleteExpired: async (tenantId, userId, now) => {
    send({
      name: 'delete-expired-credentials',
      text: 'delete from credentials where tenant_id = $1 and user_id = $2 and expires_at <= $3',
      values: [tenantId, userId, now],
    })
  },

  lockNamed: async (tenantId, userId, dialect, name) => {
    const [credential] = await query<Credential>({
      text: `
        select ${credentialColumns} from credentials
        where tenant_id = $1 and user_id = $2 and dialect = $3 and name = $4 and kind = 'personal-token' for update`,
      values: [tenantId, userId, dialect, name],
    })
    return credential ?? null
  },

  deleteOf: async (tenantId, userId, { kinds, dialect, spare }) => {
    const gone = await query<{ id: string }>({
      text: `
        delete from credentials
        where tenant_id = $1 and user_id = $2 and kind = any($3::text[]) and id is distinct from $4
          and ($5::text is null or dialect = $5)
        returning id`,
      values: [tenantId, userId, kinds, spare ?? null, dialect ?? null],
    })
    touches.add(...gone.map(({ id }) => `credential:${id}` as const))
    return gone.length
  },
})
