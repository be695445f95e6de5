import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { User } from '../../../core/index.ts'
import { actorOf } from '../../_kit/actor.ts'
import type { DialectDeps } from '../../dialect.ts'
import { ownId, requireAuthentication } from '../auth.ts'
import { PreferencesReply, SavedPreferencesReply, SetPreferencesBody } from '../preferences.ts'
import { envelope, operation } from './operation.ts'

/** The language is the user's own attribute, and shown among the preferences. */
const presentPreferences = ({ preferences, language }: User) => ({
  ...preferences,
  ...(language !== null && { language }),
})

export const preferencesRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps
  requireAuthentication(app, deps)

  app.get(
    '/users.getPreferences',
    operation({
      operationId: 'getUsersGetPreferences',
      summary: "The caller's preferences",
      reply: { 200: PreferencesReply },
    }),
    async (request) => {
      const actor = actorOf(request)
      const { user } = await directory.getUser(actor, { userId: ownId(actor) })
      return envelope({ preferences: presentPreferences(user) })
    },
  )

  app.post(
    '/users.setPreferences',
    operation({
      operationId: 'postUsersSetPreferences',
      summary: 'Change preferences',
      description: 'Of oneself, or with `edit-other-user-info` of anybody. `null` removes one.',
      body: SetPreferencesBody,
      reply: { 200: SavedPreferencesReply },
      errors: 'users.setPreferences',
    }),
    async (request) => {
      const actor = actorOf(request)
      const { userId = ownId(actor), data } = request.body
      const { language, ...preferences } = data
      const { user } = await directory.updateUser(actor, {
        userId,
        changes: { preferences, ...(language !== undefined && { language: language || null }) },
      })
      return envelope({ user: { _id: user.id, settings: { preferences: presentPreferences(user) } } })
    },
  )
}
