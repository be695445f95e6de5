import { type TProperties, Type } from 'typebox'

/** What the schemas of several resources are made of. */

export const Text = Type.String()
export const Flag = Type.Boolean()
export const IsoDate = Type.String({ description: 'ISO 8601 in UTC with milliseconds, e.g. 2021-11-17T15:34:42.171Z' })
export const Dictionary = Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true })
/** Any JSON value. */
export const Anything = Type.Unsafe<unknown>({})
export const success = { success: Type.Literal(true) }

export const RocketChatError = Type.Object(
  {
    success: Type.Literal(false),
    status: Type.Optional(Text),
    error: Type.String({ description: 'The reason, with the code in brackets where there is one' }),
    message: Type.Optional(Text),
    errorType: Type.Optional(Type.String({ description: 'The code' })),
    details: Type.Optional(Anything),
  },
  { $id: 'RocketChatError' },
)

/** Body schemas: members that they don't name are refused. */
export const closed = <P extends TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false })

/** A reply: the payload, with `success`. */
export const Envelope = <P extends TProperties>(properties: P, description: string) =>
  Type.Object({ ...properties, ...success }, { description })

/** See parse-page.ts. */
export const paging = {
  count: Type.Optional(
    Type.Integer({ minimum: 0, description: '50 when absent; more than 100 are 100; 0 is everything' }),
  ),
  offset: Type.Optional(Type.Integer({ minimum: 0, description: '0 when absent' })),
}

/** One user, by any of them; `userId` wins. */
export const userSelector = {
  userId: Type.Optional(Type.String({ description: 'An id, or a username' })),
  username: Type.Optional(Type.String({ description: 'In any case' })),
  user: Type.Optional(Type.String({ description: 'The same as username' })),
}
export const UserSelector = Type.Object(userSelector)

export const EmptyReply = Envelope({}, 'Done')
