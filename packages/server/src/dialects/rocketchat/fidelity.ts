import type { Fidelity } from '../_kit/fidelity.ts'

/** How near this dialect is to Rocket.Chat; the paths are those below `/api/v1`, unless they begin with `/api` or `/avatar`. */
export const fidelity: Fidelity = {
  title: 'Rocket.Chat',
  about: 'The REST API v1 of releases 6, with what later ones added where nothing stands against it.',
  operations: {},
  everywhere: {},
  notes: {},
}
