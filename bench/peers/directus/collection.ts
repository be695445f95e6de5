import { batch, nameOfBatch, type PeopleTable } from '../people-table.ts'

const field = (name: string, type: string, meta: object = {}, schema: object = {}) => ({
  field: name,
  type,
  meta: { searchable: false, ...meta },
  schema,
})
/** What `POST /collections` is sent. */
export const collection = {
  collection: 'people',
  meta: {},
  schema: {},
  fields: [
    field('id', 'uuid', { special: ['uuid'] }, { is_primary_key: true }),
    ...['username', 'email', 'givenNames', 'familyName', 'secondFamilyName', 'displayName'].map((name) =>
      field(name, 'string'),
    ),
    field('name', 'string', { searchable: true }),
    ...['phone', 'jobTitle', 'language'].map((name) => field(name, 'string')),
    field('active', 'boolean'),
    field('tags', 'json', { special: ['cast-json'] }),
    field('createdAt', 'timestamp', { special: ['date-created'] }, { is_indexed: true }),
    field('modifiedAt', 'timestamp', { special: ['date-updated'] }),
  ],
}

const columns = `username, email, "givenNames", "familyName", "secondFamilyName", "displayName", phone, "jobTitle", language,
  active, tags, "createdAt", "modifiedAt"`
export const table: PeopleTable = {
  table: 'people',
  insert: `insert into people (id, name, ${columns}) select (id || '00000000')::uuid, ${nameOfBatch}, ${columns} from ${batch}`,
  afterwards: [
    'create extension if not exists pg_trgm',
    'create index if not exists people_name on people (name text_pattern_ops)',
    'create index if not exists people_letters on people using gin (lower(name) gin_trgm_ops)',
  ],
}
