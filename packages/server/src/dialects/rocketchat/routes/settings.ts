import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { DirectoryError } from '../../../core/index.ts'
import { actorOf } from '../../_kit/actor.ts'
import type { DialectDeps } from '../../dialect.ts'
import { optionalActor, requireAuthentication } from '../auth.ts'
import { RocketChatRefusal } from '../errors.ts'
import { parsePage } from '../parse-page.ts'
import { Anything, EmptyReply, Envelope, paging, Text } from '../schema-parts.ts'
import { settings } from '../settings.ts'
import { siteUrl } from '../site.ts'
import { envelope, operation } from './operation.ts'

const SettingMembers = { _id: Text, value: Anything }
const SettingReply = Envelope(SettingMembers, 'The setting')
const SettingsReply = Envelope(
  {
    settings: Type.Array(Type.Object(SettingMembers)),
    count: Type.Integer(),
    offset: Type.Integer(),
    total: Type.Integer(),
  },
  'Settings that everybody may read, by id',
)
const SettingsQuery = Type.Object({
  ...paging,
  _id: Type.Optional(Type.Array(Text, { description: 'Only these, separated by commas' })),
})
const SettingParams = Type.Object({ _id: Text })
const SettingBody = Type.Object({ value: Anything })

const surroundingsOf = (request: FastifyRequest, { options }: DialectDeps) => ({
  site: siteUrl(request),
  openRegistration: options.openRegistration,
})

export const openSettingsRoute: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  app.get(
    '/settings.public',
    operation({
      operationId: 'getSettingsPublic',
      summary: 'List the settings that everybody may read',
      security: [],
      querystring: SettingsQuery,
      reply: { 200: SettingsReply },
    }),
    async (request) => {
      const { _id: ids, ...page } = request.query
      const { limit, offset } = parsePage(page)
      const tenant = await deps.directory.getTenant(await optionalActor(deps, request), {})
      const surroundings = surroundingsOf(request, deps)
      const found = [...settings].flatMap(([_id, { open, read }]) =>
        open && (ids === undefined || ids.includes(_id)) ? [{ _id, value: read(tenant, surroundings) }] : [],
      )
      const shown = found.slice(offset, limit === null ? undefined : offset + limit)
      return envelope({ settings: shown, count: shown.length, offset, total: found.length })
    },
  )
}

export const settingsRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps
  requireAuthentication(app, deps)

  app.get(
    '/settings/:_id',
    operation({
      operationId: 'getSettingsId',
      summary: 'Read a setting',
      description: 'Needs view-privileged-setting.',
      params: SettingParams,
      reply: { 200: SettingReply },
      errors: 'settings',
    }),
    async (request) => {
      const actor = actorOf(request)
      // What a tenant has decided is in every reading of it; only this operation keeps it from people.
      if (!actor.capabilities.has('settings.read')) throw new DirectoryError('forbidden', { right: 'settings.read' })
      const { _id } = request.params
      const setting = settings.get(_id)
      if (setting === undefined) throw new RocketChatRefusal('invalid_setting')
      const tenant = await directory.getTenant(actor, {})
      return envelope({ _id, value: setting.read(tenant, surroundingsOf(request, deps)) })
    },
  )

  app.post(
    '/settings/:_id',
    operation({
      operationId: 'postSettingsId',
      summary: 'Change a setting',
      description: 'Needs edit-privileged-setting. It holds at once.',
      params: SettingParams,
      body: SettingBody,
      reply: { 200: EmptyReply },
      errors: 'settings',
    }),
    async (request) => {
      const actor = actorOf(request)
      if (!actor.capabilities.has('settings.edit')) throw new DirectoryError('forbidden', { right: 'settings.edit' })
      const setting = settings.get(request.params._id)
      if (setting === undefined) throw new RocketChatRefusal('invalid_setting')
      if (setting.write === undefined) throw new RocketChatRefusal('setting_read_only')
      const changes = setting.write(request.body.value)
      if (changes === undefined) throw new RocketChatRefusal('invalid_setting_value')
      await directory.updateTenant(actor, { changes: { settings: changes } })
      return envelope({})
    },
  )
}
