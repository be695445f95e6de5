import { customValuesOf, type User } from '../core/index.ts'

/** The posting lists (`user_terms`) that a user stands in. A keyword's is found by prefix, the others by their whole name. */
export const term = {
  keyword: (word: string) => `k:${word}`,
  role: (id: string) => `r:${id}`,
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

export const termsOf = (user: User): string[] => [
  ...user.keywords.map(term.keyword),
  ...user.accessRoles.map(term.role),
  ...user.properties.map(term.property),
  ...(user.job === null ? [] : [term.job(user.job)]),
  ...(user.botId === null ? [] : [term.bot(user.botId)]),
  ...(user.active ? [] : [term.deactivated]),
  ...(user.kind === 'human' ? [] : [term.kind(user.kind)]),
  ...user.importIds.map(term.import),
  ...user.tags.map(term.tag),
  ...customTerms(user),
]

/** The maintained totals (`user_counts`): everyone, a role's or a job's holders, and of each those who are active. */
export const countKey = (of: { role?: string; job?: string }, active: boolean): string => {
  const whom = of.role !== undefined ? `role:${of.role}` : of.job !== undefined ? `job:${of.job}` : 'all'
  return active ? `${whom}:active` : whom
}

export function countKeysOf(user: User): string[] {
  const groups = [{}, ...user.accessRoles.map((role) => ({ role })), ...(user.job === null ? [] : [{ job: user.job }])]
  return groups.flatMap((group) =>
    user.active ? [countKey(group, false), countKey(group, true)] : [countKey(group, false)],
  )
}

/** What a write adds to each total; keys that stay the same are left out. */
export function countChanges(before: User | null, after: User | null): { keys: string[]; amounts: number[] } {
  const [gone, come] = [before === null ? [] : countKeysOf(before), after === null ? [] : countKeysOf(after)]
  const lost = gone.filter((key) => !come.includes(key))
  const won = come.filter((key) => !gone.includes(key))
  return { keys: [...lost, ...won], amounts: [...lost.map(() => -1), ...won.map(() => 1)] }
}
