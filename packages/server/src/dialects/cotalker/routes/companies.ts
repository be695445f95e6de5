import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { DialectDeps } from '../../dialect.ts'
import { callerOf, requireAuthentication } from '../auth.ts'
import { CompanyReply, UpdateCompanyBody } from '../catalogue-schemas.ts'
import { debugText } from '../debug.ts'
import { answerCompanyError } from '../errors.ts'
import { parseCompany } from '../parse-catalogue.ts'
import { presentBare } from '../presenter.ts'
import { companyText } from '../presenter-catalogue.ts'
import { AdminHeader, DebugQuery, IdParams } from '../schema-parts.ts'
import { operation, sendJson } from './operation.ts'

export interface CompaniesDeps extends DialectDeps {
  /** How the operations' names begin; the oldest paths have no version. */
  readonly version: 'V1' | ''
}

/** A caller has one company: its own. Bodies have no envelope. */
export const companiesRoutes: FastifyPluginAsyncTypebox<CompaniesDeps> = async (app, deps) => {
  const { directory, version } = deps
  requireAuthentication(app, deps)
  app.setErrorHandler<Error>(answerCompanyError)

  app.get(
    '/companies',
    operation({
      operationId: `get${version}Companies`,
      summary: "The caller's company",
      querystring: DebugQuery,
      reply: { 200: CompanyReply },
    }),
    async (request, reply) => {
      const tenant = await directory.getTenant(callerOf(request), {})
      return sendJson(reply, presentBare(companyText(tenant), debugText(request)))
    },
  )

  app.get(
    '/companies/:id',
    operation({
      operationId: `get${version}CompaniesId`,
      summary: "The caller's company by its id",
      params: IdParams,
      querystring: DebugQuery,
      reply: { 200: CompanyReply },
    }),
    async (request, reply) => {
      const tenant = await directory.getTenant(callerOf(request), { tenantId: request.params.id.toLowerCase() })
      return sendJson(reply, presentBare(companyText(tenant), debugText(request)))
    },
  )

  app.patch(
    '/companies/:id',
    operation({
      operationId: `patch${version}CompaniesId`,
      summary: 'Change the company',
      description: 'Needs `Admin: true` and admin-company-write. New password rules hold for new passwords.',
      headers: AdminHeader,
      params: IdParams,
      querystring: DebugQuery,
      body: UpdateCompanyBody,
      reply: { 200: CompanyReply },
    }),
    async (request, reply) => {
      const tenantId = request.params.id.toLowerCase()
      const tenant = await directory.updateTenant(callerOf(request), { tenantId, changes: parseCompany(request.body) })
      return sendJson(reply, presentBare(companyText(tenant), debugText(request)))
    },
  )
}
