import type { Condition } from './condition.ts'
import type { Search } from './keywords.ts'
import type { RelationField, RowField } from './user.ts'

/** Bounds of an instant; all that are given hold together. */
export interface InstantRange {
  readonly at?: Date
  readonly after?: Date
  readonly from?: Date
  readonly before?: Date
  readonly until?: Date
}

/**
 * A field's value, or a value below it for fields that hold objects, is one of these; a list field holds one of them.
 * `null` stands for an absent value.
 */
export interface FieldEquals {
  readonly field: RowField
  readonly path: readonly string[]
  readonly values: readonly unknown[]
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
  /** Job titles that bring one of `properties`: their holders have it as well. */
  readonly propertyJobs?: readonly string[] | undefined
  /** Users whose own list of this kind names one of these users; each of these conditions holds. */
  readonly related?: readonly { readonly field: RelationField; readonly ids: readonly string[] }[] | undefined
  readonly equal?: readonly FieldEquals[] | undefined
  readonly active?: boolean | undefined
  readonly search?: Search | undefined
  readonly modified?: InstantRange | undefined
  readonly created?: InstantRange | undefined
  readonly where?: Condition | undefined
}

/** Which records of a tenant's catalogue (access roles, job titles). */
export interface CatalogueFilter {
  readonly ids?: readonly string[] | undefined
  readonly active?: boolean | undefined
  readonly search?: Search | undefined
}
