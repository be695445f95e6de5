import type { User } from '../core/index.ts'

/** The posting lists (`user_terms`) that a user stands in. A keyword's is found by prefix, the others by their whole name. */
export const term = {
  keyword: (word: string) => `k:${word}`,
  role: (id: string) => `r:${id}`,
  job: (id: string) => `j:${id}`,
  property: (id: string) => `p:${id}`,
  bot: (id: string) => `b:${id}`,
  deactivated: 's:deactivated',
}

export const termsOf = (user: User): string[] => [
  ...user.keywords.map(term.keyword),
  ...user.accessRoles.map(term.role),
  ...user.properties.map(term.property),
  ...(user.job === null ? [] : [term.job(user.job)]),
  ...(user.botId === null ? [] : [term.bot(user.botId)]),
  ...(user.active ? [] : [term.deactivated]),
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
