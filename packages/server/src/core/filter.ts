import type { Search } from './keywords.ts'

/** Bounds of an instant; all that are given hold together. */
export interface InstantRange {
  readonly at?: Date
  readonly after?: Date
  readonly from?: Date
  readonly before?: Date
  readonly until?: Date
}

/** Which users: members hold together, the values of one member are alternatives. An absent member filters nothing. */
export interface UserFilter {
  readonly ids?: readonly string[]
  /** In lower case. */
  readonly emails?: readonly string[]
  readonly bots?: readonly string[]
  readonly properties?: readonly string[]
  readonly accessRoles?: readonly string[]
  readonly jobs?: readonly string[]
  /** Users in any hierarchy list of one of these users. */
  readonly relatedTo?: readonly string[]
  readonly active?: boolean
  readonly search?: Search
  readonly modified?: InstantRange
  readonly created?: InstantRange
}

/** Which records of a tenant's catalogue (access roles, job titles). */
export interface CatalogueFilter {
  readonly ids?: readonly string[]
  readonly active?: boolean
  readonly search?: Search
}
