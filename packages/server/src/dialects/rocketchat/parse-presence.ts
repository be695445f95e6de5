import { type Status, statuses } from '../../core/index.ts'
import { RocketChatRefusal } from './errors.ts'

interface SentStatus {
  readonly message?: string | null
  readonly status?: string | null
}

/** At least one of both; an empty message clears what was said. Throws `status_match` and `invalid_status`. */
export function parseStatus({ message, status }: SentStatus): {
  readonly status?: Status
  readonly statusText?: string
} {
  const [said, wanted] = [message ?? undefined, status ?? undefined]
  if (said === undefined && wanted === undefined) throw new RocketChatRefusal('status_match')
  const known = statuses.find((value) => value === wanted)
  if (wanted !== undefined && known === undefined) throw new RocketChatRefusal('invalid_status')
  return { ...(known !== undefined && { status: known }), ...(said !== undefined && { statusText: said }) }
}

/** A moment; what is none counts as absent, as upstream. */
export function parseMoment(text: string | undefined): Date | undefined {
  const moment = new Date(text ?? '')
  return Number.isNaN(moment.getTime()) ? undefined : moment
}
