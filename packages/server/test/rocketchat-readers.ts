import {
  type Actor,
  type Catalogue,
  type Comparable,
  type Condition,
  type ConditionField,
  capabilities,
  DirectoryError,
  type FieldPath,
} from '../src/core/index.ts'
import { RocketChatRefusal } from '../src/dialects/rocketchat/errors.ts'

/** Who reads, and what, without a database. */

const at = new Date('2026-01-01T00:00:00.000Z')
const stamps = { version: 1, createdAt: at, modifiedAt: at }
const roleCodes = ['admin', 'user', 'bot', 'guest', 'livechat-agent'] as const
/** Ids of the roles, by code. */
export const roleIds: Readonly<Record<(typeof roleCodes)[number], string>> = {
  admin: '5a0000000000000000000001',
  user: '5a0000000000000000000002',
  bot: '5a0000000000000000000003',
  guest: '5a0000000000000000000004',
  'livechat-agent': '5a0000000000000000000005',
}

export const catalogue: Catalogue = {
  revision: 1,
  tenant: {
    ...{ id: '5b0000000000000000000001', appId: 'acme', name: 'Acme', ...stamps },
    ...{ passwordRules: null, passwordRotationDays: null, details: {} },
    settings: { customFields: JSON.stringify({ team: { public: true }, clearance: {} }) },
  },
  roles: new Map(
    roleCodes.map((code) => [
      roleIds[code],
      {
        ...{ id: roleIds[code], code, name: code, description: null, permissions: [], ...stamps },
        ...{ active: true, builtIn: true, details: {} },
      },
    ]),
  ),
  jobTitles: new Map(),
}

const actor: Actor = {
  tenantId: catalogue.tenant.id,
  userId: '6a0000000000000000000001',
  credentialId: '6b0000000000000000000001',
  dialect: 'rocketchat',
  capabilities: new Set(),
  readOnly: false,
  limited: false,
  ordinaryOnly: false,
  requestId: 'request',
  address: null,
  standing: null,
}
const reader = (...rights: readonly Parameters<Actor['capabilities']['has']>[0][]) => ({
  actor: { ...actor, capabilities: new Set(rights) },
  catalogue,
})
export const admin = reader(...capabilities)
export const regular = reader('users.list-public', 'users.search')
/** May list people, but not look for them. */
export const guest = reader('users.list-public')

/** How conditions are written down here. */
export const everybody: Condition = { all: [] }
export const nobody: Condition = { any: [] }
export const path = (field: ConditionField, ...below: readonly string[]): FieldPath => ({ field, path: below })
export const is = (where: FieldPath | ConditionField, ...values: readonly (Comparable | null)[]): Condition => ({
  at: typeof where === 'string' ? path(where) : where,
  test: { op: 'in', values },
})
export const exists = (field: ConditionField): Condition => ({ at: path(field), test: { op: 'exists' } })
export const matches = (where: FieldPath | ConditionField, source: string, options = ''): Condition => ({
  at: typeof where === 'string' ? path(where) : where,
  test: {
    op: 'matches',
    pattern: { source, ignoreCase: options.includes('i'), dotAll: options.includes('s') },
  },
})
export const not = (condition: Condition): Condition => ({ not: condition })
export const all = (...conditions: readonly Condition[]): Condition => ({ all: conditions })
export const any = (...conditions: readonly Condition[]): Condition => ({ any: conditions })

/** What a call gives; of what it refuses, the name and the facts. */
export function refusalOf(call: () => unknown): unknown {
  try {
    return call()
  } catch (error) {
    if (error instanceof RocketChatRefusal) return [error.refusal, error.facts]
    if (error instanceof DirectoryError) return [error.code, error.detail]
    throw error
  }
}
export const invalid = (reason: string) => ['invalid_params', { reason }]
