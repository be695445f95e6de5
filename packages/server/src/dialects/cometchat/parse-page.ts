/** The platform's own, of every list. */
export const defaultPerPage = 100
export const mostPerPage = 1000

/** What a query has of `paging` in schema-parts.ts, validated. */
export interface SentPage {
  readonly perPage?: number
  readonly per_page?: number
  readonly page?: number
}

export interface Paging {
  /** From 1 to 1000. */
  readonly perPage: number
  /** At least 1. */
  readonly page: number
  readonly offset: number
}

/** A size beyond the largest is the largest; a page before the first is the first. */
export function parsePaging({ perPage, per_page, page: sent = 1 }: SentPage): Paging {
  const size = Math.min(perPage ?? per_page ?? defaultPerPage, mostPerPage)
  // Beyond it nothing can be counted exactly, and nobody is.
  const page = Math.min(Math.max(sent, 1), Math.floor(Number.MAX_SAFE_INTEGER / mostPerPage))
  return { perPage: size, page, offset: (page - 1) * size }
}

/** What `meta.pagination` says of one page of so many matches. */
export const presentPagination = ({ perPage, page }: Paging, { total, count }: { total: number; count: number }) => ({
  total,
  count,
  per_page: perPage,
  current_page: page,
  total_pages: Math.max(1, Math.ceil(total / perPage)),
})
