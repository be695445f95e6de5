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

/** Names by text. Statements that differ in their values alone have one text; there are a few dozen that are prepared. */
const names = new Map<string, string>()
const mostNames = 100

/**
 * The same statement, to be prepared where it is first sent, so that it is planned a few times and not each time: 0.5 to 0.9 ms for
 * a page of a search. For statements whose roads are chosen as they run, by what they find.
 */
export function prepared(statement: Statement): Statement {
  let name = names.get(statement.text)
  if (name === undefined) {
    if (names.size >= mostNames) return statement
    name = `prepared-${names.size}`
    names.set(statement.text, name)
  }
  return { ...statement, name }
}
