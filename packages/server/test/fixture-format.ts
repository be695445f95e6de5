import { readFileSync } from 'node:fs'
import { type Static, type TSchema, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { userFields } from '../src/core/index.ts'

/**
 * Recorded requests and replies of one platform. Each file has a database, a clock and ids of its own, and its exchanges
 * run in order, so that a later one sees what an earlier one wrote. Whole bodies are compared; `{"$matches": "pattern"}`
 * stands for a text that can't be written down, such as a token. A refused exchange must leave every row as it was.
 */
const id = Type.String({ pattern: '^[0-9a-f]{24}$' })
const optional = <T extends TSchema>(schema: T) => Type.Optional(schema)
const givenFields = {
  uid: userFields.uid.schema,
  username: userFields.username.schema,
  email: userFields.email.schema,
  emailVerified: userFields.emailVerified.schema,
  displayName: userFields.displayName.schema,
  givenNames: userFields.givenNames.schema,
  familyName: userFields.familyName.schema,
  secondFamilyName: userFields.secondFamilyName.schema,
  kind: userFields.kind.schema,
  botId: userFields.botId.schema,
  active: Type.Boolean(),
  accessRoles: userFields.accessRoles.schema,
  job: userFields.job.schema,
  jobTitle: userFields.jobTitle.schema,
  phone: userFields.phone.schema,
  link: userFields.link.schema,
  avatar: userFields.avatar.schema,
  tags: userFields.tags.schema,
  statusText: userFields.statusText.schema,
  bio: userFields.bio.schema,
  nickname: userFields.nickname.schema,
  language: userFields.language.schema,
  utcOffset: userFields.utcOffset.schema,
  importIds: userFields.importIds.schema,
  preferences: userFields.preferences.schema,
  requirePasswordChange: userFields.requirePasswordChange.schema,
  requirePasswordChangeReason: userFields.requirePasswordChangeReason.schema,
  registrationReason: userFields.registrationReason.schema,
  inactiveReason: userFields.inactiveReason.schema,
  bosses: userFields.bosses.schema,
  peers: userFields.peers.schema,
  subordinates: userFields.subordinates.schema,
  properties: userFields.properties.schema,
  extensions: userFields.extensions.schema,
  settings: userFields.settings.schema,
  readOnly: userFields.readOnly.schema,
}
const Given = Type.Object(
  {
    /** When it all happens; the clock stands still. */
    at: Type.String({ format: 'date-time' }),
    tenant: Type.Object({ id, appId: Type.String(), name: Type.String() }, { additionalProperties: false }),
    /** `busy`: it has more passwords to check than it can; `without-database`: nothing answers behind it. */
    server: optional(Type.Union([Type.Literal('busy'), Type.Literal('without-database')])),
    roles: optional(
      Type.Array(
        Type.Object(
          {
            id,
            /** Its id when absent. */
            code: optional(Type.String()),
            name: Type.String(),
            permissions: Type.Array(Type.String()),
            active: optional(Type.Boolean()),
          },
          { additionalProperties: false },
        ),
      ),
    ),
    jobTitles: optional(
      Type.Array(
        Type.Object(
          { id, code: Type.String(), display: Type.String(), accessRoles: Type.Array(id) },
          { additionalProperties: false },
        ),
      ),
    ),
    users: optional(
      Type.Array(
        Type.Intersect([
          Type.Object({
            id,
            membershipId: id,
            createdAt: Type.String({ format: 'date-time' }),
            modifiedAt: Type.String({ format: 'date-time' }),
            lastLoginAt: optional(Type.String({ format: 'date-time' })),
            /** 1 when absent: nobody has changed it. */
            version: optional(Type.Integer({ minimum: 1 })),
          }),
          Type.Partial(Type.Object(givenFields)),
        ]),
      ),
    ),
    /** Who has blocked whom, and since when. */
    blocks: optional(
      Type.Array(
        Type.Object(
          { userId: id, blockedId: id, at: Type.String({ format: 'date-time' }) },
          { additionalProperties: false },
        ),
      ),
    ),
    /** Who can log in, all with one password. */
    logins: optional(
      Type.Object({ password: Type.String(), userIds: Type.Array(id) }, { additionalProperties: false }),
    ),
  },
  { additionalProperties: false },
)
export type Given = Static<typeof Given>

const Exchange = Type.Object(
  {
    title: Type.String(),
    /** Ids that the server makes on the way, in order. */
    makes: optional(Type.Array(id)),
    request: Type.Object(
      {
        method: Type.Union(
          (['GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS'] as const).map((method) => Type.Literal(method)),
        ),
        path: Type.String(),
        /** Whose credential is sent, by email. */
        as: optional(Type.String()),
        /** Which of the tenant's keys is sent, of platforms that have keys. */
        with: optional(Type.Union([Type.Literal('fullAccess'), Type.Literal('authOnly')])),
        headers: optional(Type.Record(Type.String(), Type.String())),
        body: optional(Type.Unknown()),
        /** Sent as it is, as JSON: what is none, or is too much (`{"repeat": "a", "times": 9}`). */
        text: optional(
          Type.Union([Type.String(), Type.Object({ repeat: Type.String(), times: Type.Integer({ minimum: 1 }) })]),
        ),
      },
      { additionalProperties: false },
    ),
    reply: Type.Object(
      { status: Type.Integer(), headers: optional(Type.Record(Type.String(), Type.String())), body: Type.Unknown() },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)
const Fixture = Type.Object(
  { source: Type.String(), given: Given, exchanges: Type.Array(Exchange, { minItems: 1 }) },
  { additionalProperties: false },
)
export type Fixture = Static<typeof Fixture>
export type Exchange = Static<typeof Exchange>
const checked = Compile(Fixture)

/** A fixture from its file; throws where the file is not in the form. */
export function readFixture(file: string): Fixture {
  const fixture: unknown = JSON.parse(readFileSync(file, 'utf8'))
  if (checked.Check(fixture)) return fixture
  throw new Error(`${file}: ${JSON.stringify(checked.Errors(fixture).slice(0, 3))}`)
}
