import type { JobTitle } from '../catalogue.ts'
import { DirectoryError } from '../errors.ts'
import { jobTitleEvent } from '../events.ts'
import { authorizeLending, validateJobTitle } from '../job-title-rules.ts'
import { authorize } from '../policy.ts'
import type { Verb } from '../verb.ts'
import type { CreateJobTitle } from './create-job-title.ts'
import { catalogueOf } from './get-user.ts'

export interface UpdateJobTitle {
  readonly jobTitleId: string
  readonly changes: Partial<Omit<CreateJobTitle, 'code'>>
  /** Throws `read_only_field` where it differs from what is stored. */
  readonly fixed?: { readonly code?: string }
}

/** Changes what is given of a job title. Its holders' rights follow at once. A repeat changes nothing. */
export const updateJobTitle: Verb<UpdateJobTitle, JobTitle> = async (context, { jobTitleId, changes, fixed = {} }) => {
  const { actor, transact } = context
  authorize(actor, 'job-titles.edit')
  validateJobTitle(changes)
  const catalogue = await catalogueOf(context)
  return transact(async (tx, now) => {
    const before = await tx.catalogue.lockJobTitle(actor.tenantId, jobTitleId)
    if (before === null)
      throw new DirectoryError('not_found', { field: 'id', reason: `No job title has the id ${jobTitleId}.` })
    if (fixed.code !== undefined && fixed.code !== before.code)
      throw new DirectoryError('read_only_field', { field: 'code' })
    const wanted: JobTitle = {
      ...before,
      ...changes,
      accessRoles: [...new Set(changes.accessRoles ?? before.accessRoles)],
    }
    const event = jobTitleEvent(before, wanted)
    if (Object.keys(event.changes).length === 0) return { result: before, events: [] }
    authorizeLending(actor, catalogue, before, wanted)
    const title: JobTitle = { ...wanted, version: before.version + 1, modifiedAt: now }
    await tx.catalogue.updateJobTitle(actor.tenantId, title)
    return { result: title, events: [jobTitleEvent(before, title)] }
  })
}
