import pg from 'pg'
import type { PeerPerson, PeerSetting } from './peer.ts'

const batch = 5000

const text = `
  select id, username, email, given_names as "givenNames", family_name as "familyName",
    second_family_name as "secondFamilyName", display_name as "displayName", phone, job_title as "jobTitle", language,
    active, tags, created_at as "createdAt", modified_at as "modifiedAt"
  from users where uid = id and email not like 'admin@%' and (created_at, id) > ($1, $2)
  order by created_at, id limit ${batch}`

/** Everybody of a dataset of one tenant, in the order they joined. */
export function peopleOf(connection: pg.ClientConfig, count: number): PeerSetting['people'] {
  return {
    count,
    async *[Symbol.asyncIterator]() {
      const client = new pg.Client(connection)
      await client.connect()
      try {
        let last: Pick<PeerPerson, 'createdAt' | 'id'> = { createdAt: new Date(0), id: '' }
        for (;;) {
          const { rows } = await client.query<PeerPerson>(text, [last.createdAt, last.id])
          yield* rows
          const end = rows.at(-1)
          if (end === undefined) return
          last = end
        }
      } finally {
        await client.end()
      }
    },
  }
}
