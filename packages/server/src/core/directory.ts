import { anonymous, authenticate, type Origin, operator, type Presented } from './authenticate.ts'
import { DirectoryError } from './errors.ts'
import type { Actor } from './policy.ts'
import type { Store, Tx } from './ports.ts'
import type { Surroundings, Verb, VerbContext } from './verb.ts'
import { actAs } from './verbs/act-as.ts'
import { browseMembers } from './verbs/browse-members.ts'
import { browseUsers, everyUser } from './verbs/browse-users.ts'
import { changePassword } from './verbs/change-password.ts'
import { changedUsers, presentMoment } from './verbs/changed-users.ts'
import { createCredential } from './verbs/create-credential.ts'
import { createJobTitle } from './verbs/create-job-title.ts'
import { createRole } from './verbs/create-role.ts'
import { createTenant } from './verbs/create-tenant.ts'
import { createUser } from './verbs/create-user.ts'
import { createWebhook } from './verbs/create-webhook.ts'
import { deactivateIdle } from './verbs/deactivate-idle.ts'
import { deactivateUser } from './verbs/deactivate-user.ts'
import { deleteOwnAccount } from './verbs/delete-own-account.ts'
import { deleteRole } from './verbs/delete-role.ts'
import { deleteUser } from './verbs/delete-user.ts'
import { deleteWebhook } from './verbs/delete-webhook.ts'
import { dropRole } from './verbs/drop-role.ts'
import { endSessions } from './verbs/end-sessions.ts'
import { everyRole } from './verbs/every-role.ts'
import { exportUsers } from './verbs/export-users.ts'
import { findUser } from './verbs/find-user.ts'
import { getJobTitle } from './verbs/get-job-title.ts'
import { getPresence } from './verbs/get-presence.ts'
import { getRole } from './verbs/get-role.ts'
import { getTenant } from './verbs/get-tenant.ts'
import { getSelf, getUser } from './verbs/get-user.ts'
import { getWebhook } from './verbs/get-webhook.ts'
import { identifyUser, recogniseUser } from './verbs/identify-user.ts'
import { importUsers } from './verbs/import-users.ts'
import { createKey, deleteKey, getKey, listKeys, updateKey } from './verbs/keys.ts'
import { befriendUsers, blocksBetween, blockUsers, unblockUsers, unfriendUsers } from './verbs/link-users.ts'
import { listCredentials } from './verbs/list-credentials.ts'
import { listHolders } from './verbs/list-holders.ts'
import { listJobTitles } from './verbs/list-job-titles.ts'
import { listPresent } from './verbs/list-present.ts'
import { listRoles } from './verbs/list-roles.ts'
import { listTenants } from './verbs/list-tenants.ts'
import { listUsers } from './verbs/list-users.ts'
import { listWebhookAttempts } from './verbs/list-webhook-attempts.ts'
import { listWebhooks } from './verbs/list-webhooks.ts'
import { loadUsers } from './verbs/load-users.ts'
import { login } from './verbs/login.ts'
import { logout } from './verbs/logout.ts'
import { patchUser } from './verbs/patch-user.ts'
import { issuePersonalToken, listPersonalTokens, removePersonalToken } from './verbs/personal-tokens.ts'
import { reactivateUser } from './verbs/reactivate-user.ts'
import { fadePresence, recordPresence } from './verbs/record-presence.ts'
import { registerUser } from './verbs/register-user.ts'
import { replayWebhook } from './verbs/replay-webhook.ts'
import { requestPasswordReset } from './verbs/request-password-reset.ts'
import { revokeCredential } from './verbs/revoke-credential.ts'
import { rotateWebhookSecret } from './verbs/rotate-webhook-secret.ts'
import { sendOwedMail } from './verbs/send-owed-mail.ts'
import { sendWelcome } from './verbs/send-welcome.ts'
import { getAvatar, setAvatar } from './verbs/set-avatar.ts'
import { setPermissions } from './verbs/set-permissions.ts'
import { setPresence } from './verbs/set-presence.ts'
import { testWebhook } from './verbs/test-webhook.ts'
import { updateJobTitle } from './verbs/update-job-title.ts'
import { updateOwnAccount } from './verbs/update-own-account.ts'
import { updateOwnProfile } from './verbs/update-own-profile.ts'
import { updateRole } from './verbs/update-role.ts'
import { updateTenant } from './verbs/update-tenant.ts'
import { updateUser } from './verbs/update-user.ts'
import { updateWebhook } from './verbs/update-webhook.ts'
import {
  deleteUserToken,
  describeUserToken,
  flushUserTokens,
  issueUserToken,
  listUserTokens,
} from './verbs/user-tokens.ts'
import { isUsernameFree, suggestUsername } from './verbs/username-availability.ts'

/** Under this many changes of rights in a row somebody is looping. */
const mostTries = 10

/** The actor's rights may be others by now: the verb is to be run again with those of this moment. */
class RightsMoved extends Error {
  override readonly name = 'RightsMoved'
}

/**
 * Looks at the actor once more where its change is written: between the check of a credential and this moment a body may
 * have come in slowly, or a password have waited to be hashed.
 */
async function requireStanding(tx: Tx, { tenantId, credentialId, standing }: Actor): Promise<void> {
  if (credentialId === null || standing === null) return
  const basis = await tx.credentials.basisOf(tenantId, credentialId)
  if (basis === null) throw new DirectoryError('unauthenticated')
  const moved = (['userRevision', 'catalogueRevision', 'scope'] as const).some((part) => basis[part] !== standing[part])
  if (moved) throw new RightsMoved()
}

/** The same actor as of now, without what its dialect had left out of its rights. */
async function renewed(actor: Actor): Promise<Actor> {
  const now = await actor.standing?.renew()
  if (now === undefined) return actor
  return { ...now, capabilities: new Set([...now.capabilities].filter((right) => actor.capabilities.has(right))) }
}

/** All that a public key may ask for, within its reach; what a new verb does is not among it before somebody says so. */
const openToAnyone: ReadonlySet<unknown> = new Set([
  createUser,
  updateUser,
  patchUser,
  issueUserToken,
  identifyUser,
  recogniseUser,
  getTenant,
  getPresence,
])

/** Binds every verb to what it needs; `store` and the rest of `outside` are core's only ways out. */
export function createDirectory({ store, ...outside }: Omit<Surroundings, 'reads'> & { store: Store }) {
  const surroundings: Surroundings = { ...outside, reads: store.reads }
  /** Requests that have written since their last round: what they read next must show it. */
  const changed = new WeakSet<NonNullable<Actor['standing']>>()
  const contextOf = (actor: Actor): VerbContext => ({
    ...surroundings,
    actor,
    transact: (change) =>
      store
        .transaction(async (tx) => {
          const now = surroundings.clock()
          // Together, so that their statements go out together; what was done for one who may not is undone.
          const [standing, written] = await Promise.allSettled([requireStanding(tx, actor), change(tx, now)])
          if (standing.status === 'rejected') throw standing.reason
          if (written.status === 'rejected') throw written.reason
          const { result, events } = written.value
          await tx.events.append(actor, now, events)
          return result
        })
        .finally(() => {
          if (actor.standing !== null) changed.add(actor.standing)
        }),
  })
  const bind =
    <Input, Result>(verb: Verb<Input, Result>) =>
    async (actor: Actor, input: Input): Promise<Result> => {
      // Whoever has a credential was authenticated in a round of this very request.
      if (actor.credentialId === null || actor.standing === null || changed.delete(actor.standing)) {
        await surroundings.reads.round()
      }
      let acting = actor
      for (let tries = 1; ; tries += 1) {
        if (acting.ordinaryOnly && !openToAnyone.has(verb)) throw new DirectoryError('forbidden')
        try {
          return await verb(contextOf(acting), input)
        } catch (error) {
          if (!(error instanceof RightsMoved) || tries >= mostTries) throw error
          acting = await renewed(acting)
        }
      }
    }

  return {
    actAs: bind(actAs),
    changedUsers: bind(changedUsers),
    presentMoment: bind(presentMoment),
    dropRole: bind(dropRole),
    createKey: bind(createKey),
    deleteKey: bind(deleteKey),
    getKey: bind(getKey),
    listKeys: bind(listKeys),
    updateKey: bind(updateKey),
    befriendUsers: bind(befriendUsers),
    blocksBetween: bind(blocksBetween),
    blockUsers: bind(blockUsers),
    unblockUsers: bind(unblockUsers),
    unfriendUsers: bind(unfriendUsers),
    fadePresence: bind(fadePresence),
    recordPresence: bind(recordPresence),
    deleteUserToken: bind(deleteUserToken),
    describeUserToken: bind(describeUserToken),
    flushUserTokens: bind(flushUserTokens),
    issueUserToken: bind(issueUserToken),
    listUserTokens: bind(listUserTokens),
    browseMembers: bind(browseMembers),
    browseUsers: bind(browseUsers),
    everyRole: bind(everyRole),
    everyUser: bind(everyUser),
    exportUsers: bind(exportUsers),
    deactivateIdle: bind(deactivateIdle),
    deleteOwnAccount: bind(deleteOwnAccount),
    deleteRole: bind(deleteRole),
    endSessions: bind(endSessions),
    findUser: bind(findUser),
    listHolders: bind(listHolders),
    identifyUser: bind(identifyUser),
    importUsers: bind(importUsers),
    recogniseUser: bind(recogniseUser),
    listPresent: bind(listPresent),
    issuePersonalToken: bind(issuePersonalToken),
    listPersonalTokens: bind(listPersonalTokens),
    removePersonalToken: bind(removePersonalToken),
    registerUser: bind(registerUser),
    requestPasswordReset: bind(requestPasswordReset),
    getAvatar: bind(getAvatar),
    setAvatar: bind(setAvatar),
    setPermissions: bind(setPermissions),
    setPresence: bind(setPresence),
    updateOwnAccount: bind(updateOwnAccount),
    updateOwnProfile: bind(updateOwnProfile),
    isUsernameFree: bind(isUsernameFree),
    suggestUsername: bind(suggestUsername),
    changePassword: bind(changePassword),
    createCredential: bind(createCredential),
    createJobTitle: bind(createJobTitle),
    createRole: bind(createRole),
    createTenant: bind(createTenant),
    createUser: bind(createUser),
    deactivateUser: bind(deactivateUser),
    deleteUser: bind(deleteUser),
    getJobTitle: bind(getJobTitle),
    getRole: bind(getRole),
    getPresence: bind(getPresence),
    getTenant: bind(getTenant),
    getSelf: bind(getSelf),
    getUser: bind(getUser),
    listCredentials: bind(listCredentials),
    listJobTitles: bind(listJobTitles),
    listRoles: bind(listRoles),
    listTenants: bind(listTenants),
    listUsers: bind(listUsers),
    loadUsers: bind(loadUsers),
    login: bind(login),
    logout: bind(logout),
    patchUser: bind(patchUser),
    reactivateUser: bind(reactivateUser),
    revokeCredential: bind(revokeCredential),
    sendOwedMail: bind(sendOwedMail),
    sendWelcome: bind(sendWelcome),
    updateJobTitle: bind(updateJobTitle),
    updateRole: bind(updateRole),
    updateTenant: bind(updateTenant),
    updateUser: bind(updateUser),
    createWebhook: bind(createWebhook),
    deleteWebhook: bind(deleteWebhook),
    getWebhook: bind(getWebhook),
    listWebhookAttempts: bind(listWebhookAttempts),
    listWebhooks: bind(listWebhooks),
    replayWebhook: bind(replayWebhook),
    rotateWebhookSecret: bind(rotateWebhookSecret),
    testWebhook: bind(testWebhook),
    updateWebhook: bind(updateWebhook),
    /** Who presents this token; see authenticate.ts. */
    authenticate: (origin: Origin, presented: Presented) => authenticate(surroundings, origin, presented),
    anonymous,
    operator,
    /** All tenants' actors of the command line. */
    operators: async () => (await store.reads.tenants()).map(({ id }) => operator(id)),
    /** An id for a record that is about to be made. */
    newId: () => surroundings.makeId(),
    /** `null` when no tenant is served under this name. */
    tenantByAppId: (appId: string) => store.reads.tenantByAppId(appId),
  }
}

/** Everything one can ask of Rollcall: each verb, called with who asks. Throws `DirectoryError` for every refusal. */
export type Directory = ReturnType<typeof createDirectory>
