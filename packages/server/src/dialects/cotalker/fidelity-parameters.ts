import { different, exact, type Judgement, tolerant } from '../_kit/fidelity.ts'
import type { CatalogueQuery } from './catalogue-schemas.ts'
import type { CreateQuery, CreateUserBody, RelationsQuery, UsersQuery } from './schemas.ts'

/** Tests, by their title. */
export const list = (title: string) => `cotalker-list.test.ts: ${title}`
export const fixture = (name: string, title: string) => `fixtures/${name}.json: ${title}`

/** The words of a parameter's documentation and of our schema are the same: a new one does not compile until it is here. */
type Parameters<Query extends object> = Readonly<Record<keyof Query & string, Judgement>>

export const debug = different(
  'what was understood and what was wrong, beside `data`; the real form is known from one sample only',
  list('debug shows the understood query, secrets masked, on success and on error'),
)
const found = list('what a query finds, and its total')
const paging = {
  limit: different(
    'never more than 1000 a page; 0 and less are refused',
    list('ten are given when nobody says how many, and a thousand at most'),
  ),
  page: exact,
  count: different(
    'the total is given as `counter`, and as `count` which clients read',
    list('the total is of all matches, not of the page'),
  ),
}
const sorting = {
  orderBy: different('without it the last modified come first; `order_by` is the same', found),
  sortBy: tolerant(
    'only modifiedAt sorts; others are taken; `sort_by` is the same',
    'cotalker-list.test.ts: what a query finds, and its total',
  ),
}
const several = tolerant('takes several values', found)

export const listParameters: Parameters<UsersQuery> = {
  search: different(
    'finds keywords that begin with its words; a leading `.*` finds them inside; other signs only separate words',
    'cotalker-search.test.ts: what has no word in it filters nothing',
  ),
  ...paging,
  ...sorting,
  isActive: different('without it everybody is listed', found),
  email: tolerant('in any letter case', found),
  bot: exact,
  id: exact,
  relatedUser: several,
  property: tolerant(
    'takes several values; a property that the job title brings counts',
    'cotalker-job-titles.test.ts: elements: shown with the properties, found by them, not stored when they come back',
  ),
  accessRole: several,
  job: several,
  modified: exact,
  modified_gt: exact,
  modified_gte: exact,
  modified_lt: tolerant('not documented for users, but for other lists', found),
  modified_lte: tolerant('not documented for users, but for other lists', found),
  created: exact,
  created_gt: exact,
  created_gte: exact,
  created_lt: exact,
  created_lte: exact,
  debug,
}

export const createParameters: Parameters<CreateQuery> & Readonly<Record<keyof CreateUserBody & string, Judgement>> = {
  notifyEmail: different(
    'mails a password that was made when none is given, and nothing otherwise; the reply says `notification: sent` or `waiting`',
    fixture('create-notify', 'without a password: one is mailed'),
  ),
  debug,
  accessRoles: different(
    'must be given, and may be empty; no default role is added',
    'cotalker-bad-input.test.ts: members that a creation needs',
  ),
  email: different(
    'unique in its company, not everywhere',
    'cotalker-tokens.test.ts: two tenants may have the same address',
  ),
  name: different(
    '`displayName` is kept and shown as it was sent (the samples show it empty), and may be left out like the surnames',
    fixture('seed-create', 'the sample request creates the sample user'),
  ),
  isActive: exact,
  isReadOnly: exact,
  phone: exact,
  jobTitle: exact,
  job: exact,
  bot: exact,
  system: different(
    '`bot` or absent; other words are taken and left alone',
    'cotalker-fields.test.ts: system is bot or nothing: other words are taken and left alone',
  ),
  avatar: exact,
  settings: exact,
  termsConditions: exact,
  properties: exact,
  extensions: exact,
  companies: tolerant(
    'the hierarchy of the first entry is taken, its ids are not',
    'cotalker-hierarchy.test.ts: both sides show a relation at once, on every server; only the changed user was modified',
  ),
  password: exact,
}

export const catalogueParameters: Parameters<CatalogueQuery> = {
  search: exact,
  ...paging,
  isActive: different('without it all are listed', fixture('access-roles', 'inactive ones')),
  ids: exact,
  debug,
}
export const relationsParameters: Parameters<RelationsQuery> & { type: Judgement; id: Judgement } = {
  type: different(
    'no source says which way `boss` and `subordinate` point: users whose own list names the id',
    'cotalker-relations.test.ts: each type: users whose own field names the id',
  ),
  id: exact,
  ...paging,
  ...sorting,
  isActive: different('without it everybody is listed', 'cotalker-relations.test.ts: only active ones'),
  debug,
}
