import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { DirectoryError } from './errors.ts'
import { inWords } from './schema-words.ts'

const flag = Type.Boolean()

/** What a tenant decides for its people. */
const schemas = {
  /** JSON text: name → definition, see custom-fields.ts; empty for none. Kept as it was written. */
  customFields: Type.String({ maxLength: 65_536 }),
  /** Whether strangers may register themselves; `null`: as the server was started. */
  registration: Type.Union([flag, Type.Null()]),
  /** Codes of the roles of whoever is created without any. */
  defaultRoles: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { maxItems: 100 }),
  /** Whether listing people needs `users.search` beside `users.list-public`. */
  listingNeedsSearch: flag,
  /** Whether people may delete themselves, and what they may change of themselves. */
  ownDeletion: flag,
  ownUsername: flag,
  ownName: flag,
  ownEmail: flag,
  ownPassword: flag,
  ownProfile: flag,
  ownStatusText: flag,
  ownAvatar: flag,
  /** Whether people may be here and appear offline. */
  invisibility: flag,
  passwordReset: flag,
}
export type TenantSetting = keyof typeof schemas
export type TenantSettings = { readonly [S in TenantSetting]: Static<(typeof schemas)[S]> }

/** What holds until somebody decides otherwise. */
const initial: TenantSettings = {
  customFields: '',
  registration: null,
  defaultRoles: ['user'],
  listingNeedsSearch: false,
  ownDeletion: false,
  ownUsername: true,
  ownName: true,
  ownEmail: true,
  ownPassword: true,
  ownProfile: true,
  ownStatusText: true,
  ownAvatar: true,
  invisibility: true,
  passwordReset: true,
}

/** All settings of a tenant: what was decided, and the initial values of the others. */
export const settingsOf = (tenant: { readonly settings: Partial<TenantSettings> }): TenantSettings => ({
  ...initial,
  ...tenant.settings,
})

const validators = new Map(Object.entries(schemas).map(([name, schema]) => [name, Compile(schema)]))

/** Throws `invalid_input` naming the first setting whose value is none. */
export function validateSettings(settings: Partial<TenantSettings>): void {
  for (const [name, value] of Object.entries(settings)) {
    const [error] = validators.get(name)?.Errors(value) ?? []
    if (error !== undefined) {
      throw new DirectoryError('invalid_input', { field: name, reason: inWords(error) ?? error.message })
    }
  }
}
