import { type TProperties, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { Check, Errors } from 'typebox/value'
import type { Catalogue } from './catalogue.ts'
import { DirectoryError } from './errors.ts'
import { shownPath } from './schema-words.ts'
import {
  type ChangeableField,
  type NewUser,
  normaliseEmail,
  ObjectId,
  type RelationField,
  relationFields,
  type User,
  writableSchemas,
} from './user.ts'
import { misfitOf, requireStorable } from './validate.ts'

/** What a row says otherwise than the record does: by name, code or text instead of by id or date. */
interface NamedMembers {
  readonly active?: boolean
  /** Codes. */
  readonly accessRoles?: readonly string[]
  /** A job title's code, or its id. */
  readonly job?: string | null
  /** Others by uid, address or id. */
  readonly bosses?: readonly string[]
  readonly peers?: readonly string[]
  readonly subordinates?: readonly string[]
  /** ISO 8601. */
  readonly createdAt?: string
  readonly deactivatedAt?: string | null
}
type PlainField = Exclude<ChangeableField | 'uid' | 'registrationReason', keyof NamedMembers>

/** One user of a file of people: members that are absent say nothing. */
export type ImportRow = { readonly [F in PlainField]?: User[F] } & NamedMembers & { readonly password?: string }

const names = Type.Array(Type.String({ maxLength: 254 }), { maxItems: 10_000 })
const dateWords = 'a date like 2026-01-31T09:00:00Z'
const instant = Type.String({
  pattern: '^\\d{4}-\\d\\d-\\d\\d(T\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,9})?)?(Z|[+-]\\d\\d:\\d\\d))?$',
  description: dateWords,
})
const named = {
  active: Type.Boolean(),
  accessRoles: Type.Array(Type.String({ maxLength: 200 }), { maxItems: 1000 }),
  job: Type.Union([Type.String({ maxLength: 200 }), Type.Null()]),
  bosses: names,
  peers: names,
  subordinates: names,
  createdAt: instant,
  deactivatedAt: Type.Union([instant, Type.Null()], { description: dateWords }),
} satisfies Record<keyof NamedMembers, unknown>

/** All that a file of people carries, in the order in which it is written. Secrets are none of it. */
export const carriedFields = [...new Set([...Object.keys(writableSchemas), ...Object.keys(named)])] as readonly (
  | PlainField
  | keyof NamedMembers
)[]

const members: TProperties = {
  ...writableSchemas,
  ...named,
  // Looked at once it is in lower case and without spaces.
  email: Type.String({ maxLength: 400 }),
  password: Type.String({ minLength: 1, maxLength: 1000 }),
}
const compiled = () => Compile(Type.Partial(Type.Object(members), { additionalProperties: false }))
/** Compiled when it is first needed: servers seldom are. */
let rowValidator: ReturnType<typeof compiled> | undefined
function isRow(value: unknown): value is ImportRow {
  rowValidator ??= compiled()
  return rowValidator.Check(value)
}
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A row as a command: what a creation or a change may say, the hierarchy by names, and times of where it comes from. */
export interface ImportCommand {
  readonly uid: string | undefined
  readonly email: string | undefined
  readonly password: string | undefined
  /** Without the password. Of one that exists, `uid` and `registrationReason` are looked at beside. */
  readonly given: NewUser
  readonly relations: { readonly [F in RelationField]?: string[] }
  readonly createdAt: Date | undefined
  readonly deactivatedAt: Date | undefined
  /** Single values below a free-form member, by path: `extensions.customFields.team`. */
  readonly parts: readonly Part[]
}

export interface Part {
  readonly member: 'extensions' | 'settings' | 'preferences' | 'avatar'
  readonly path: readonly string[]
  readonly value: unknown
}

/** Throws `invalid_input` for what is no row, and `unknown_reference` for a job title that nobody has defined. */
export function importCommand(value: unknown, catalogue: Catalogue): ImportCommand {
  if (!isObject(value)) throw new DirectoryError('invalid_input', { reason: 'must be a JSON object, one user' })
  const parts: Part[] = []
  const whole = Object.keys(value).some((key) => key.includes('.')) ? withoutParts(value, parts) : value
  const row: unknown = whole
  if (!isRow(row)) throw misfitOfRow(whole)
  const { accessRoles, job, bosses, peers, subordinates, createdAt, deactivatedAt, active, password, ...plain } = row
  const email = row.email === undefined ? undefined : normaliseEmail(row.email)
  requireStorable(email, 'email')
  if (row.uid === undefined && email === undefined) {
    throw new DirectoryError('invalid_input', {
      field: 'uid',
      reason: 'must be there, or an email: by them users are found again',
    })
  }
  const ended =
    deactivatedAt === undefined || deactivatedAt === null ? undefined : dateOf('deactivatedAt', deactivatedAt)
  const isActive = active ?? (ended === undefined ? undefined : false)
  if (isActive === true && ended !== undefined) {
    throw new DirectoryError('invalid_input', { field: 'deactivatedAt', reason: 'must not be there for who is active' })
  }
  return {
    uid: row.uid,
    email,
    password,
    given: {
      ...plain,
      ...(email !== undefined && { email }),
      ...(isActive !== undefined && { active: isActive }),
      ...(accessRoles !== undefined && { roleCodes: accessRoles }),
      ...(job !== undefined && { job: job === null ? null : titleId(job, catalogue) }),
    },
    relations: {
      ...(bosses !== undefined && { bosses: namesOf('bosses', bosses) }),
      ...(peers !== undefined && { peers: namesOf('peers', peers) }),
      ...(subordinates !== undefined && { subordinates: namesOf('subordinates', subordinates) }),
    },
    createdAt: createdAt === undefined ? undefined : dateOf('createdAt', createdAt),
    deactivatedAt: ended,
    parts,
  }
}

/** Addresses are compared in lower case. */
function namesOf(field: RelationField, list: readonly string[]): string[] {
  requireStorable(list, field)
  return [...new Set(list.map((name) => (name.includes('@') ? normaliseEmail(name) : name)))]
}

/** How many steps lead to a single value below each member. */
const depths: Record<Part['member'], number> = { extensions: 2, settings: 1, preferences: 1, avatar: 1 }
const isDeep = (member: string): member is Part['member'] => Object.hasOwn(depths, member)

/** The row without its dotted members, which go to `parts`. What is below the last step that counts is part of its name. */
function withoutParts(row: Readonly<Record<string, unknown>>, parts: Part[]): Record<string, unknown> {
  const rest: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(row)) {
    const [member = '', ...steps] = key.split('.')
    if (!isDeep(member) || steps.length < depths[member]) {
      rest[key] = value
      continue
    }
    const above = steps.slice(0, depths[member] - 1)
    parts.push({ member, path: [...above, steps.slice(depths[member] - 1).join('.')], value })
  }
  return rest
}

function misfitOfRow(row: Record<string, unknown>): DirectoryError {
  for (const [field, value] of Object.entries(row)) {
    const schema = members[field]
    if (schema === undefined) {
      return new DirectoryError('invalid_input', { field: shownPath([field]), reason: 'is not known' })
    }
    const [error] = Errors(schema, value)
    if (error !== undefined) return misfitOf(error, field, schema)
  }
  return new DirectoryError('invalid_input')
}

function dateOf(field: string, text: string): Date {
  const date = new Date(text)
  const year = date.getUTCFullYear()
  if (year >= 1 && year <= 9999) return date
  throw new DirectoryError('invalid_input', { field, reason: 'must be a date that there is' })
}

function titleId(code: string, { jobTitles }: Catalogue): string {
  for (const title of jobTitles.values()) if (title.code === code) return title.id
  if (Check(ObjectId, code)) return code
  throw new DirectoryError('unknown_reference', { field: 'job', reason: `No job title has the code ${code}.` })
}

/** What single values make of the members that they belong to; `null` takes one away. */
export function withPartsOf(
  { given, parts }: Pick<ImportCommand, 'given' | 'parts'>,
  before: Pick<User, Part['member']> | null,
): NewUser {
  if (parts.length === 0) return given
  const whole: Record<string, unknown> = {}
  for (const { member, path, value } of parts) {
    const present = whole[member] ?? given[member] ?? before?.[member] ?? {}
    whole[member] = withValue(isObject(present) ? present : {}, path, value)
  }
  return { ...given, ...whole }
}

function withValue(
  object: Readonly<Record<string, unknown>>,
  path: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const [step = '', ...rest] = path
  if (rest.length > 0) {
    const below = object[step]
    return { ...object, [step]: withValue(isObject(below) ? below : {}, rest, value) }
  }
  const { [step]: _old, ...others } = object
  return value === null ? others : { ...object, [step]: value }
}

/** A user as a row. Whoever had no address of its own says none. */
export function importRow(
  user: User,
  catalogue: Catalogue,
  uids: ReadonlyMap<string, string>,
): Readonly<Record<string, unknown>> {
  const row: Record<string, unknown> = {}
  for (const field of carriedFields) {
    if (field === 'email' && user.emailGenerated) continue
    row[field] = user[field]
  }
  row.accessRoles = user.accessRoles.map((id) => catalogue.roles.get(id)?.code ?? id)
  row.job = user.job === null ? null : (catalogue.jobTitles.get(user.job)?.code ?? user.job)
  for (const field of relationFields) row[field] = user[field].flatMap((id) => uids.get(id) ?? [])
  row.createdAt = user.createdAt.toISOString()
  row.deactivatedAt = user.deactivatedAt?.toISOString() ?? null
  return row
}
