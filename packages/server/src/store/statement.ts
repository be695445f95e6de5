import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
} from 'kysely'

/** SQL ready to send. With a `name` the connection prepares it once; the same name must always mean the same text. */
export interface Statement {
  readonly name?: string
  readonly text: string
  readonly values: readonly unknown[]
}

/** Kysely only composes text here; connections are ours (lanes.ts, pools.ts). */
const composer = new Kysely<Record<never, never>>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

/** A statement put together at run time: planned for its very values, since a filter's best plan depends on them. */
export function composed(fragment: RawBuilder<unknown>): Statement {
  const { sql, parameters } = fragment.compile(composer)
  return { text: sql, values: parameters }
}
