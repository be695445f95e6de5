import { Type } from 'typebox'
import { Envelope, Flag } from './schema-parts.ts'
import { User } from './schemas.ts'

/** Parameters of lists of users, and what they answer. */

const count = Type.Integer({ minimum: 0 })

/** Every list is paged and sorted alike. */
export const pageParameters = {
  count: Type.Optional({ ...count, description: '50 when absent; more than 100 are 100; 0 is everything' }),
  offset: Type.Optional({ ...count, description: '0 when absent' }),
  sort: Type.Optional(Type.String({ description: 'A JSON object of names with 1 or -1' })),
}

export const UsersListQuery = Type.Object({
  ...pageParameters,
  query: Type.Optional(Type.String({ description: 'An EJSON object in the query language of MongoDB' })),
  fields: Type.Optional(Type.String({ description: 'A JSON object of names with 1 (added) or 0 (taken away)' })),
  email: Type.Optional(Type.String({ description: 'A whole address, in any case' })),
  username: Type.Optional(Type.String({ description: 'A part of it, in any case' })),
  customFields: Type.Optional(Type.String({ description: 'A JSON object of names and values' })),
  includeCustomFields: Type.Optional(Flag),
})

export const UsersListReply = Envelope(
  {
    users: Type.Array(User),
    count: Type.Integer({ description: 'How many of them are here' }),
    offset: Type.Integer(),
    total: Type.Integer({ description: 'How many match' }),
  },
  'A page of users',
)
