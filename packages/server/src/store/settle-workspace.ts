import type pg from 'pg'
import { fold, type User } from '../core/index.ts'
import { customTerms } from './user-terms.ts'
import { foldedNameOf } from './user-texts.ts'

/** Users of one statement. */
const batch = 1000

interface Row extends Pick<User, 'shownName' | 'nickname' | 'bio' | 'email' | 'emailGenerated' | 'extensions'> {
  readonly tenantId: string
  readonly id: string
  readonly modifiedAt: Date
}

/**
 * The part of `0003_workspace.sql` that SQL can't do as core does: folding texts beyond ASCII, which depends on the
 * database's locale and lacks most of Unicode's marks, and writing custom values as JavaScript writes JSON.
 */
export async function settleWorkspace(client: pg.Client): Promise<void> {
  for (let last = ['', '']; ; ) {
    const { rows } = await client.query<Row>(
      `select tenant_id as "tenantId", id, shown_name as "shownName", nickname, bio, email,
         email_generated as "emailGenerated", extensions, modified_at as "modifiedAt"
       from users
       where (tenant_id, id) > ($1, $2) and (
         octet_length(concat(shown_name, nickname, bio, email)) <> length(concat(shown_name, nickname, bio, email))
         or jsonb_typeof(extensions -> 'customFields') = 'object'
       )
       order by tenant_id, id limit ${batch}`,
      last,
    )
    const end = rows.at(-1)
    if (end === undefined) return
    last = [end.tenantId, end.id]
    await settle(client, rows)
  }
}

async function settle(client: pg.Client, rows: readonly Row[]): Promise<void> {
  const [tenants, ids] = [rows.map(({ tenantId }) => tenantId), rows.map(({ id }) => id)]
  const texts = rows.map(({ shownName, nickname, bio, email, emailGenerated }) =>
    [shownName, nickname ?? '', bio ?? '', emailGenerated ? '' : email].map(fold),
  )
  const column = (place: number) => texts.map((text) => text[place] ?? '')
  await client.query(
    `update users u set folded_name = n.folded
     from unnest($1::text[], $2::text[], $3::text[]) as n(tenant_id, id, folded) where (u.tenant_id, u.id) = (n.tenant_id, n.id)`,
    [tenants, ids, rows.map(({ shownName }) => foldedNameOf(shownName))],
  )
  await client.query(
    `update user_texts x set (shown_name, nickname, bio, email) = (n.shown_name, n.nickname, n.bio, n.email)
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
       as n(tenant_id, id, shown_name, nickname, bio, email)
     where (x.tenant_id, x.user_id) = (n.tenant_id, n.id)`,
    [tenants, ids, column(0), column(1), column(2), column(3)],
  )
  const terms = rows.flatMap((row) => customTerms(row).map((term) => ({ ...row, term })))
  await client.query(
    `insert into user_terms (tenant_id, term, modified_at, user_id)
     select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[])`,
    [
      terms.map(({ tenantId }) => tenantId),
      terms.map(({ term }) => term),
      terms.map(({ modifiedAt }) => modifiedAt),
      terms.map(({ id }) => id),
    ],
  )
}
