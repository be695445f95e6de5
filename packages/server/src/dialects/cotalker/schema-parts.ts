import { Type } from 'typebox'

/** What the schemas of several resources are made of. */

export const ObjectId = Type.String({
  pattern: '^[0-9a-fA-F]{24}$',
  description: 'an ObjectId of 24 hexadecimal digits',
})
export const IsoDate = Type.String({ description: 'ISO 8601 in UTC with milliseconds, e.g. 2021-11-17T15:34:42.171Z' })
export const Dictionary = Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true })
export const Text = Type.String()
/** `null` clears a value. */
export const ClearableText = Type.Unsafe<string | null>({ type: ['string', 'null'] })
export const ClearableId = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  pattern: '^([0-9a-fA-F]{24})?$',
  description: 'an ObjectId of 24 hexadecimal digits; null or empty clears it',
})

/** `debug=true` adds it beside `data`, on success and on error. */
export const Debug = Type.Object(
  {
    data: Type.Object({
      params: Type.Optional(Dictionary),
      query: Type.Optional(Dictionary),
      body: Type.Optional(Type.Unsafe<unknown>({})),
    }),
    errors: Type.Array(Type.Object({ path: Text, message: Text })),
  },
  { $id: 'COTDebug', description: 'What was understood of the request, secrets masked, and what was wrong with it' },
)
export const debug = { debug: Type.Optional(Type.Ref('COTDebug')) }
export const total = { count: Type.Optional(Type.Integer()), counter: Type.Optional(Type.Integer()) }

export const COTError = Type.Object(
  { error: Text, message: Text, code: Text, statusCode: Type.Integer(), ...debug },
  { $id: 'COTError', description: 'The message, twice since clients read either name; `code` is for programs' },
)

/** Selects the admin API; whatever else it says, it doesn't. */
export const AdminHeader = Type.Object({
  Admin: Type.Optional(Type.String({ description: '`true` selects the admin API; it grants nothing by itself' })),
})
export const debugFlag = { debug: Type.Optional(Type.Boolean({ description: 'Adds the debug field' })) }
export const paging = {
  limit: Type.Optional(Type.Integer({ minimum: 1, description: '10 when absent; 1000 at most are given' })),
  page: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000, description: 'Counts from 1' })),
  count: Type.Optional(Type.Boolean({ description: 'Adds the number of all matches, as count and counter' })),
}
export const Activity = Type.Unsafe<'all' | 'true' | 'false'>({
  type: 'string',
  enum: ['all', 'true', 'false'],
  description: 'By status; `all` when absent',
})
export const ids = (description: string) => Type.Optional(Type.Array(ObjectId, { description }))
export const date = (description: string) => Type.Optional(Type.String({ description: `${description}; ISO 8601` }))

export const DebugQuery = Type.Object(debugFlag)

export const IdParams = Type.Object({ id: ObjectId })
