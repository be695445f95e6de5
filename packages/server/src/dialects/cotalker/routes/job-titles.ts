import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { callerOf, requireAuthentication } from '../auth.ts'
import {
  CatalogueQuery,
  ChangedJobTitleReply,
  CreateJobTitleBody,
  JobTitleReply,
  JobTitlesReply,
  UpdateJobTitleBody,
} from '../catalogue-schemas.ts'
import { debugText } from '../debug.ts'
import { answerJobTitleError } from '../errors.ts'
import { parseCatalogueQuery, parseJobTitle, parseNewJobTitle } from '../parse-catalogue.ts'
import { presentChanged, presentData, presentList } from '../presenter.ts'
import { jobTitleText } from '../presenter-catalogue.ts'
import { AdminHeader, DebugQuery, IdParams } from '../schema-parts.ts'
import { type CotalkerDeps, operation, sendJson } from './operation.ts'

export const jobTitlesRoutes: FastifyPluginAsyncTypebox<CotalkerDeps> = async (app, deps) => {
  const { directory, version } = deps
  requireAuthentication(app, deps)
  app.setErrorHandler<Error>(answerJobTitleError)

  app.get(
    '/jobtitles',
    operation({
      operationId: `get${version}Jobtitles`,
      summary: 'Search and page job titles',
      description: 'Needs `Admin: true`. Oldest first.',
      headers: AdminHeader,
      querystring: CatalogueQuery,
      reply: { 200: JobTitlesReply },
    }),
    async (request, reply) => {
      const actor = callerOf(request)
      const { items, total } = await directory.listJobTitles(actor, parseCatalogueQuery(request.query))
      const texts = items.map((title) => jobTitleText(title, actor.tenantId))
      return sendJson(reply, presentList(['values', 'jobTitles'], texts, total, debugText(request)))
    },
  )

  app.get(
    '/jobtitles/:id',
    operation({
      operationId: `get${version}JobtitlesId`,
      summary: 'One job title',
      description: 'Needs `Admin: true`.',
      headers: AdminHeader,
      params: IdParams,
      querystring: DebugQuery,
      reply: { 200: JobTitleReply },
    }),
    async (request, reply) => {
      const actor = callerOf(request)
      const title = await directory.getJobTitle(actor, { jobTitleId: request.params.id.toLowerCase() })
      return sendJson(reply, presentData(jobTitleText(title, actor.tenantId), debugText(request)))
    },
  )

  app.post(
    '/jobtitles',
    operation({
      operationId: `post${version}Jobtitles`,
      summary: 'Create a job title',
      description: 'Needs `Admin: true`.',
      headers: AdminHeader,
      querystring: DebugQuery,
      body: CreateJobTitleBody,
      reply: { 201: ChangedJobTitleReply },
    }),
    async (request, reply) => {
      const actor = callerOf(request)
      const title = await directory.createJobTitle(actor, parseNewJobTitle(request.body))
      return sendJson(reply, presentChanged(jobTitleText(title, actor.tenantId), debugText(request)), 201)
    },
  )

  app.patch(
    '/jobtitles/:id',
    operation({
      operationId: `patch${version}JobtitlesId`,
      summary: 'Change a job title',
      description: 'Needs `Admin: true`.',
      headers: AdminHeader,
      params: IdParams,
      querystring: DebugQuery,
      body: UpdateJobTitleBody,
      reply: { 200: ChangedJobTitleReply },
    }),
    async (request, reply) => {
      const actor = callerOf(request)
      const jobTitleId = request.params.id.toLowerCase()
      const { code } = request.body
      const title = await directory.updateJobTitle(actor, {
        jobTitleId,
        changes: parseJobTitle(request.body),
        fixed: code === undefined ? {} : { code },
      })
      return sendJson(reply, presentChanged(jobTitleText(title, actor.tenantId), debugText(request)))
    },
  )
}
