import { Type } from 'typebox'
import { Anything, Envelope, Flag, paging, Text } from './schema-parts.ts'
import { User } from './schemas.ts'

/** Parameters of lists of users, and what they answer. */

/** Every list is paged and sorted alike. */
const listParameters = {
  ...paging,
  sort: Type.Optional(Type.String({ description: 'A JSON object of names with 1 or -1' })),
}

export const UsersListQuery = Type.Object({
  ...listParameters,
  query: Type.Optional(Type.String({ description: 'An EJSON object in the query language of MongoDB' })),
  fields: Type.Optional(Type.String({ description: 'A JSON object of names with 1 (added) or 0 (taken away)' })),
  email: Type.Optional(Type.String({ description: 'A whole address, in any case' })),
  username: Type.Optional(Type.String({ description: 'A part of it, in any case' })),
  customFields: Type.Optional(Type.String({ description: 'A JSON object of names and values' })),
  includeCustomFields: Type.Optional(Flag),
})

const page = {
  count: Type.Integer({ description: 'How many of them are here' }),
  offset: Type.Integer(),
  total: Type.Integer({ description: 'How many match' }),
}
export const UsersListReply = Envelope({ users: Type.Array(User), ...page }, 'A page of users')

export const ListByStatusQuery = Type.Object({
  ...listParameters,
  status: Type.Optional(Type.String({ description: '`active` or `deactivated`' })),
  hasLoggedIn: Type.Optional(Flag),
  type: Type.Optional(Type.String({ description: '`user`, `bot` or `app`' })),
  roles: Type.Optional(Type.Array(Text, { description: 'Ids of roles; `all` is no filter' })),
  searchTerm: Type.Optional(Type.String({ description: 'A part of username, name or address' })),
  inactiveReason: Type.Optional(Type.Array(Text)),
})

export const AutocompleteQuery = Type.Object({
  selector: Type.Optional(Type.String({ description: 'A JSON object of `term`, `exceptions` and `conditions`' })),
})
export const AutocompleteReply = Envelope({ items: Type.Array(User) }, 'At most ten active people')

export const DirectoryQuery = Type.Object({
  ...listParameters,
  query: Type.Optional(Type.String({ description: 'A JSON object of `text` and `type`' })),
  text: Type.Optional(Text),
  type: Type.Optional(Type.String({ description: '`users` when absent; of other types there are none' })),
})
export const DirectoryReply = Envelope({ result: Type.Array(User), ...page }, 'A page of people')

export const SpotlightQuery = Type.Object({
  query: Type.Optional(Type.String({ description: '`@` and a part of a name' })),
})
export const SpotlightReply = Envelope(
  { users: Type.Array(User), rooms: Type.Array(Anything) },
  'At most ten active people; there are no rooms',
)
