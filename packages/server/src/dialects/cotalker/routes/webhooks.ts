import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { newWebhookSecret } from '../../_kit/webhook-secret.ts'
import { callerOf, dialectName, requireAuthentication } from '../auth.ts'
import { answerWebhookError } from '../errors.ts'
import { parseNewWebhook, parseWebhook } from '../parse-webhooks.ts'
import { presentAttempt, presentWebhook } from '../presenter-webhooks.ts'
import { IdParams } from '../schema-parts.ts'
import {
  CreateWebhookBody,
  NoQuery,
  UpdateWebhookBody,
  WebhookLogsReply,
  WebhookReply,
  WebhooksReply,
} from '../webhook-schemas.ts'
import { type CotalkerDeps, operation } from './operation.ts'

const own = { dialect: dialectName }
/** Attempts in a log. */
const mostLogs = 100

/** Webhook subscriptions; those that other APIs made are not among them. */
export const webhooksRoutes: FastifyPluginAsyncTypebox<CotalkerDeps> = async (app, deps) => {
  const { directory, version } = deps
  requireAuthentication(app, deps)
  app.setErrorHandler<Error>(answerWebhookError)

  app.get(
    '/',
    operation({
      operationId: `get${version}WebhookSubscription`,
      summary: 'Webhook subscriptions',
      querystring: NoQuery,
      reply: { 200: WebhooksReply },
    }),
    async (request) => {
      const readings = await directory.listWebhooks(callerOf(request), own)
      return readings.map(({ webhook }) => presentWebhook(webhook))
    },
  )

  app.get(
    '/:id',
    operation({
      operationId: `get${version}WebhookSubscriptionId`,
      summary: 'One webhook subscription',
      params: IdParams,
      querystring: NoQuery,
      reply: { 200: WebhookReply },
    }),
    async (request) => {
      const webhookId = request.params.id.toLowerCase()
      const { webhook } = await directory.getWebhook(callerOf(request), { ...own, webhookId })
      return presentWebhook(webhook)
    },
  )

  app.get(
    '/logs/:id',
    operation({
      operationId: `get${version}WebhookSubscriptionLogsId`,
      summary: 'What came of the deliveries of a webhook subscription',
      params: IdParams,
      querystring: NoQuery,
      reply: { 200: WebhookLogsReply },
    }),
    async (request) => {
      const actor = callerOf(request)
      const webhookId = request.params.id.toLowerCase()
      const page = { before: null, limit: mostLogs }
      const attempts = await directory.listWebhookAttempts(actor, { ...own, webhookId, ...page })
      return attempts.map((attempt) => presentAttempt(attempt, { id: webhookId, tenantId: actor.tenantId }))
    },
  )

  app.post(
    '/',
    operation({
      operationId: `post${version}WebhookSubscription`,
      summary: 'Subscribe a webhook',
      querystring: NoQuery,
      body: CreateWebhookBody,
      reply: { 201: WebhookReply },
    }),
    async (request, reply) => {
      const secret = newWebhookSecret()
      const webhook = await directory.createWebhook(callerOf(request), { ...parseNewWebhook(request.body), secret })
      return reply.code(201).send(presentWebhook(webhook))
    },
  )

  app.patch(
    '/:id',
    operation({
      operationId: `patch${version}WebhookSubscriptionId`,
      summary: 'Change a webhook subscription',
      params: IdParams,
      querystring: NoQuery,
      body: UpdateWebhookBody,
      reply: { 200: WebhookReply },
    }),
    async (request) => {
      const actor = callerOf(request)
      const webhookId = request.params.id.toLowerCase()
      const { webhook: before } = await directory.getWebhook(actor, { ...own, webhookId })
      const { code } = request.body
      const webhook = await directory.updateWebhook(actor, {
        ...{ ...own, webhookId, changes: parseWebhook(request.body, before) },
        ...(code !== undefined && { fixed: { code } }),
      })
      return presentWebhook(webhook)
    },
  )
}
