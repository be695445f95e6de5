import { type Static, type TProperties, type TSchema, Type } from 'typebox'

/** 24 lower-case hex digits, made by the server. */
export const ObjectId = Type.String({ pattern: '^[0-9a-f]{24}$', description: '24 lower-case hexadecimal digits' })
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const text = (maxLength: number) => Type.String({ maxLength })
const ids = Type.Array(ObjectId, { maxItems: 10_000 })
const instant = Type.Unsafe<Date>({})
/** Looser than RFC 5321, since a directory keeps what its platforms accepted: no spaces, one @, no list separators. */
const addressPattern = '^[^\\s@<>"(),:;\\[\\]\\\\]+@[^\\s@<>"(),:;\\[\\]\\\\]+$'
/** In characters. */
export const longestCollectionName = 200
/** Any JSON object, as the platforms' free-form members hold it. */
const freeObject = Type.Record(Type.String(), Type.Unknown())
const count = Type.Integer({ minimum: 0 })

/**
 * Who may write a field:
 * `server` nobody; `create` only at creation; `edit` whoever may edit users; `self` those and the user;
 * `roles` whoever may assign roles; `kind` whoever may set kinds; `active` whoever may (de)activate.
 */
export type WriteRule = 'server' | 'create' | 'edit' | 'self' | 'roles' | 'kind' | 'active'
/** Where a field is kept: a column of the user's row, the relations between users, the database's own arithmetic, or presence. */
export type Keeper = 'row' | 'relations' | 'generated' | 'presence'
interface FieldRow {
  readonly schema: TSchema
  readonly write: WriteRule
  readonly keep: Keeper
}

const row = <T extends TSchema, W extends WriteRule>(schema: T, write: W) => ({ schema, write, keep: 'row' }) as const
const related = <T extends TSchema>(schema: T) => ({ schema, write: 'edit', keep: 'relations' }) as const
const kept = <T extends TSchema, K extends Keeper>(schema: T, keep: K) => ({ schema, write: 'server', keep }) as const

/** The field catalogue: one row per attribute, and the only place where a field is declared. */
export const userFields = {
  id: row(ObjectId, 'server'),
  uid: row(Type.String({ pattern: '^[a-z0-9_-]{1,100}$', description: '1 to 100 of a-z 0-9 - _' }), 'create'),
  username: row(
    Type.String({ pattern: '^[0-9a-zA-Z_.-]+$', maxLength: 100, description: 'made of letters, digits, - _ .' }),
    'edit',
  ),
  email: row(
    Type.String({ pattern: addressPattern, maxLength: 254, description: 'an email address like name@example.com' }),
    'edit',
  ),
  emailVerified: row(Type.Boolean(), 'edit'),
  /** True for `<uid>@<appId>.invalid`, made for a user who has no address. */
  emailGenerated: row(Type.Boolean(), 'server'),
  displayName: row(text(400), 'self'),
  givenNames: row(text(200), 'self'),
  familyName: row(text(200), 'self'),
  secondFamilyName: row(text(200), 'self'),
  /** displayName, or the parts joined; what is read, sorted and searched wherever a platform has one name. */
  shownName: row(text(1000), 'server'),
  /** shownName in lower case without accents, cut: what names are ordered by. */
  foldedName: row(text(200), 'server'),
  kind: row(Type.Union([Type.Literal('human'), Type.Literal('bot'), Type.Literal('app')]), 'kind'),
  botId: row(nullable(ObjectId), 'kind'),
  active: kept(Type.Boolean(), 'generated'),
  deactivatedAt: row(nullable(instant), 'active'),
  inactiveReason: row(nullable(text(200)), 'active'),
  accessRoles: row(Type.Array(ObjectId, { maxItems: 1000 }), 'roles'),
  job: row(nullable(ObjectId), 'edit'),
  jobTitle: row(nullable(text(200)), 'edit'),
  phone: row(nullable(text(100)), 'self'),
  link: row(nullable(text(3000)), 'edit'),
  statusText: row(nullable(text(500)), 'self'),
  bio: row(nullable(text(260)), 'self'),
  nickname: row(nullable(text(120)), 'self'),
  language: row(nullable(text(35)), 'self'),
  /** Hours east of UTC. */
  utcOffset: row(nullable(Type.Number({ minimum: -14, maximum: 14 })), 'self'),
  avatar: row(
    nullable(
      Type.Object({ small: text(3000), square: text(3000), original: text(3000) }, { additionalProperties: false }),
    ),
    'self',
  ),
  /** Names the uploaded picture in its present state. */
  avatarEtag: row(nullable(text(100)), 'server'),
  bosses: related(ids),
  peers: related(ids),
  subordinates: related(ids),
  properties: row(ids, 'edit'),
  /** `{collection: {field: value}}`. */
  extensions: row(
    Type.Record(Type.String({ pattern: `^[^]{0,${longestCollectionName}}$` }), freeObject, {
      additionalProperties: false,
    }),
    'edit',
  ),
  tags: row(Type.Array(text(100), { maxItems: 1000 }), 'edit'),
  importIds: row(Type.Array(text(200), { maxItems: 100 }), 'edit'),
  settings: row(freeObject, 'self'),
  preferences: row(freeObject, 'self'),
  termsConditions: row(Type.Boolean(), 'self'),
  readOnly: row(Type.Boolean(), 'edit'),
  requirePasswordChange: row(Type.Boolean(), 'edit'),
  requirePasswordChangeReason: row(nullable(text(500)), 'edit'),
  passwordModifiedAt: row(nullable(instant), 'server'),
  registrationReason: row(nullable(text(2000)), 'create'),
  /** The user's membership of its tenant; some platforms show it as an id of its own. */
  membershipId: row(ObjectId, 'server'),
  /** Folded search words, see keywords.ts. */
  keywords: row(Type.Array(Type.String()), 'server'),
  status: kept(Type.String(), 'presence'),
  statusDefault: kept(Type.String(), 'presence'),
  lastSeenAt: kept(nullable(instant), 'presence'),
  lastLoginAt: row(nullable(instant), 'server'),
  createdAt: row(instant, 'server'),
  modifiedAt: row(instant, 'server'),
  /** Grows with every change that people mean. */
  version: row(count, 'server'),
  /** Grows with every change that any reply could show. */
  revision: row(count, 'server'),
} as const satisfies Record<string, FieldRow>

type Catalogue = typeof userFields
export type UserField = keyof Catalogue
type FieldsKept<K extends Keeper> = { [F in UserField]: Catalogue[F]['keep'] extends K ? F : never }[UserField]
type FieldsWritten<W extends WriteRule> = { [F in UserField]: Catalogue[F]['write'] extends W ? F : never }[UserField]

export type RowField = FieldsKept<'row'>
export type RelationField = FieldsKept<'relations'>
/** One user as the directory reads it: everything but presence, which changes on its own and has its own table. */
export type User = { readonly [F in FieldsKept<'row' | 'relations' | 'generated'>]: Static<Catalogue[F]['schema']> }
/** A field that some caller may set after creation. `deactivatedAt` is set through `active`. */
export type ChangeableField = Exclude<FieldsWritten<'edit' | 'self' | 'roles' | 'kind' | 'active'>, 'deactivatedAt'>
export type UserChanges = { readonly [F in ChangeableField]?: User[F] } & {
  readonly active?: boolean
  /** A name in one piece: the display name, and its parts where they follow from it; see names.ts. */
  readonly name?: string
  /** Values of the tenant's custom fields, merged by their names; names that are not defined are left out. */
  readonly customFields?: Readonly<Record<string, unknown>>
  /** Access roles by their codes instead of their ids. */
  readonly roleCodes?: readonly string[]
  /** Clear text, or the SHA-256 hex digest of it; never stored, logged or put into an event. */
  readonly password?: string
}
/** What a creation may say; the rest is filled in. */
export type NewUser = UserChanges & {
  readonly email?: string
  readonly uid?: string
  readonly registrationReason?: string | null
}

const fieldsWhere = <F extends UserField>(is: (row: FieldRow) => boolean): readonly F[] =>
  Object.entries<FieldRow>(userFields).flatMap(([field, fieldRow]) => (is(fieldRow) ? [field as F] : []))

export const rowFields: readonly RowField[] = fieldsWhere((field) => field.keep === 'row')
export const relationFields: readonly RelationField[] = fieldsWhere((field) => field.keep === 'relations')

/** Members whose keys are the callers' own; their schemas bound neither depth nor size, see validate.ts. */
export const freeFields = ['settings', 'preferences', 'extensions'] as const satisfies readonly RowField[]

/** The schemas of what callers may write, for checking a command field by field. */
export const writableSchemas: TProperties = Object.fromEntries(
  Object.entries<FieldRow>(userFields).flatMap(([field, fieldRow]) =>
    fieldRow.write === 'server' || field === 'deactivatedAt' ? [] : [[field, fieldRow.schema]],
  ),
)

/** Addresses are compared and kept in lower case, on every platform. */
export const normaliseEmail = (email: string): string => email.trim().toLowerCase()
