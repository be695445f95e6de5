import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { actorOf } from '../../_kit/actor.ts'
import type { DialectDeps } from '../../dialect.ts'
import { requireAuthentication } from '../auth.ts'
import { ActiveStatusReply, DeactivateIdleBody, DeactivateIdleReply, SetActiveStatusBody } from '../schemas-changes.ts'
import { envelope, operation } from './operation.ts'

export const usersActiveRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps
  requireAuthentication(app, deps)

  app.post(
    '/users.setActiveStatus',
    operation({
      operationId: 'postUsersSetActiveStatus',
      summary: 'Activate or deactivate a user',
      body: SetActiveStatusBody,
      reply: { 200: ActiveStatusReply },
    }),
    async (request) => {
      const { userId, activeStatus } = request.body
      const change = activeStatus ? directory.reactivateUser : directory.deactivateUser
      const { user } = await change(actorOf(request), { userId })
      return envelope({ user: { _id: user.id, active: user.active } })
    },
  )

  app.post(
    '/users.deactivateIdle',
    operation({
      operationId: 'postUsersDeactivateIdle',
      summary: 'Deactivate who has not logged in for long',
      body: DeactivateIdleBody,
      reply: { 200: DeactivateIdleReply },
      errors: 'users.deactivateIdle',
    }),
    async (request) => {
      const { daysIdle, role = 'user' } = request.body
      return envelope({ count: await directory.deactivateIdle(actorOf(request), { role, days: daysIdle }) })
    },
  )
}
