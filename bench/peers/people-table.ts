import pg from 'pg'
import type { PeerSetting } from '../src/peer.ts'
import { createdPrefix } from './sample.ts'

/** The people of one batch as rows, to be written behind `insert into … select … from`. Its names are those of `PeerPerson`. */
export const batch = `json_to_recordset($1::json) as person(
  id text, username text, email text, "givenNames" text, "familyName" text, "secondFamilyName" text, "displayName" text, phone text,
  "jobTitle" text, language text, active boolean, tags json, "createdAt" timestamptz, "modifiedAt" timestamptz)`

/** SQL for what `fullName` makes of a person. */
export const nameOfBatch = `concat_ws(' ', nullif("givenNames", ''), nullif("familyName", ''), nullif("secondFamilyName", ''))`

const batchSize = 5_000

export interface PeopleTable {
  /** As SQL writes it, quotes included. */
  readonly table: string
  /** `insert into … select … from ${batch}`. */
  readonly insert: string
  /** Indexes and the like, run once when all are there. */
  readonly afterwards: readonly string[]
}

/** Makes the table hold exactly these people: leaves them if they are there, and removes whom a benchmark created. */
export async function fillTable(
  { database, people, log }: PeerSetting,
  { table, insert, afterwards }: PeopleTable,
): Promise<void> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    await client.query(`delete from ${table} where username like $1`, [`${createdPrefix}%`])
    const { rows } = await client.query<{ count: number; begun: boolean }>(
      `select count(*)::integer as count, coalesce(bool_or(username = $1), false) as begun from ${table}
        where username is not null`,
      [await firstUsername(people)],
    )
    // Who the first is tells whether these are the people of another seed.
    if (rows[0]?.count !== people.count || !rows[0].begun) {
      log(`Loading ${people.count.toLocaleString('en')} people`)
      await client.query(`delete from ${table} where username is not null`)
      await insertAll(client, people, insert)
    }
    for (const statement of afterwards) await client.query(statement)
    await client.query(`vacuum analyze ${table}`)
  } finally {
    await client.end()
  }
}

async function firstUsername(people: PeerSetting['people']): Promise<string | null> {
  for await (const { username } of people) return username
  return null
}

async function insertAll(client: pg.Client, people: PeerSetting['people'], insert: string): Promise<void> {
  let waiting: unknown[] = []
  const send = async () => {
    if (waiting.length > 0) await client.query(insert, [JSON.stringify(waiting)])
    waiting = []
  }
  for await (const person of people) {
    if (waiting.push(person) === batchSize) await send()
  }
  await send()
}
