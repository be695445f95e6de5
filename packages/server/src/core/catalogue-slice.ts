import type { CatalogueFilter } from './filter.ts'
import { matches, textKeywords } from './keywords.ts'
import type { Page, PageRequest } from './page.ts'

interface Listed {
  readonly id: string
  readonly active: boolean
  readonly createdAt: Date
}

/**
 * Filters, orders (by creation, then id) and pages records of a tenant's catalogue. They are in memory anyway, since
 * every permission check reads them, and there are hundreds of them, not millions.
 */
export function catalogueSlice<T extends Listed>(
  records: readonly T[],
  { filter, page }: { filter: CatalogueFilter; page: PageRequest },
  textsOf: (record: T) => readonly string[],
): Page<T> {
  const { ids, active, search } = filter
  const matching = records.filter(
    (record) =>
      (ids === undefined || ids.includes(record.id)) &&
      (active === undefined || record.active === active) &&
      (search === undefined || matches(search, textKeywords(textsOf(record)))),
  )
  matching.sort((one, other) => one.createdAt.getTime() - other.createdAt.getTime() || (one.id < other.id ? -1 : 1))
  return {
    items: matching.slice(page.offset, page.offset + page.limit),
    total: page.total ? matching.length : null,
  }
}
