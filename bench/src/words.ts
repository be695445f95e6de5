import type { Bench } from './bench.ts'
import { rowsOf } from './database.ts'

/** Words that people of the largest tenant are found by, each with how many it finds. */
export interface Words {
  /** Whole words that find under 200 people. */
  readonly rare: readonly string[]
  /** Given names: the words that find most people. */
  readonly common: readonly string[]
  /** Three letters; the whole words they begin find at least 3 % of everybody. */
  readonly commonPrefixes: readonly string[]
  /** Three letters that find fewer. */
  readonly rarePrefixes: readonly string[]
}

const sampled = 2000

export async function wordsOf({ postgres, dataset, tenantId, someIds }: Bench): Promise<Words> {
  const rows = await rowsOf<{ word: string; found: number; begin: number }>(
    postgres.connection(dataset.database),
    `with words as (
       select distinct w.word from users u, unnest(u.keywords[1:2]) as w(word)
       where u.tenant_id = $1 and u.id = any($2) and w.word ~ '^[a-z]{3,}$'
     ), found as (
       select word, (select count(*)::int from user_terms t where t.tenant_id = $1 and t.term = 'k:' || word) as found
       from words
     ), beginnings as (
       select b.prefix, (
         select count(*)::int from user_terms t
         where t.tenant_id = $1 and t.term >= 'k:' || b.prefix and t.term < 'k:' || b.prefix || '{'
       ) as found from (select distinct left(word, 3) as prefix from words) b
     )
     select f.word, f.found, b.found as begin from found f join beginnings b on b.prefix = left(f.word, 3) order by f.word`,
    [tenantId, someIds.slice(0, sampled)],
  )
  const people = dataset.tenants[0]?.people ?? 0
  const words = (which: (row: { found: number; begin: number }) => boolean) =>
    rows.filter(which).map(({ word }) => word)
  const prefixes = (which: (row: { found: number; begin: number }) => boolean) => [
    ...new Set(words(which).map((word) => word.slice(0, 3))),
  ]
  return {
    rare: words(({ found }) => found < 200),
    common: words(({ found }) => found > people / 200),
    commonPrefixes: prefixes(({ begin }) => begin > people * 0.03),
    rarePrefixes: prefixes(({ begin }) => begin <= people * 0.03),
  }
}
