import { customValuesOf, type User } from '../core/index.ts'

/** The posting lists (`user_terms`) that a user stands in. A keyword's is found by prefix, the others by their whole name. */
export const term = {
  keyword: (word: string) => `k:${word}`,
  role: (id: string) => `r:${id}`,
  /** Held beside another that comes first: without them, a role's holders are those whose first one it is. */
  laterRole: (id: string) => `l:${id}`,
  job: (id: string) => `j:${id}`,
  property: (id: string) => `p:${id}`,
  bot: (id: string) => `b:${id}`,
  deactivated: 's:deactivated',
  kind: (kind: User['kind']) => `t:${kind}`,
  tag: (tag: string) => `g:${tag}`,
  import: (id: string) => `i:${id}`,
  /** Of a value that is a text, a number or a truth value. */
  custom: (name: string, value: string | number | boolean) =>
    `c:${cut(`${JSON.stringify(name)}:${JSON.stringify(value)}`)}`,
}

/** An index entry has a bounded size; the row itself tells values apart that begin alike. */
const longest = 128
const cut = (text: string): string => (text.length <= longest ? text : Array.from(text).slice(0, longest).join(''))

/** Of custom fields' values, each once. */
export const customTerms = (user: Pick<User, 'extensions'>): string[] => {
  const scalars = Object.entries(customValuesOf(user)).flatMap(([name, value]) =>
    isScalar(value) ? [term.custom(name, value)] : [],
  )
  return [...new Set(scalars)]
}

export const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

/** A word that another one begins with is found with that: no list of its own. It saves a tenth of all postings. */
const tellingWords = (words: readonly string[]): string[] =>
  words.filter((word) => !words.some((other) => other.length > word.length && other.startsWith(word)))

export const termsOf = (user: User): string[] => [
  ...tellingWords(user.keywords).map(term.keyword),
  ...user.accessRoles.map(term.role),
  ...user.accessRoles.slice(1).map(term.laterRole),
  ...user.properties.map(term.property),
  ...(user.job === null ? [] : [term.job(user.job)]),
  ...(user.botId === null ? [] : [term.bot(user.botId)]),
  ...(user.active ? [] : [term.deactivated]),
  ...(user.kind === 'human' ? [] : [term.kind(user.kind)]),
  ...user.importIds.map(term.import),
  ...user.tags.map(term.tag),
  ...customTerms(user),
]

/** Whom a total counts. The role '' stands for whoever holds none. */
export type Counted = { role: string } | { laterRole: string } | { job: string } | 'all'

/**
 * The maintained totals (`user_counts`): everyone, the holders of a role, of a role beside another that comes first, and of a
 * job, and of each those who are active.
 */
export function countKey(of: Counted, active: boolean): string {
  const whom =
    of === 'all' ? of : 'role' in of ? `role:${of.role}` : 'job' in of ? `job:${of.job}` : `later-role:${of.laterRole}`
  return active ? `${whom}:active` : whom
}

export function countKeysOf({ accessRoles, job, active }: User): string[] {
  const groups: Counted[] = [
    'all',
    ...(accessRoles.length === 0 ? [''] : accessRoles).map((role) => ({ role })),
    ...accessRoles.slice(1).map((laterRole) => ({ laterRole })),
    ...(job === null ? [] : [{ job }]),
  ]
  return groups.flatMap((of) => (active ? [countKey(of, false), countKey(of, true)] : [countKey(of, false)]))
}

/** What a write adds to each total; keys that stay the same are left out. */
export function countChanges(before: User | null, after: User | null): { keys: string[]; amounts: number[] } {
  const [gone, come] = [before === null ? [] : countKeysOf(before), after === null ? [] : countKeysOf(after)]
  const lost = gone.filter((key) => !come.includes(key))
  const won = come.filter((key) => !gone.includes(key))
  return { keys: [...lost, ...won], amounts: [...lost.map(() => -1), ...won.map(() => 1)] }
}
