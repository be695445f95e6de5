import { different, exact, type Fidelity, tolerant } from '../_kit/fidelity.ts'

const fixture = (file: string, title: string) => `fixtures/${file}.json: ${title}`
const selector = { userId: exact, username: exact, user: exact }

/** Sessions, personal access tokens, settings and the version. */
export const sessionsFidelity: Fidelity['operations'] = {
  'POST /login': {
    itself: different(
      'whatever is missing is answered like a wrong password; no second factor is ever asked for, and `code` is ignored',
      fixture('login', 'no password'),
    ),
    parameters: {
      user: exact,
      username: exact,
      email: exact,
      password: exact,
      resume: different(
        'goes on with the same token',
        'rocketchat-sessions.test.ts: who goes on with a session keeps its token',
      ),
      code: different('ignored: nobody has a second factor', fixture('login', 'by email')),
    },
  },
  'POST /logout': { itself: exact, parameters: {} },
  'GET /logout': { itself: tolerant('an older client logs out by it', fixture('me', 'logout by GET')), parameters: {} },
  'GET /me': {
    itself: different(
      "`settings.preferences` has what was set, without a server's defaults; `isOAuthUser` is false",
      fixture('me', 'oneself'),
    ),
    parameters: {},
  },
  'POST /users.generatePersonalAccessToken': {
    itself: different(
      'asks for no second factor',
      'rocketchat-sessions.test.ts: personal access tokens outlive other sessions, and end with all',
    ),
    parameters: { tokenName: exact, bypassTwoFactor: exact },
  },
  'POST /users.regeneratePersonalAccessToken': {
    itself: different('asks for no second factor', fixture('personal-access-tokens', 'one is replaced')),
    parameters: {
      tokenName: exact,
      bypassTwoFactor: tolerant(
        'changes what the token was made with',
        fixture('personal-access-tokens', 'one is replaced'),
      ),
    },
  },
  'POST /users.removePersonalAccessToken': {
    itself: different('asks for no second factor', fixture('personal-access-tokens', 'one is removed')),
    parameters: { tokenName: exact },
  },
  'GET /users.getPersonalAccessTokens': { itself: exact, parameters: {} },
  'POST /users.createToken': {
    itself: different(
      'needs `ROLLCALL_ROCKETCHAT_TOKEN_SECRET` and no environment variable of another name; nobody opens a session with rights that it does not have itself',
      'rocketchat-sessions.test.ts: users.createToken takes the secret, the permission, and no more rights than one has',
    ),
    parameters: { ...selector, secret: exact },
  },
  'POST /users.logout': {
    itself: different(
      "an administrator's sessions are ended only by who may make one",
      "rocketchat-sessions.test.ts: an administrator's sessions are ended only by who may make one",
    ),
    parameters: { userId: exact },
  },
  'POST /users.logoutOtherClients': {
    itself: different(
      'with a personal access token, which has no end, `tokenExpires` is left out',
      'rocketchat-sessions.test.ts: personal access tokens outlive other sessions, and end with all',
    ),
    parameters: {},
  },
  'POST /users.removeOtherTokens': { itself: exact, parameters: {} },
  'GET /api/info': {
    itself: different(
      '`info` has `version`, and `build` and `commit` empty',
      fixture('info', 'whoever has a session is told all, below v1 too'),
    ),
    parameters: {},
  },
  'GET /info': {
    itself: tolerant(
      'an alias that one client asks for',
      fixture('info', 'whoever has a session is told all, below v1 too'),
    ),
    parameters: {},
  },
  'GET /settings.public': {
    itself: different(
      'the settings that mean something here, always by id',
      fixture('settings', 'what everybody may read'),
    ),
    parameters: {
      count: exact,
      offset: exact,
      _id: exact,
      sort: { is: 'absent', why: 'ignored: seventeen settings have one order' },
    },
  },
  'GET /settings/{_id}': {
    itself: different('the settings that mean something here', fixture('settings', 'a setting that is none')),
    parameters: { _id: exact },
  },
  'POST /settings/{_id}': {
    itself: different(
      'definitions of custom fields are checked when they are set, and `Site_Url`, `Site_Name`, `uniqueID` can not be set; registration by `Secret URL` is not served',
      fixture('settings', 'definitions that are no JSON'),
    ),
    parameters: { _id: exact, value: exact },
  },
}
