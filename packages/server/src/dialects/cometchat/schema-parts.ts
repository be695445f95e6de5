import { type TProperties, type TSchema, Type } from 'typebox'

/** What the schemas of several resources are made of. Limits: the platform's pages "Constraints and limits". */

export const Text = Type.String()
export const Flag = Type.Boolean()
export const Seconds = Type.Integer({ description: 'Seconds since 1970 in UTC' })
export const Dictionary = Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true })
const orNull = <T>(schema: object) => Type.Unsafe<T | null>(schema)

/** Uids and role ids: any case is taken, lower case is kept. */
export const Uid = Type.String({
  pattern: '^[A-Za-z0-9_-]{1,100}$',
  description: '1 to 100 of letters, digits, - and _',
})
/** Anything that can be seen: neither space nor what has no width. */
const seen = '[^\\s\\u00AD\\u180E\\u200B-\\u200F\\u2060-\\u2064\\u2800\\u3164\\uFEFF]'
/** Counted in code points; what nobody can see is no name. */
export const Name = Type.String({ maxLength: 100, pattern: seen, description: 'filled in' })
/** `""` and `null` clear it. */
export const Url = orNull<string>({
  type: ['string', 'null'],
  maxLength: 3000,
  pattern: '^$|^https?://[^\\s/?#]+\\S*$',
  description: 'a URL that begins with http:// or https://',
})
export const ClearableText = (maxLength: number) => orNull<string>({ type: ['string', 'null'], maxLength })
/** An object, or its JSON text; `""`, `null` and `{}` clear it. See validation.ts. */
export const Metadata = orNull<string | Record<string, unknown>>({
  type: ['object', 'string', 'null'],
  objectOfBytes: 5120,
  description: 'At most 5 KB as JSON; `@private` in it is shown to keys alone',
})
export const Tags = orNull<string[]>({
  type: ['array', 'null'],
  maxItems: 25,
  items: { type: 'string', maxLength: 100, pattern: '\\S', description: 'filled in' },
})
/** Some samples of the platform send flags as text. */
export const LooseFlag = Type.Unsafe<boolean | 'true' | 'false'>({ enum: [true, false, 'true', 'false'] })
export const isSet = (flag: boolean | 'true' | 'false' | undefined): boolean => flag === true || flag === 'true'

export const UidParams = Type.Object({ uid: Text })

/** See parse-page.ts. Clients spell the size in either way. */
export const paging = {
  perPage: Type.Optional(Type.Integer({ minimum: 1, description: '100 when absent; more than 1000 are 1000' })),
  per_page: Type.Optional(Type.Integer({ minimum: 1, description: 'The same; `perPage` wins' })),
  page: Type.Optional(Type.Integer({ description: '1 when absent or less' })),
}
export const PageQuery = Type.Object(paging)

const Pagination = Type.Object({
  total: Type.Integer({ description: 'All matches' }),
  count: Type.Integer({ description: 'Those of this page' }),
  per_page: Type.Integer(),
  current_page: Type.Integer(),
  total_pages: Type.Integer({ description: 'At least 1' }),
})
export const Cursor = Type.Object({ updatedAt: Seconds, affix: Text, next: Type.Optional(Text) })
export const Meta = Type.Object({ pagination: Pagination, cursor: Type.Optional(Cursor) })

export const Data = <T extends TSchema>(data: T, description: string) => Type.Object({ data }, { description })
export const Listed = <T extends TSchema>(item: T, description: string, more: TProperties = {}) =>
  Type.Object({ data: Type.Array(item), meta: Meta, ...more }, { description })
export const Done = Data(Type.Object({ success: Type.Literal(true), message: Text }), 'Done')

export const CometChatError = Type.Object(
  {
    error: Type.Object({
      code: Text,
      message: Text,
      devMessage: Text,
      source: Text,
      details: Type.Optional(
        Type.Unsafe<Record<string, string[]>>({
          type: 'object',
          additionalProperties: { type: 'array', items: { type: 'string' } },
          description: 'Sentences by field; items of lists are `tags.0`',
        }),
      ),
    }),
  },
  { $id: 'CometChatError' },
)
