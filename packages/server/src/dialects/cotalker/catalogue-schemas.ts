import { type Static, Type } from 'typebox'
import {
  Activity,
  ClearableText,
  Dictionary,
  debug,
  debugFlag,
  IsoDate,
  ids,
  ObjectId,
  paging,
  Text,
  total,
} from './schema-parts.ts'

/** Access roles, job titles, the company and API tokens. */

export const COTAccessRole = Type.Object(
  {
    _id: ObjectId,
    active: Type.Boolean(),
    permissions: Type.Array(Text),
    name: Text,
    description: Type.Optional(Text),
    company: ObjectId,
    __v: Type.Integer(),
  },
  { $id: 'COTAccessRole' },
)
export type COTAccessRole = Static<typeof COTAccessRole>

export const COTJobTitle = Type.Object(
  {
    _id: ObjectId,
    code: Text,
    display: Text,
    isActive: Type.Boolean(),
    accessRoles: Type.Array(ObjectId, { description: 'Lent to its holders' }),
    elements: Type.Array(ObjectId, { description: 'Properties that its holders have' }),
    allowedExtensions: Type.Array(Text, { description: 'Extension collections that its holders have' }),
    search: Type.Array(Text, { description: 'Generated keywords' }),
    company: ObjectId,
    createdAt: IsoDate,
    modifiedAt: IsoDate,
  },
  { $id: 'COTJobTitle' },
)
export type COTJobTitle = Static<typeof COTJobTitle>

const least = Type.Integer({ minimum: 0, maximum: 128 })
export const passwordRules = {
  minLength: least,
  lowerCase: least,
  upperCase: least,
  numbers: least,
  symbols: Type.Integer({ minimum: 0, maximum: 128, description: 'Of ! @ # $ % ^ & ( ) _ [ ]' }),
  zxcvbn: Type.Integer({ minimum: 0, maximum: 4, description: 'Strength; 0 asks for none' }),
}
const passwordRotation = { enabled: Type.Boolean(), days: Type.Integer({ minimum: 1, maximum: 36_500 }) }
/** What the directory keeps of a company without using it. */
const companyDetails = {
  legalName: Type.Optional(Text),
  legalIdentifier: Type.Optional(Text),
  legalIdentifierCode: Type.Optional(Text),
  emailDomains: Type.Optional(Type.Array(Text)),
  admin: Type.Optional(Type.Array(ObjectId)),
  help: Type.Optional(ObjectId),
  system: Type.Optional(ObjectId),
  contactMode: Type.Optional(Type.Unsafe<string>({ type: 'string', enum: ['default', 'local', 'all'] })),
  defaultCountry: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$', description: 'an ISO 3166 code such as CL' })),
  defaultLanguage: Type.Optional(Text),
  hideSummary: Type.Optional(Type.Boolean()),
  offline: Type.Optional(Dictionary),
  permissions: Type.Optional(Dictionary),
  searchEngines: Type.Optional(Type.Array(Dictionary)),
}
export const detailNames = Object.keys(companyDetails)
export const COTCompany = Type.Object(
  {
    _id: ObjectId,
    displayName: Text,
    subdomain: Text,
    isActive: Type.Boolean(),
    ...companyDetails,
    passwordRules: Type.Optional(Type.Object(passwordRules)),
    passwordRotation: Type.Optional(Type.Object(passwordRotation)),
    createdAt: IsoDate,
    modifiedAt: IsoDate,
    __v: Type.Integer(),
  },
  { $id: 'COTCompany' },
)
export type COTCompany = Static<typeof COTCompany>

export const COTApiToken = Type.Object(
  {
    _id: ObjectId,
    name: Text,
    user: ObjectId,
    accessRoles: Type.Optional(Type.Array(ObjectId, { description: 'The only ones of its user that it may use' })),
    createdAt: IsoDate,
    expiresAt: Type.Optional(IsoDate),
  },
  { $id: 'COTApiToken' },
)
export type COTApiToken = Static<typeof COTApiToken>

const Role = Type.Ref('COTAccessRole')
const ApiToken = Type.Ref('COTApiToken')

export const RoleReply = Type.Object({ data: Role, ...debug }, { description: 'The access role' })
export const RolesReply = Type.Object(
  { data: Type.Object({ accessRoles: Type.Array(Role), accessroles: Type.Array(Role), ...total }), ...debug },
  { description: 'A page of access roles, under both names that clients read' },
)
export const ChangedRoleReply = Type.Intersect([Role, Type.Object({ data: Role, ...debug })], {
  description: 'The access role as it is now: its own members, and the same role as `data`',
})

export const CatalogueQuery = Type.Object({
  search: Type.Optional(Type.String({ description: 'Words of its texts, such as name, code or permissions' })),
  ...paging,
  isActive: Type.Optional(Activity),
  ids: ids('Any of these'),
  ...debugFlag,
})
export type CatalogueQuery = Static<typeof CatalogueQuery>

export const CreateRoleBody = Type.Object({
  name: Type.String({ minLength: 1 }),
  permissions: Type.Array(Text),
  description: Type.Optional(ClearableText),
  active: Type.Optional(Type.Boolean()),
})
export type CreateRoleBody = Static<typeof CreateRoleBody>
export const UpdateRoleBody = Type.Partial(CreateRoleBody)
export type UpdateRoleBody = Static<typeof UpdateRoleBody>

const jobTitleMembers = {
  isActive: Type.Optional(Type.Boolean()),
  accessRoles: Type.Optional(Type.Array(ObjectId)),
  elements: Type.Optional(Type.Array(ObjectId)),
  allowedExtensions: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 200 }))),
}
export const CreateJobTitleBody = Type.Object({ code: Text, display: Text, ...jobTitleMembers })
export type CreateJobTitleBody = Static<typeof CreateJobTitleBody>
export const UpdateJobTitleBody = Type.Object({
  code: Type.Optional(Text),
  display: Type.Optional(Text),
  ...jobTitleMembers,
})
export type UpdateJobTitleBody = Static<typeof UpdateJobTitleBody>
const JobTitle = Type.Ref('COTJobTitle')
export const JobTitleReply = Type.Object({ data: JobTitle, ...debug }, { description: 'The job title' })
export const JobTitlesReply = Type.Object(
  { data: Type.Object({ values: Type.Array(JobTitle), jobTitles: Type.Array(JobTitle), ...total }), ...debug },
  { description: 'A page of job titles, under both names' },
)
export const ChangedJobTitleReply = Type.Intersect([JobTitle, Type.Object({ data: JobTitle, ...debug })], {
  description: 'The job title as it is now: its own members, and the same as `data`',
})

export const CompanyReply = Type.Intersect([Type.Ref('COTCompany'), Type.Object(debug)], { description: 'The company' })
export const UpdateCompanyBody = Type.Object({
  displayName: Type.Optional(Text),
  ...companyDetails,
  passwordRules: Type.Optional(
    Type.Unsafe<Partial<Record<keyof typeof passwordRules, number>> | null>({
      type: ['object', 'null'],
      properties: passwordRules,
    }),
  ),
  passwordRotation: Type.Optional(Type.Object({ ...passwordRotation, days: Type.Optional(passwordRotation.days) })),
})
export type UpdateCompanyBody = Static<typeof UpdateCompanyBody>

export const CreateApiTokenBody = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 200 }),
  user: Type.Optional(ObjectId),
  accessRoles: Type.Optional(Type.Array(ObjectId)),
  expiresAt: Type.Optional(IsoDate),
})
export const ApiTokensQuery = Type.Object({ user: Type.Optional(ObjectId), ...debugFlag })
export const ApiTokensReply = Type.Object(
  { data: Type.Object({ apiTokens: Type.Array(ApiToken) }), ...debug },
  { description: 'Tokens, oldest first, never their text' },
)
export const NewApiTokenReply = Type.Object(
  { data: Type.Intersect([ApiToken, Type.Object({ token: Text })]), ...debug },
  { description: 'The token; its text is given this once' },
)
export const RevokedApiTokenReply = Type.Object(
  { data: Type.Object({ _id: ObjectId }), ...debug },
  { description: 'Which one ended' },
)
