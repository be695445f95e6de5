import { RocketChatRefusal } from './errors.ts'
import { jsonObject } from './parameters.ts'
import type { QueryMode } from './parse-list.ts'
import { notParsed } from './refused-parameters.ts'

interface SentRooms {
  readonly includeUserRooms?: boolean
  readonly fields?: string
}

/**
 * Whether a user's rooms are asked for: by the newer `includeUserRooms`, or by `fields={"userRooms":1}` where that parameter
 * works. Throws `invalid_fields`, `query_rejected`.
 */
export function asksForRooms({ includeUserRooms = false, fields }: SentRooms, mode: QueryMode): boolean {
  if (fields === undefined || mode === 'ignore') return includeUserRooms
  if (mode === 'reject') throw new RocketChatRefusal('query_rejected')
  const asked = jsonObject(fields)
  if (asked === undefined || Object.values(asked).some((value) => value !== 1 && value !== 0)) {
    throw notParsed('fields', fields)
  }
  return includeUserRooms || asked.userRooms === 1
}
