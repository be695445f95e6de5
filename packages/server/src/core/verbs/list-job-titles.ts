import type { JobTitle } from '../catalogue.ts'
import { catalogueSlice } from '../catalogue-slice.ts'
import type { CatalogueFilter } from '../filter.ts'
import type { Page, PageRequest } from '../page.ts'
import { authorize } from '../policy.ts'
import type { Verb } from '../verb.ts'
import { catalogueOf } from './get-user.ts'

/** A page of job titles, oldest first. */
export const listJobTitles: Verb<{ filter: CatalogueFilter; page: PageRequest }, Page<JobTitle>> = async (
  context,
  input,
) => {
  authorize(context.actor, 'job-titles.read')
  const { jobTitles } = await catalogueOf(context)
  return catalogueSlice([...jobTitles.values()], input, (title) => [title.display, title.code])
}
