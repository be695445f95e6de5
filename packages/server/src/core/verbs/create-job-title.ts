import type { JobTitle } from '../catalogue.ts'
import { jobTitleEvent } from '../events.ts'
import { authorizeLending, validateJobTitle } from '../job-title-rules.ts'
import { authorize } from '../policy.ts'
import type { Verb } from '../verb.ts'
import { catalogueOf } from './get-user.ts'

export interface CreateJobTitle {
  /** 1 to 60 of `a-z 0-9 _`; can't be changed. */
  readonly code: string
  readonly display: string
  readonly active?: boolean
  readonly accessRoles?: readonly string[]
  readonly properties?: readonly string[]
  readonly allowedExtensions?: readonly string[]
}

/** Creates a job title. Lending roles by it needs the right to assign them. */
export const createJobTitle: Verb<CreateJobTitle, JobTitle> = async (context, input) => {
  const { actor, makeId, transact } = context
  authorize(actor, 'job-titles.edit')
  validateJobTitle(input)
  const catalogue = await catalogueOf(context)
  return transact(async (tx, now) => {
    const title: JobTitle = {
      id: makeId(),
      code: input.code,
      display: input.display,
      active: input.active ?? true,
      accessRoles: [...new Set(input.accessRoles ?? [])],
      properties: [...new Set(input.properties ?? [])],
      allowedExtensions: [...new Set(input.allowedExtensions ?? [])],
      version: 0,
      createdAt: now,
      modifiedAt: now,
    }
    authorizeLending(actor, catalogue, null, title)
    await tx.catalogue.insertJobTitle(actor.tenantId, title)
    return { result: title, events: [jobTitleEvent(null, title)] }
  })
}
