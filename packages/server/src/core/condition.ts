import type { RowField, UserField } from './user.ts'

/** Fields that a condition may ask about; those that hold objects take a path below them. */
export type ConditionField = RowField | Extract<UserField, 'active' | 'status'>

/** Texts in which a fragment is looked for, all folded (lower case, no accents). */
export type TextField = Extract<UserField, 'username' | 'shownName' | 'nickname' | 'bio' | 'email'>

export interface FieldPath {
  readonly field: ConditionField
  /** Keys below the field, or `0` for the first item of a list; empty for the field itself. */
  readonly path: readonly string[]
}

/** What a value may be compared with; instants are dates. */
export type Comparable = string | number | boolean | Date
export type Order = 'less' | 'at-most' | 'more' | 'at-least'

/**
 * A test of one value. Of a list field it holds when one of the items passes it. An absent value equals `null` and passes
 * no other test; values of another type than the compared one pass none.
 */
export type Test =
  | { readonly op: 'in'; readonly values: readonly (Comparable | null)[] }
  | { readonly op: Order; readonly value: string | number | Date }
  | { readonly op: 'exists' }
  | { readonly op: 'matches'; readonly pattern: TextPattern }
  /** Of a uid, a username or the shown name: it begins with this text, whatever the case and the accents. */
  | { readonly op: 'starts'; readonly text: string }

/**
 * A regular expression in JavaScript's syntax (without `u` and `v`), to be answered in linear time: what can't be, such as
 * references back and looking around, is refused as `invalid_pattern`. It matches anywhere in the text unless anchored.
 */
export interface TextPattern {
  readonly source: string
  readonly ignoreCase: boolean
  /** Whether `.` matches line breaks. */
  readonly dotAll: boolean
}

export type UserLink = 'friend' | 'blocked-by' | 'has-blocked'

/** Which users, as a tree of tests; every node is either true or false of every user. */
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | { readonly at: FieldPath; readonly test: Test }
  /** A fragment in one of these texts. */
  | { readonly contains: string; readonly within: readonly TextField[] }
  /** Who is linked to this user: its friends, those it has blocked, those who have blocked it. */
  | { readonly link: UserLink; readonly of: string }

/** The fields that a condition asks about, each with its path. */
export function fieldsAsked(condition: Condition): FieldPath[] {
  if ('all' in condition) return condition.all.flatMap(fieldsAsked)
  if ('any' in condition) return condition.any.flatMap(fieldsAsked)
  if ('not' in condition) return fieldsAsked(condition.not)
  if ('at' in condition) return [condition.at]
  if ('link' in condition) return []
  return condition.within.map((field) => ({ field, path: [] }))
}

/** The users whose links a condition asks about. */
export function linksAsked(condition: Condition): string[] {
  if ('all' in condition) return condition.all.flatMap(linksAsked)
  if ('any' in condition) return condition.any.flatMap(linksAsked)
  if ('not' in condition) return linksAsked(condition.not)
  return 'link' in condition ? [condition.of] : []
}
