import { absent, different, exact, type Fidelity, tolerant } from '../_kit/fidelity.ts'

const own = (title: string) => `rocketchat-roles.test.ts: ${title}`
const list = own('every role, for any session: built-in ones under the names that clients know')
const changes = own('what is not said of a role stays')
const free = (test: string) => different('free here: the platform sells custom roles', test)
const byName = (test: string) => tolerant('a name is taken as well', test)
const holding = own('by id, name and code; the others of the user stay, in their order')
const noRooms = tolerant('taken and passed over: Rollcall has no rooms', holding)
const forbidden = own('without access-permissions: 403 before anything is told')

/** Roles, who holds them, and permissions. */
export const rolesFidelity: Fidelity['operations'] = {
  'GET /roles.list': {
    itself: different(
      'roles of every platform: those made elsewhere have `scope` Users, and `read-admin` is one of ours',
      list,
    ),
    parameters: {},
  },
  'GET /roles.sync': {
    itself: different(
      'deleted roles are not told: `remove` is always empty',
      own('roles.sync: what changed since a moment; a deleted role is not told'),
    ),
    parameters: { updatedSince: exact },
  },
  'POST /roles.create': {
    itself: free(own('a new role has what was said of it, and permits nothing')),
    parameters: {
      name: different(
        'compared without regard to case',
        own('a name is given once, in any case; a built-in role has its code for one'),
      ),
      scope: exact,
      description: exact,
      mandatory2fa: different('kept and shown; nobody is asked for a second factor', changes),
    },
  },
  'POST /roles.update': {
    itself: free(changes),
    parameters: {
      roleId: byName(changes),
      name: different('may be left out', changes),
      scope: exact,
      description: exact,
      mandatory2fa: different('kept and shown; nobody is asked for a second factor', changes),
    },
  },
  'POST /roles.delete': {
    itself: different(
      'a role that a job title lends, or that new users get, is in use as well',
      own('roles.delete: a role that nobody holds; its holders, a title or the defaults keep it'),
    ),
    parameters: { roleId: exact },
  },
  'POST /roles.addUserToRole': {
    itself: different(
      'without `access-permissions` 403, which the platform answers with 400; whoever holds it, or `assign-roles`, may give any role but `admin`, as upstream',
      forbidden,
    ),
    parameters: {
      username: tolerant('in any case', holding),
      roleId: byName(holding),
      roleName: tolerant('as releases up to 5 had it; later ones know `roleId` alone', holding),
      roomId: noRooms,
    },
  },
  'POST /roles.removeUserFromRole': {
    itself: different(
      'the last administrator who is active and may change something stays one',
      own('the last administrator stays one'),
    ),
    parameters: {
      username: tolerant('in any case', holding),
      roleId: byName(holding),
      roleName: tolerant('as releases up to 5 had it; later ones know `roleId` alone', holding),
      scope: noRooms,
    },
  },
  'GET /roles.getUsersInRole': {
    itself: different(
      'needs `view-d-room` beside, and addresses and times are for whoever may read private values; `count` and `offset` stand in the answer',
      own('holders by username, in pages, with the total'),
    ),
    parameters: {
      role: byName(own('holders by username, in pages, with the total')),
      roomId: absent('there are no rooms'),
      count: different('0 gives at most 10,000', own('holders by username, in pages, with the total')),
      offset: exact,
    },
  },
  'GET /roles.getUsersInPublicRoles': {
    itself: different('nobody: no role is shown publicly', own('no role is shown publicly')),
    parameters: {},
  },
  'GET /permissions.listAll': {
    itself: different(
      "permissions of every platform that some role grants, and those of the directory's own table; no `level` or `group`",
      own('all that some role grants or granted from the start, for any session'),
    ),
    parameters: {
      updatedSince: different(
        'all of them where a role changed since; when a permission lost a role is not kept',
        own('updatedSince: nothing before a change, all after it'),
      ),
    },
  },
  'POST /permissions.update': {
    itself: different(
      'the administrator role keeps every right, whatever is taken from it; nobody grants what it does not have itself without the right to make administrators',
      own('permissions.update: these roles and no others, in force at once'),
    ),
    parameters: { permissions: exact },
  },
}
