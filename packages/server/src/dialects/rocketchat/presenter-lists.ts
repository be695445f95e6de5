import type { Catalogue, SeenUsers } from '../../core/index.ts'
import { listedUsers, publiclyListedUsers, withPresence } from './presenter.ts'

/** Each user of a list, as JSON text. */
export function listedTexts(seen: SeenUsers, catalogue: Catalogue): string[] {
  const { presences } = seen
  if (seen.view === 'full') {
    return seen.users.map((user) => withPresence(listedUsers.text(user, catalogue), presences.get(user.id)))
  }
  return seen.users.map((user) => withPresence(publiclyListedUsers.text(user, catalogue), presences.get(user.id)))
}
