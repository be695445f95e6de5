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
  readonly ids?: readonly string[] | undefined
  /** In lower case. */
  readonly emails?: readonly string[] | undefined
  readonly bots?: readonly string[] | undefined
  readonly properties?: readonly string[] | undefined
  readonly accessRoles?: readonly string[] | undefined
  readonly jobs?: readonly string[] | undefined
  /** Users in any hierarchy list of one of these users. */
  readonly relatedTo?: readonly string[] | undefined
  readonly active?: boolean | undefined
  readonly search?: Search | undefined
  readonly modified?: InstantRange | undefined
  readonly created?: InstantRange | undefined
}

/** Which records of a tenant's catalogue (access roles, job titles). */
export interface CatalogueFilter {
  readonly ids?: readonly string[] | undefined
  readonly active?: boolean | undefined
  readonly search?: Search | undefined
}
