import { different, exact, type Fidelity, tolerant } from '../_kit/fidelity.ts'

/** How near this dialect is to CometChat; the paths are those below `/v3`. */
export const fidelity: Fidelity = {
  title: 'CometChat',
  about:
    'The REST API v3 of the hosted service, as its documentation, its JavaScript SDK 4.2 and published clients know it. Paths below `/v3` are served below `/v3.0` alike.',
  operations: {
    'GET /users/{uid}': {
      itself: exact,
      parameters: {
        uid: tolerant(
          'taken in any letter case',
          'cometchat-credentials.test.ts: keys and tokens are taken in any spelling of their headers, at both versions',
        ),
      },
    },
  },
  everywhere: {
    'unknown app id': different(
      'a key or token with the `appId` or the host of another app is refused with 401 `AUTH_ERR_INVALID_APPID`; no source tells the status',
      "cometchat-credentials.test.ts: an app that is named must be the credential's",
    ),
  },
  notes: {},
}
