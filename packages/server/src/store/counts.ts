import type pg from 'pg'

/** Rows folded by one statement. */
const batch = 20_000

/**
 * Folds a total's many rows into one, so that summing it stays cheap. Rows that another process is folding are passed by.
 * Readers see either the rows or their sum, since both happen in one statement.
 */
export async function foldCounts(pool: pg.Pool): Promise<void> {
  await pool.query(
    `with gone as (
       delete from user_counts where (tenant_id, key, id) in (
         select c.tenant_id, c.key, c.id from user_counts c order by c.tenant_id, c.key, c.id limit $1 for update skip locked
       ) returning tenant_id, key, n
     )
     insert into user_counts (tenant_id, key, n)
     select tenant_id, key, sum(n) from gone group by tenant_id, key having sum(n) <> 0`,
    [batch],
  )
}
