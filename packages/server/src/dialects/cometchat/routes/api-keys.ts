import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { DialectDeps } from '../../dialect.ts'
import { callerOf } from '../auth.ts'
import { maskedKey } from '../errors.ts'
import { parsePaging, presentPagination } from '../parse-page.ts'
import { presentKey, scopeOf } from '../presenter-tokens.ts'
import { Done } from '../schema-parts.ts'
import {
  ApiKeyParams,
  ApiKeyReply,
  ApiKeysQuery,
  ApiKeysReply,
  CreateKeyBody,
  UpdateKeyBody,
} from '../schemas-tokens.ts'
import { newKey } from '../tokens.ts'
import { done, operation } from './operation.ts'

const access = { keys: 'full-access', tokens: false } as const

export const apiKeysRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory, signer } = deps

  app.post(
    '/apikeys',
    operation(deps, {
      operationId: 'createApiKey',
      summary: 'Make a key',
      access,
      body: CreateKeyBody,
      reply: { 200: ApiKeyReply },
    }),
    async (request) => {
      const { name, scope = 'authOnly' } = request.body
      const made = { name: name.trim(), scope: scopeOf(scope), value: newKey(signer) }
      return { data: presentKey(await directory.createKey(callerOf(request).actor, made)) }
    },
  )

  app.get(
    '/apikeys',
    operation(deps, {
      operationId: 'listApiKeys',
      summary: 'List the keys',
      access,
      querystring: ApiKeysQuery,
      reply: { 200: ApiKeysReply },
    }),
    async (request) => {
      const { scope: wanted, searchKey = '', ...sent } = request.query
      const paging = parsePaging(sent)
      const keys = (await directory.listKeys(callerOf(request).actor, {}))
        .map(presentKey)
        .filter(({ scope }) => wanted === undefined || scope === wanted)
        .filter(({ name }) => name.toLowerCase().startsWith(searchKey.toLowerCase()))
      const page = keys.slice(paging.offset, paging.offset + paging.perPage)
      const pagination = presentPagination(paging, { total: keys.length, count: page.length })
      return { data: page, meta: { pagination } }
    },
  )

  app.get(
    '/apikeys/:apiKey',
    operation(deps, {
      operationId: 'getApiKey',
      summary: 'Read a key',
      access,
      params: ApiKeyParams,
      reply: { 200: ApiKeyReply },
    }),
    async (request) => {
      const { apiKey: value } = request.params
      return { data: presentKey(await directory.getKey(callerOf(request).actor, { value })) }
    },
  )

  app.put(
    '/apikeys/:apiKey',
    operation(deps, {
      operationId: 'updateApiKey',
      summary: 'Change the name or the scope of another key',
      access,
      params: ApiKeyParams,
      body: UpdateKeyBody,
      reply: { 200: ApiKeyReply },
    }),
    async (request) => {
      const { name, scope } = request.body
      const changed = await directory.updateKey(callerOf(request).actor, {
        value: request.params.apiKey,
        ...(name !== undefined && { name: name.trim() }),
        ...(scope !== undefined && { scope: scopeOf(scope) }),
      })
      return { data: presentKey(changed) }
    },
  )

  app.delete(
    '/apikeys/:apiKey',
    operation(deps, {
      operationId: 'deleteApiKey',
      summary: 'End another key',
      access,
      params: ApiKeyParams,
      reply: { 200: Done },
    }),
    async (request) => {
      const { apiKey: value } = request.params
      await directory.deleteKey(callerOf(request).actor, { value })
      return done(`The API key ${maskedKey(value)} has been deleted.`)
    },
  )
}
