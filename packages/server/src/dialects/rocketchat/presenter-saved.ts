import type { Actor, Catalogue, PresenceState, User } from '../../core/index.ts'
import { fullUsers, savedUsers, withPresence } from './presenter.ts'

const shownToStrangers = fullUsers([
  'name',
  'type',
  'active',
  'nickname',
  'bio',
  'statusText',
  'utcOffset',
  'avatarETag',
])

/** What a creation answers; nobody new is here yet. */
export const createdText = (user: User, catalogue: Catalogue): string =>
  withPresence(savedUsers.text(user, catalogue), undefined)

/** What a registration answers: no addresses, roles or private values. */
export const registeredText = (user: User, catalogue: Catalogue): string =>
  withPresence(shownToStrangers.text(user, catalogue), undefined)

/** What a change answers: all of it to oneself and to whoever may read private values. */
export const changedText = (
  actor: Actor,
  { user, catalogue }: { user: User; catalogue: Catalogue },
  presence: PresenceState | undefined,
): string => {
  const isWhole = user.id === actor.userId || actor.capabilities.has('users.read-private')
  return withPresence((isWhole ? savedUsers : shownToStrangers).text(user, catalogue), presence, isWhole)
}
