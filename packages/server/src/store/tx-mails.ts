import type { OwedMail, Tx } from '../core/index.ts'
import type { Statement } from './statement.ts'
import type { Writing } from './transaction.ts'

/** Oldest first; a few at a time, the next look finds the others. */
export const mailsDue = (tenantId: string, now: Date): Statement => ({
  text: `
    select user_id as "userId", attempts from owed_mails
    where tenant_id = $1 and next_attempt_at <= $2 order by next_attempt_at, user_id limit 20`,
  values: [tenantId, now],
})

export const txMails = ({ query, send }: Writing): Tx['mails'] => ({
  owe: async (tenantId, userId, now) => {
    send({
      text: 'insert into owed_mails (tenant_id, user_id, next_attempt_at, created_at) values ($1, $2, $3, $3)',
      values: [tenantId, userId, now],
    })
  },

  claim: async (tenantId, userId, now, until) => {
    const [owed] = await query<OwedMail>({
      text: `
        update owed_mails set attempts = attempts + 1, next_attempt_at = $4
        where tenant_id = $1 and user_id = $2 and next_attempt_at <= $3
        returning user_id as "userId", attempts`,
      values: [tenantId, userId, now, until],
    })
    return owed ?? null
  },

  delay: async (tenantId, userId, until, reason) => {
    send({
      text: 'update owed_mails set next_attempt_at = $3, last_error = $4 where tenant_id = $1 and user_id = $2',
      values: [tenantId, userId, until, reason],
    })
  },

  settle: async (tenantId, userId) => {
    send({ text: 'delete from owed_mails where tenant_id = $1 and user_id = $2', values: [tenantId, userId] })
  },
})
