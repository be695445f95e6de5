import { absent, different, exact, type Fidelity, tolerant } from '../_kit/fidelity.ts'
import {
  catalogueParameters,
  createParameters,
  debug,
  fixture,
  list,
  listParameters,
  relationsParameters,
} from './fidelity-parameters.ts'

const both =
  'the record with its own members, and the same as `data`: the samples show the former, clients read the latter'
const byId = { id: exact, debug }
const catalogue = (path: string, name: string): Fidelity['operations'] => ({
  [`GET /${path}`]: { itself: exact, parameters: catalogueParameters },
  [`POST /${path}`]: { itself: different(both, name), parameters: { debug } },
  [`GET /${path}/{id}`]: { itself: exact, parameters: byId },
  [`PATCH /${path}/{id}`]: { itself: different(both, name), parameters: byId },
})

/** How near this dialect is to Cotalker; the paths are those below `/api/v2`, unless they begin with `/api` or `/auth`. */
export const fidelity: Fidelity = {
  title: 'Cotalker',
  about: `Paths below \`/api/v2\` are served below \`/api/v3\` alike; \`/webhook\` is below \`/api/v3\` only. The documentation asks for \`Authorization\` everywhere but at
login, and for \`Admin: true\` where the [dialect's page](../packages/server/src/dialects/cotalker/README.md) says so.`,
  operations: {
    'POST /auth/local': {
      itself: tolerant(
        '`needPasswordChange: true` stands beside the token when the company asks for a new password',
        'cotalker-company.test.ts: rotation: a password older than the days is asked to be renewed at login, until it is',
      ),
      parameters: {},
    },
    'GET /users': {
      itself: different(
        'whoever may not read users finds only itself, and is refused with `Admin`',
        'cotalker-permissions.test.ts: a list without Admin holds everyone for whoever may read, and only the caller for the others',
      ),
      parameters: listParameters,
    },
    'GET /users/me': { itself: exact, parameters: { debug } },
    'GET /users/{id}': { itself: exact, parameters: byId },
    'POST /users': {
      itself: different(
        `${both}. 201; no source says 200 or 201. \`modifiedAt\` is \`createdAt\`; the sample has it 35 ms later`,
        fixture('seed-create', 'the sample request creates the sample user'),
      ),
      parameters: createParameters,
    },
    'PATCH /users/{id}': {
      itself: different(
        `${both}. A change that changes nothing leaves \`modifiedAt\` alone; members that are the server's are ignored, another \`email\` is refused with 403`,
        fixture('seed-update', 'a repeat changes nothing'),
      ),
      parameters: {
        ...byId,
        settings: different(
          'merged by its first keys; `null` takes one away',
          'cotalker-self.test.ts: settings and name are merged by member; null takes a setting away',
        ),
        extensions: different(
          'merged by collection',
          'cotalker-job-titles.test.ts: extensions: there and empty until they are filled in; an echo stores nothing',
        ),
      },
    },
    'PATCH /users/jsonpatch/{id}': {
      itself: different(
        "RFC 6902 on the user as it is shown; members that are the server's are refused with 403, a failing `test` with 409",
        fixture('json-patch', 'a failing test is 409, and nothing is changed'),
      ),
      parameters: byId,
    },
    'GET /users/relations/{type}/{id}': { itself: exact, parameters: relationsParameters },
    'GET /user-activities/{id}': {
      itself: different(
        'online for two minutes after a call; `lastOnline` of whoever has never called is the last login, told to itself and to whoever may read everything; no `customStatus`',
        'cotalker-relations.test.ts: activities: offline; anyone may ask, of whom there is, and whoever may read everything learns of logins',
      ),
      parameters: byId,
    },
    'POST /api/users/find': {
      itself: different(
        'equality only: operators, objects and unknown paths are refused with 400; a thousand users at most; without a right to read others only oneself',
        'cotalker-find.test.ts: what is not understood is refused',
      ),
      parameters: { allFields: exact },
    },
    'GET /api/users/me': { itself: exact, parameters: { debug } },
    'GET /api/v1/users/me': { itself: exact, parameters: { debug } },
    'GET /api/v3/auth/auth': { itself: exact, parameters: { debug } },
    'POST /api/v3/auth/auth/local': { itself: exact, parameters: {} },
    ...catalogue('accessroles', fixture('access-roles', 'creation')),
    ...catalogue('jobtitles', fixture('job-titles', 'one is created')),
    'GET /api/v1/companies': {
      itself: exact,
      parameters: { debug, populate: absent('the company holds ids; they are not filled in') },
    },
    'GET /api/v1/companies/{id}': { itself: exact, parameters: byId },
    'PATCH /api/v1/companies/{id}': {
      itself: different(
        "what Rollcall does not use is only kept; `subdomain` and `isActive` are the operator's",
        "cotalker-company.test.ts: its own ids and dates are not anyone's, nor are members that nobody declared",
      ),
      parameters: byId,
    },
    'GET /api/companies': { itself: exact, parameters: { debug } },
    'GET /api/companies/{id}': { itself: exact, parameters: byId },
    'PATCH /api/companies/{id}': {
      itself: tolerant(
        'not documented without a version',
        'cotalker-company.test.ts: another one is 404, whoever asks',
      ),
      parameters: byId,
    },
    'GET /apitokens': {
      itself: different(
        'ours: Cotalker has them in its panel only',
        fixture('api-tokens', 'those of a user, without their text'),
      ),
      parameters: { user: exact, debug },
    },
    'POST /apitokens': {
      itself: different(
        'ours, likewise; an end is optional',
        fixture('api-tokens', 'one is issued, limited to a role, with an end'),
      ),
      parameters: { debug },
    },
    'DELETE /apitokens/{id}': {
      itself: different('ours, likewise', fixture('api-tokens', 'it is revoked')),
      parameters: byId,
    },
    'GET /webhook/subscription': { itself: exact, parameters: {} },
    'GET /webhook/subscription/{id}': { itself: exact, parameters: { id: exact } },
    'GET /webhook/subscription/logs/{id}': {
      itself: different(
        'the latest hundred; `event` is the `webhook-id` that the delivery bore; 4 KB of the answer',
        'webhook-delivery.test.ts: three attempts, 30 seconds apart, and then the next event; each under one id',
      ),
      parameters: { id: exact },
    },
    'POST /webhook/subscription': {
      itself: different(
        'addresses that are not of the public internet are refused unless the operator allows them; triggers of other things than people are taken and never fire',
        'cotalker-webhooks.test.ts: at creation and at a change alike',
      ),
      parameters: {},
    },
    'PATCH /webhook/subscription/{id}': {
      itself: different('likewise; `context` is replaced as a whole', fixture('webhooks', '{} clears the context')),
      parameters: { id: exact },
    },
  },
  everywhere: {
    'deliveries of webhooks': different(
      'the whole user after the change with `diff`, never a password hash and without presence; of a person erased meanwhile the id alone; headers of Standard Webhooks beside it; no redirect is followed',
      'cotalker-webhooks.test.ts: create, edit and logout as COTEvents',
    ),
    'bodies of errors': different(
      '`error`, `message`, `code`, `statusCode`: no source shows one',
      fixture('errors', '400: a query value'),
    ),
    versions: tolerant(
      'v3 has every operation of v2',
      list('v2 and v3 answer alike, with and without a trailing slash, whatever a GET says of its body'),
    ),
    keywords: different(
      'names give them word by word, only the address a joined one; accents do not count',
      'cotalker-search.test.ts: accents, and names of several words',
    ),
    hierarchies: different(
      'both sides show a relation at once; only the user that was changed has a new `modifiedAt`',
      'cotalker-hierarchy.test.ts: both sides show a relation at once, on every server; only the changed user was modified',
    ),
    sessions: different(
      'end after seven days',
      'cotalker-tokens.test.ts: of a session end after seven days, cached or not',
    ),
    isReadOnly: different(
      'such a user may change its own password, and nothing else',
      'cotalker-self.test.ts: sees what its roles let it see, and changes nothing but its own password',
    ),
    'the last administrator': different(
      'can be neither deactivated, made read-only nor lose the role: 409',
      'cotalker-detours.test.ts: of the last two administrators only one can be made read-only',
    ),
    'ways around': different(
      "an administrator's password can be set only by who may assign that role; a `job` that lends roles, and a title's roles, need the right to assign roles; a token for somebody with more rights needs the right to make administrators",
      'cotalker-roles.test.ts: nobody gives what it does not have by a detour',
    ),
    'limited tokens': different(
      "an API token with some of its user's roles can not set the user's password",
      'cotalker-api-tokens.test.ts: it opens no way to the other roles: neither a token without the limit nor a new password',
    ),
    presence: different(
      'whoever calls is online for two minutes, noted a second later at most and once a minute; `lastRequestDate` of who never called is the creation',
      'cotalker-presence.test.ts: whoever calls is online for two minutes, in every reply that shows a user',
    ),
  },
  notes: {
    'Reading all users while they change': `A loop \`while (fetched < data.count)\` over \`page=1, 2, …\` always ends: \`count\` is exact, and in the page's own snapshot.

- Whoever asks for the pages of one list in order is given on each page the first users that it was not given on the pages
  before. So it sees everyone who was there throughout, and nobody twice, whatever is created or changed meanwhile.
- With \`isActive=true\` (or another filter) and users who stop matching meanwhile it misses at most as many as were removed.
- This is kept by each process for ten minutes and 20,000 users. Where another process answers, or a longer walk goes on, a page
  is the plain slice of the list: whoever is changed before its page is read moves to the first one. A second loop with
  \`modified_gte\` set to the moment when the first one began then finds all of them.`,
  },
}
