import type { JobTitle } from '../catalogue.ts'
import { DirectoryError } from '../errors.ts'
import { authorize } from '../policy.ts'
import type { Verb } from '../verb.ts'
import { catalogueOf } from './get-user.ts'

/** One job title by id. */
export const getJobTitle: Verb<{ jobTitleId: string }, JobTitle> = async (context, { jobTitleId }) => {
  authorize(context.actor, 'job-titles.read')
  const title = (await catalogueOf(context)).jobTitles.get(jobTitleId)
  if (title === undefined)
    throw new DirectoryError('not_found', { field: 'id', reason: `No job title has the id ${jobTitleId}.` })
  return title
}
