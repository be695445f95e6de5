import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { DialectDeps } from '../../dialect.ts'
import { callerOf, noSuchUid, subjectOf } from '../auth.ts'
import { parseChanges } from '../parse.ts'
import { dataText, joined } from '../presenter.ts'
import { createdText, savedText } from '../relations.ts'
import { isSet, UidParams } from '../schema-parts.ts'
import { UserReply } from '../schemas.ts'
import { CreatedUserReply, CreateUserBody, DeletedUserReply, DeleteUserBody, UpdateUserBody } from '../schemas-users.ts'
import { newUserToken } from '../tokens.ts'
import { changePerson, createPerson } from '../user-writes.ts'
import { done, operation, sendJson } from './operation.ts'

export const usersRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory, signer } = deps

  app.post(
    '/users',
    operation(deps, {
      operationId: 'createUser',
      summary: 'Create a user',
      description: 'A key of the smaller scope gives no role.',
      access: { keys: 'auth-only', tokens: false, writesUsers: true },
      body: CreateUserBody,
      reply: { 200: CreatedUserReply },
    }),
    async (request, reply) => {
      const { actor } = callerOf(request)
      const { withAuthToken, ...person } = request.body
      const made = await createPerson(directory, actor, person)
      const text = createdText(callerOf(request), made)
      if (!isSet(withAuthToken)) return sendJson(reply, dataText(text))
      const { id, uid } = made.user
      const { value } = await directory.issueUserToken(actor, { userId: id, value: newUserToken(signer, uid) })
      return sendJson(reply, dataText(joined(text, JSON.stringify({ authToken: value }))))
    },
  )

  app.put(
    '/users/:uid',
    operation(deps, {
      operationId: 'updateUser',
      summary: 'Change a user',
      description: 'What is absent stays; metadata and tags are replaced as a whole.',
      access: { keys: 'auth-only', tokens: false, writesUsers: true, subject: 'active' },
      params: UidParams,
      body: UpdateUserBody,
      reply: { 200: UserReply },
    }),
    async (request, reply) => {
      const { actor } = callerOf(request)
      const { role, unset, ...members } = request.body
      const changes = parseChanges(members, unset)
      const changed = await changePerson(directory, actor, subjectOf(request).id, { role, changes })
      return sendJson(reply, dataText(await savedText(directory, callerOf(request), changed)))
    },
  )

  app.delete(
    '/users/:uid',
    operation(deps, {
      operationId: 'deleteUser',
      summary: 'Deactivate a user, or erase it',
      access: { keys: 'full-access', tokens: false, subject: 'anybody' },
      params: UidParams,
      body: DeleteUserBody,
      reply: { 200: DeletedUserReply },
    }),
    async (request) => {
      const { actor } = callerOf(request)
      const { id, uid, active } = subjectOf(request)
      if (isSet(request.body.permanent)) {
        await directory.deleteUser(actor, { userId: id })
        return done(`The user with the uid ${uid} has been deleted.`)
      }
      if (!active) throw noSuchUid(uid)
      await directory.deactivateUser(actor, { userId: id })
      const { data } = done(`The user with the uid ${uid} has been deactivated.`)
      return { data: { deactivatedUids: [uid], ...data } }
    },
  )
}
