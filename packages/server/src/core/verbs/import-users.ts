import type { Catalogue } from '../catalogue.ts'
import { DirectoryError } from '../errors.ts'
import { type ImportCommand, importCommand } from '../import-row.ts'
import { requirePassword } from '../password-rules.ts'
import type { RelationField, User } from '../user.ts'
import type { Verb, VerbContext } from '../verb.ts'
import { catalogueOf } from './get-user.ts'
import { type ImportPlan, planned } from './plan-import.ts'
import { written } from './write-import.ts'

export interface ImportUsers {
  /** One user each, see import-row.ts; taken in order where several are about one user. */
  readonly rows: readonly unknown[]
  /** Looks at everything and writes nothing. */
  readonly dryRun?: boolean
  /** Names in a hierarchy that are nobody's leave that list for later, as its outcome tells, instead of failing the row. */
  readonly namesMayFollow?: boolean
}

export type ImportOutcome =
  | {
      readonly status: 'created' | 'changed' | 'unchanged'
      /** The user's; of a dry run's creations made up. */
      readonly uid: string
      /** Lists of the hierarchy that were left for later. */
      readonly left: readonly RelationField[]
    }
  | { readonly status: 'failed'; readonly error: DirectoryError }

/** A row on its way. */
export interface ImportItem {
  readonly place: number
  readonly command: ImportCommand
  /** A new one; none where the user has it already. */
  password: string | undefined
  /** Hashed once, when it is known that it is needed. */
  passwordHash: string | null
}

/**
 * Makes the users that rows tell of, or changes those who are there (by uid, else by address) where they differ: what a row
 * does not say stays. Under all rules of single creations and changes; one refused row leaves the others alone. Rows are
 * written in one transaction; where the database refuses it, in two of half the size, and so on. Gives each row's outcome.
 *
 * A repeat changes nothing and costs a few reads. Throws only what is about no row, such as `unavailable`.
 */
export const importUsers: Verb<ImportUsers, readonly ImportOutcome[]> = async (context, input) => {
  const { rows, dryRun = false, namesMayFollow = false } = input
  const catalogue = await catalogueOf(context)
  const outcomes: ImportOutcome[] = []
  const items: ImportItem[] = []
  for (const [place, row] of rows.entries()) {
    try {
      const command = importCommand(row, catalogue)
      items.push({ place, command, password: command.password, passwordHash: null })
    } catch (error) {
      outcomes[place] = failed(error)
    }
  }

  const take = async (waiting: readonly ImportItem[], tries = 1): Promise<void> => {
    const plan = await planned(context, catalogue, waiting, namesMayFollow)
    await settlePasswords(context, catalogue, plan, dryRun)
    for (const { item, error } of plan.failed) outcomes[item.place] = failed(error)
    for (const { item, before, left } of plan.unchanged) {
      outcomes[item.place] = { status: 'unchanged', uid: before.uid, left }
    }
    const writing = [...plan.creations, ...plan.changes]
    if (writing.length > 0) {
      try {
        const done = dryRun ? planOutcomes(plan) : await written(context, catalogue, plan)
        for (const [place, outcome] of done) outcomes[place] = outcome
      } catch (error) {
        const [only, ...more] = writing.map(({ item }) => item)
        const all = only === undefined ? [] : [only, ...more]
        if (only === undefined || !isAboutRows(error)) throw error
        // Somebody has just taken a name: it shows when one looks again.
        if (tries === 1 && error.code === 'value_taken') await take(all, 2)
        else if (more.length === 0) outcomes[only.place] = failed(error)
        else {
          const half = Math.ceil(all.length / 2)
          await take(all.slice(0, half))
          await take(all.slice(half))
        }
      }
    }
    if (plan.later.length > 0) await take(plan.later)
  }
  if (items.length > 0) await take(items)
  return outcomes
}

const planOutcomes = ({ creations, changes }: ImportPlan): [number, ImportOutcome][] => [
  ...creations.map(({ item, draft, left }): [number, ImportOutcome] => [
    item.place,
    { status: 'created', uid: draft.uid, left },
  ]),
  ...changes.map(({ item, before, left }): [number, ImportOutcome] => [
    item.place,
    { status: 'changed', uid: before.uid, left },
  ]),
]

function failed(error: unknown): ImportOutcome {
  if (isAboutRows(error)) return { status: 'failed', error }
  throw error
}

/** What no row is to blame for ends the whole of it. */
const everybodys: ReadonlySet<string> = new Set(['unavailable', 'overloaded', 'unauthenticated', 'unknown_tenant'])
const isAboutRows = (error: unknown): error is DirectoryError =>
  error instanceof DirectoryError && !everybodys.has(error.code)

/** Looks at new passwords and hashes them, one after the other: it is slow on purpose. Takes rows that fail out of the plan. */
async function settlePasswords(
  { passwords }: VerbContext,
  { tenant }: Catalogue,
  plan: ImportPlan,
  dryRun: boolean,
): Promise<void> {
  const isSound = async (item: ImportItem, user: User): Promise<boolean> => {
    const { password } = item
    if (password === undefined || item.passwordHash !== null) return true
    try {
      await requirePassword(password, tenant.passwordRules, user, passwords.strength)
    } catch (error) {
      if (!isAboutRows(error)) throw error
      plan.failed.push({ item, error })
      return false
    }
    if (!dryRun) item.passwordHash = await passwords.hash(password)
    return true
  }
  const sound = async <T extends { readonly item: ImportItem }>(entries: readonly T[], userOf: (entry: T) => User) => {
    const kept: T[] = []
    for (const entry of entries) if (await isSound(entry.item, userOf(entry))) kept.push(entry)
    return kept
  }
  plan.creations = await sound(plan.creations, ({ draft }) => draft)
  plan.changes = await sound(plan.changes, ({ before }) => before)
}
