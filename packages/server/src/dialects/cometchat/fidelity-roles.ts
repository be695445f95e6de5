import { different, exact, type OperationFidelity, tolerant } from '../_kit/fidelity.ts'

const fixture = (title: string) => `fixtures/roles.json: ${title}`
const role = tolerant('taken in any letter case; `user` is `default` as well', fixture('one, in any case'))

/** How near roles are to CometChat. */
export const rolesFidelity: Readonly<Record<string, OperationFidelity>> = {
  'POST /roles': {
    itself: different(
      'a role made here permits nothing on any platform; there may be more than 25',
      'cometchat-roles.test.ts: a role made here permits nothing anywhere, and keeps what other platforms know of it',
    ),
    parameters: {},
  },
  'GET /roles': {
    itself: different(
      'every role that a user can be given, those of the other platforms and the built-in ones (`admin`, `guest`, `bot` …) among them, since users show them and `role` takes them; of one second, by id',
      'cometchat-roles.test.ts: roles are listed newest first, those of every platform among them; all pages together are all of them',
    ),
    parameters: {
      perPage: different('below 1, or no number, is 400; above 1000 is 1000', fixture('a page size that is none')),
      per_page: tolerant('what SDKs call `perPage`', fixture('its last page')),
      page: exact,
    },
  },
  'GET /roles/{role}': { itself: exact, parameters: { role } },
  'PUT /roles/{role}': {
    itself: different(
      '`metadata` and `settings` are replaced as a whole; empty values and `null` clear them, and so does `unset`',
      fixture('and cleared by what is empty; the settings are replaced'),
    ),
    parameters: { role },
  },
  'DELETE /roles/{role}': {
    itself: different(
      'its users keep their other roles, and are of `default` without any; built-in roles, and those that a job title lends, are refused like `default`',
      'cometchat-roles.test.ts: whoever had a role that is deleted keeps the others, and is of the role default without any',
    ),
    parameters: { role },
  },
}
