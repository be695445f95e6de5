import { different, exact, type Fidelity, type OperationFidelity, tolerant } from '../_kit/fidelity.ts'
import { relationsFidelity } from './fidelity-relations.ts'
import { rolesFidelity } from './fidelity-roles.ts'
import { usersFidelity, usersNotes } from './fidelity-users.ts'

const fixture = (name: string, title: string) => `fixtures/${name}.json: ${title}`
const uid = tolerant(
  'taken in any letter case',
  'cometchat-credentials.test.ts: keys and tokens are taken in any spelling of their headers, at both versions',
)
const plain: OperationFidelity = { itself: exact, parameters: {} }
const paging = {
  perPage: different(
    'below 1, or no number, is 400; above 1000 is 1000',
    fixture('auth-tokens', 'a page size that is none'),
  ),
  per_page: tolerant('what SDKs call `perPage`', fixture('auth-tokens', 'its last page')),
  page: exact,
}
const ofUser: OperationFidelity = { itself: exact, parameters: { uid } }
const ofToken: OperationFidelity = { itself: exact, parameters: { uid, authToken: exact } }
const ofKey: OperationFidelity = { itself: exact, parameters: { apiKey: exact } }

/** How near this dialect is to CometChat; the paths are those below `/v3`. */
export const fidelity: Fidelity = {
  title: 'CometChat',
  about: `The REST API v3 of the hosted service, as its documentation, its JavaScript SDK 4.2 and published clients know it. Paths
below \`/v3\` are served below \`/v3.0\` alike.`,
  operations: {
    ...usersFidelity,
    'GET /users/{uid}': ofUser,
    'POST /users/{uid}/auth_tokens': {
      itself: tolerant(
        'makes a new token every time, with and without `force`',
        fixture('auth-tokens', 'a token of a user, without a body'),
      ),
      parameters: { uid },
    },
    'GET /users/{uid}/auth_tokens': { itself: exact, parameters: { uid, ...paging } },
    'DELETE /users/{uid}/auth_tokens': ofUser,
    'GET /users/{uid}/auth_tokens/{authToken}': ofToken,
    'PUT /users/{uid}/auth_tokens/{authToken}': ofToken,
    'DELETE /users/{uid}/auth_tokens/{authToken}': ofToken,
    'POST /apikeys': plain,
    'GET /apikeys': {
      itself: exact,
      parameters: {
        ...paging,
        scope: exact,
        searchKey: different('what names begin with, in any letter case', fixture('api-keys', 'of one scope')),
      },
    },
    'GET /apikeys/{apiKey}': ofKey,
    'PUT /apikeys/{apiKey}': ofKey,
    'DELETE /apikeys/{apiKey}': ofKey,
    ...relationsFidelity,
    ...rolesFidelity,
    'GET /me': plain,
    'PUT /me': {
      itself: different(
        'the answer has no `settings`: with them the SDK would leave the addresses that it was given; private metadata stays as it is',
        fixture('me', 'what only the app may read has stayed'),
      ),
      parameters: {},
    },
    'DELETE /me': plain,
    'POST /user_sessions': {
      itself: different(
        'nothing is kept of it; what a client tells at sign-in is kept with its token',
        fixture('me', 'a device is told of'),
      ),
      parameters: {},
    },
    'GET /settings': {
      itself: different(
        'only the addresses, all of this server; there is no socket behind them',
        fixture('me', 'settings of an SDK that opens a socket'),
      ),
      parameters: {},
    },
  },
  everywhere: {
    'the app': different(
      'a credential with the `appId` or the host of another app is refused with 401 `AUTH_ERR_INVALID_APPID`; no source tells the status',
      "cometchat-credentials.test.ts: an app that is named must be the credential's",
    ),
    status: different(
      '`available` for two minutes after a call with a token, or by any platform; there is no socket',
      'cometchat-credentials.test.ts: a token makes its user available; a key, its eyes and a refused call nobody',
    ),
    'other versions': different(
      '404 `ERR_INVALID_API_VERSION` for everything else that begins with `/v` and a digit, `/V3` too',
      'cometchat-credentials.test.ts: unknown paths, methods and versions are told as such; every answer lets pages read it',
    ),
    'size of bodies': different('64 KiB, then 413', fixture('auth-tokens', 'a body beyond 64 KiB')),
  },
  notes: usersNotes,
}
