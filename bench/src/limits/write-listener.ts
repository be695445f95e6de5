import { randomBytes } from 'node:crypto'
import type { RequestListener } from 'node:http'
import pg from 'pg'
import { countKeysOf, termsOf } from '../../../packages/server/src/store/user-terms.ts'
import type { WritePlan } from './limit.ts'

/**
 * (c) Writes what the product writes: the user's row, its posting lists, totals, folded texts and its event, in one
 * transaction over one connection; statements that need no answer of each other go out together. It reads and checks
 * nothing else, and answers always the same bytes.
 */
export async function writeListener(plan: WritePlan): Promise<RequestListener> {
  const pool = new pg.Pool({ ...plan.connection, max: plan.connections, pipeline: true })
  const write = plan.kind === 'create' ? await creator(pool, plan) : await patcher(pool, plan)
  const body = Buffer.from(plan.body)
  return (request, response) => {
    write((request.url ?? '').slice(1)).then(
      () => {
        response.writeHead(200, plan.headers)
        response.end(body)
      },
      (error: unknown) => {
        response.writeHead(500)
        response.end(String(error))
      },
    )
    request.resume()
  }
}

type Write = (id: string) => Promise<void>
type Row = { [column: string]: unknown }

/** Sends all at once and waits for all: the first failure is thrown, and what follows it changes nothing. */
async function inOneTransaction(
  pool: pg.Pool,
  statements: (client: pg.PoolClient) => Promise<unknown>[] | Promise<Promise<unknown>[]>,
): Promise<void> {
  const client = await pool.connect()
  try {
    const begun = client.query('begin')
    const written = await statements(client)
    await Promise.all([begun, ...written, client.query('commit')])
    client.release()
  } catch (error) {
    client.release(true)
    throw error
  }
}

const eventColumns = 'tenant_id, at, type, subject_id, actor_id, credential_id, dialect, request_id, address'
const insertedEvent = {
  name: 'event',
  text: `insert into events (${eventColumns}, changes, record, touches)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
}

/** The values of an event like one of the product's, of somebody else. */
async function eventLike(pool: pg.Pool, tenantId: string, type: string) {
  const { rows } = await pool.query<Row>(
    `select ${eventColumns}, changes::text, record::text from events where tenant_id = $1 and type = $2 order by id desc limit 1`,
    [tenantId, type],
  )
  const [like] = rows
  if (like === undefined) throw new Error(`The product has written no event ${type} yet.`)
  const { subject_id: _subject, at: _at, ...rest } = like
  return (id: string) => [
    ...[tenantId, new Date(), type, id, rest.actor_id, rest.credential_id, rest.dialect, rest.request_id, rest.address],
    ...[rest.changes, rest.record, [`user:${id}`]],
  ]
}

/** New people, like the last one that the product made. */
async function creator(pool: pg.Pool, { tenantId }: WritePlan): Promise<Write> {
  const event = await eventLike(pool, tenantId, 'user.created')
  const { rows: names } = await pool.query<{ name: string; type: string }>(
    `select column_name as name, data_type as type from information_schema.columns
     where table_name = 'users' and is_generated = 'NEVER' order by ordinal_position`,
  )
  const { rows } = await pool.query<Row>(
    'select * from users where tenant_id = $1 order by created_at desc, uid limit 1',
    [tenantId],
  )
  const [like = {}] = rows
  const user = await recordOf(pool, tenantId, String(like.id))
  const [terms, keys] = [termsOf(user), countKeysOf(user)]
  const text = `
    with written as (
      insert into users (${names.map(({ name }) => name).join(', ')})
      values (${names.map((_, at) => `$${at + 1}`).join(', ')})
    ), terms as (
      insert into user_terms (tenant_id, term, modified_at, user_id)
      select $1, t.term, $${names.length + 1}::timestamptz, $2 from unnest($${names.length + 2}::text[]) as t(term)
    ), counts as (
      insert into user_counts (tenant_id, key, n) select $1, c.key, 1 from unnest($${names.length + 3}::text[]) as c(key)
    )
    insert into user_texts (tenant_id, user_id, username, shown_name, nickname, bio, email)
    values ($1, $2, $${names.length + 4}, $${names.length + 5}, '', '', $${names.length + 6})`
  return async () => {
    const id = randomBytes(12).toString('hex')
    const [username, email, now] = [`limit.${id}`, `limit.${id}@example.com`, new Date()]
    const own: Row = { ...like, id, uid: id, username, email, membership_id: id, created_at: now, modified_at: now }
    const values = names.map(({ name, type }) =>
      type === 'jsonb' && own[name] !== null ? JSON.stringify(own[name]) : own[name],
    )
    await inOneTransaction(pool, (client) => [
      client.query({ name: 'create', text, values: [...values, now, terms, keys, username, like.folded_name, email] }),
      client.query({ ...insertedEvent, values: event(id) }),
    ])
  }
}

/** A new phone number, which moves the posting lists since they are ordered by recency. */
async function patcher(pool: pg.Pool, { tenantId }: WritePlan): Promise<Write> {
  const event = await eventLike(pool, tenantId, 'user.updated')
  let number = 0
  return (id) =>
    inOneTransaction(pool, async (client) => {
      const row = await recordOf(client, tenantId, id, ' for update')
      const [now, terms] = [new Date(), termsOf(row)]
      number = (number + 1) % 10_000
      return [
        client.query({
          name: 'update',
          text: `update users set phone = $3, modified_at = $4, version = version + 1, revision = revision + 1
            where tenant_id = $1 and id = $2`,
          values: [tenantId, id, `+1 555 ${number}`, now],
        }),
        client.query({
          name: 'terms',
          text: `
            with gone as (
              delete from user_terms t using unnest($3::text[]) as g(term)
              where t.tenant_id = $1 and t.term = g.term and t.modified_at = $4 and t.user_id = $2
            )
            insert into user_terms (tenant_id, term, modified_at, user_id)
            select $1, g.term, $5, $2 from unnest($3::text[]) as g(term)`,
          values: [tenantId, id, terms, row.modifiedAt, now],
        }),
        client.query({ ...insertedEvent, values: event(id) }),
      ]
    })
}

type Counted = Parameters<typeof termsOf>[0]

/** What the names of posting lists and totals are made from, and no more of the row. */
async function recordOf(on: pg.Pool | pg.PoolClient, tenantId: string, id: string, lock = ''): Promise<Counted> {
  const { rows } = await on.query<Counted>({
    name: `record${lock}`,
    text: `
      select keywords, access_roles as "accessRoles", properties, job, bot_id as "botId", active, kind,
        import_ids as "importIds", tags, extensions, modified_at as "modifiedAt"
      from users where tenant_id = $1 and id = $2${lock}`,
    values: [tenantId, id],
  })
  const [row] = rows
  if (row === undefined) throw new Error(`There is nobody ${id}.`)
  return row
}
