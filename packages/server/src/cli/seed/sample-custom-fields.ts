import {
  type Actor,
  type Catalogue,
  type CustomField,
  customFieldsCollection,
  customFieldsOf,
  settingsOf,
  type User,
} from '../../core/index.ts'
import type { Session } from '../session.ts'
import { catalogueFor } from './load.ts'
import type { Random } from './random.ts'

/** The custom fields of the sample people, as Rocket.Chat's documentation names them. */
export const sampleFields = {
  clearance: { type: 'select', options: ['High', 'Low'], defaultValue: 'Low', required: false, public: true },
  team: { type: 'text', required: false, minLength: 2, maxLength: 10, public: false },
} as const

/** What a sample person has of them. */
export type SampleValues = { readonly [F in keyof typeof sampleFields]?: string }

const teams = [
  ...(['Queen', 'King', 'Rook', 'Bishop', 'Knight', 'Pawn'] as const),
  ...(['Castle', 'Gambit', 'Tempo', 'Blitz', 'Endgame', 'Fianchetto'] as const),
] as const

/** How likely a clearance is, and of who has one, a high one and a team. */
export interface Odds {
  readonly clearance: number
  readonly high: number
  readonly team: number
}

/**
 * A team only with a clearance: who has values at all must have one of every selection. Always four draws, so that other
 * odds move nothing that is drawn later.
 */
export function drawValues(random: Random, odds: Odds): SampleValues {
  const [cleared, high] = [random.chance(odds.clearance), random.chance(odds.high)]
  const [teamed, team] = [random.chance(odds.team), random.pick(teams)]
  return cleared ? { clearance: high ? 'High' : 'Low', ...(teamed && { team }) } : {}
}

/** Defines them where the tenant has no custom fields; what somebody has defined stays as it is. */
export async function defineSampleFields(session: Pick<Session, 'directory' | 'store'>, actor: Actor): Promise<void> {
  const { tenant } = await catalogueFor(session, actor)
  if (settingsOf(tenant).customFields !== '') return
  await session.directory.updateTenant(actor, { changes: { settings: { customFields: JSON.stringify(sampleFields) } } })
}

/** Extensions with these values, as far as the tenant has fields that take them. */
export function withSampleValues(
  extensions: User['extensions'],
  values: SampleValues,
  { tenant }: Catalogue,
): User['extensions'] {
  const fields = customFieldsOf(tenant)
  const taken = Object.entries(values).filter(([name, value]) => takes(fields.get(name), value))
  return taken.length === 0 ? extensions : { ...extensions, [customFieldsCollection]: Object.fromEntries(taken) }
}

const takes = (field: CustomField | undefined, value: string): boolean =>
  field !== undefined && (field.type !== 'select' || (field.options ?? []).includes(value))
