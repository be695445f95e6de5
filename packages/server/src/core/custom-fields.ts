import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Tenant } from './catalogue.ts'
import { DirectoryError } from './errors.ts'
import { settingsOf } from './tenant-settings.ts'
import type { User } from './user.ts'

/** The collection of `extensions` that holds them. */
export const customFieldsCollection = 'customFields'

const Definition = Type.Object({
  type: Type.Optional(Type.Union([Type.Literal('text'), Type.Literal('select')])),
  options: Type.Optional(Type.Array(Type.String({ maxLength: 1000 }), { maxItems: 1000 })),
  required: Type.Optional(Type.Boolean()),
  minLength: Type.Optional(Type.Number({ minimum: 0 })),
  maxLength: Type.Optional(Type.Number({ minimum: 0 })),
  /** Whether everybody who may see a user may see the value; otherwise whoever may read private values. */
  public: Type.Optional(Type.Boolean()),
})
/** What one custom field takes. Other members of a definition are kept, and mean nothing here. */
export type CustomField = Static<typeof Definition>
export type CustomFields = ReadonlyMap<string, CustomField>
export type CustomFieldRule = 'required' | 'option' | 'min-length' | 'max-length'

const definitions = Compile(Type.Record(Type.String(), Definition))
/** A name is a step of a path in queries. */
const usableName = /^[^.$\0][^.\0]{0,99}$/

/** The definitions in a setting's JSON text. Throws `invalid_input` where it isn't any. */
export function customFieldsIn(text: string): CustomFields {
  const refused = (reason: string) => new DirectoryError('invalid_input', { field: 'customFields', reason })
  if (text.trim() === '') return new Map()
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw refused('must be a JSON object of names and definitions')
  }
  if (!definitions.Check(parsed)) {
    const [error] = definitions.Errors(parsed)
    throw refused(`is no set of definitions at ${error?.instancePath || '/'}: ${error?.message ?? 'not an object'}`)
  }
  const names = Object.keys(parsed)
  const unusable = names.find((name) => !usableName.test(name) || name in Object.prototype)
  if (unusable !== undefined) throw refused(`has a name that no query could ask for: ${JSON.stringify(unusable)}`)
  return new Map(Object.entries(parsed))
}

const known = new WeakMap<Tenant, CustomFields>()

/** The custom fields that a tenant has defined. */
export function customFieldsOf(tenant: Tenant): CustomFields {
  let fields = known.get(tenant)
  if (fields === undefined) {
    fields = customFieldsIn(settingsOf(tenant).customFields)
    known.set(tenant, fields)
  }
  return fields
}

/** A user's values of all custom fields, defined or not. */
export const customValuesOf = ({ extensions }: Pick<User, 'extensions'>): Readonly<Record<string, unknown>> =>
  extensions[customFieldsCollection] ?? {}

/** Extensions with these values of defined fields merged in; names that are not defined are left out. */
export function withCustomValues(
  extensions: User['extensions'],
  given: Readonly<Record<string, unknown>>,
  tenant: Tenant,
): User['extensions'] {
  const fields = customFieldsOf(tenant)
  if (fields.size === 0) return extensions
  const named = Object.entries(given).filter(([name]) => fields.has(name))
  return {
    ...extensions,
    [customFieldsCollection]: { ...customValuesOf({ extensions }), ...Object.fromEntries(named) },
  }
}

/**
 * Throws `invalid_custom_field` naming the first value that breaks its definition, and `invalid_input` for a value that is
 * new under a name which nobody has defined.
 */
export function requireCustomValues(before: User['extensions'], wanted: User['extensions'], tenant: Tenant): void {
  const fields = customFieldsOf(tenant)
  const [old, values] = [customValuesOf({ extensions: before }), customValuesOf({ extensions: wanted })]
  const stranger = Object.keys(values).find((name) => !fields.has(name) && !Object.hasOwn(old, name))
  if (stranger !== undefined) {
    throw new DirectoryError('invalid_input', {
      field: fieldPath(stranger),
      reason: 'is no custom field of this tenant; define it first',
    })
  }
  for (const [name, definition] of fields) requireValue(name, values[name], definition)
}

function requireValue(name: string, value: unknown, definition: CustomField): void {
  const { required = false, type, options = [], minLength, maxLength } = definition
  const broken = (rule: CustomFieldRule, limit?: number) =>
    new DirectoryError('invalid_custom_field', {
      field: fieldPath(name),
      rule,
      ...(limit !== undefined && { limit }),
      reason: ruleWords[rule](limit ?? 0),
    })
  if (typeof value === 'object' && value !== null) throw broken('option')
  const text = value === undefined || value === null ? '' : String(value)
  if (required && text.trim() === '') throw broken('required')
  if (type === 'select' && !options.includes(text)) throw broken('option')
  if (maxLength !== undefined && text.length > maxLength) throw broken('max-length', maxLength)
  if (minLength !== undefined && text !== '' && text.length < minLength) throw broken('min-length', minLength)
}

const ruleWords: Record<CustomFieldRule, (limit: number) => string> = {
  required: () => 'is required',
  option: () => 'is none of the values it may have',
  'min-length': (limit) => `must have at least ${limit} characters`,
  'max-length': (limit) => `must have at most ${limit} characters`,
}

const fieldPath = (name: string): string => `extensions.${customFieldsCollection}.${name}`
