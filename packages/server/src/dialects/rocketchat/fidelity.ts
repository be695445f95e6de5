import { different, type Fidelity } from '../_kit/fidelity.ts'
import { accountsFidelity } from './fidelity-accounts.ts'
import { peopleFidelity } from './fidelity-people.ts'
import { rolesFidelity } from './fidelity-roles.ts'
import { sessionsFidelity } from './fidelity-sessions.ts'

/** How near this dialect is to Rocket.Chat; the paths are those below `/api/v1`, unless they begin with `/api` or `/avatar`. */
export const fidelity: Fidelity = {
  title: 'Rocket.Chat',
  about: 'The REST API v1 of releases 6, with what later ones added where nothing stands against it.',
  operations: { ...peopleFidelity, ...accountsFidelity, ...sessionsFidelity, ...rolesFidelity },
  everywhere: {
    'bodies that do not fit': different(
      'the member at fault stands in `details.path`, beside the words of the validator',
      'fixtures/settings.json: a page that is none',
    ),
    'members of forms': different(
      '`roles[]=a&roles[]=b` is a list in a form, as it is in a query',
      'rocketchat-requests.test.ts: a form has lists as a query has them',
    ),
    'second factors': different(
      'nobody has one and nobody is asked for one; `x-2fa-code` and `x-2fa-method` are ignored',
      'fixtures/personal-access-tokens.json: one is made',
    ),
    'rate limits': different(
      'none are kept; a server that has too much to do answers 429',
      'fixtures/error-busy.json: a login while too many wait',
    ),
  },
  notes: {},
}
