/** The only door into core. */
export { anonymous, type Origin, operator, type Presented } from './authenticate.ts'
export { adminRoleCode, builtInRoles } from './built-in-roles.ts'
export type { BulkReads, BulkWrites, RelationList, UserUpdate } from './bulk-ports.ts'
export {
  type AccessRole,
  type Catalogue,
  extensionsOf,
  type JobTitle,
  type PasswordRules,
  permissionsOf,
  propertiesOf,
  roleIdsOf,
  rolesLentBy,
  rolesOf,
  type Tenant,
} from './catalogue.ts'
export type {
  Comparable,
  Condition,
  ConditionField,
  FieldPath,
  Order,
  Test,
  TextField,
  TextPattern,
  UserLink,
} from './condition.ts'
export { fieldsAsked, linksAsked } from './condition.ts'
export { type Credential, type CredentialKind, type KeyScope, keyScopes } from './credential.ts'
export {
  type CustomField,
  type CustomFieldRule,
  type CustomFields,
  customFieldsCollection,
  customFieldsOf,
  customValuesOf,
} from './custom-fields.ts'
export { createDirectory, type Directory } from './directory.ts'
export { draftUser } from './draft-user.ts'
export { DirectoryError, type ErrorCode, type ErrorDetail, errorTexts } from './errors.ts'
export { type DirectoryEvent, type EventType, eventTypes, masked, userEvent } from './events.ts'
export type { CatalogueFilter, FieldEquals, InstantRange, UserFilter } from './filter.ts'
export { carriedFields } from './import-row.ts'
export { fold, parseSearch, type Search, textKeywords, wordsOf } from './keywords.ts'
export { byModification, type Direction, type Page, type PageRequest, type SortKey } from './page.ts'
export { type Actor, type Basis, type Capabilities, type Capability, capabilities, isAdministrator } from './policy.ts'
export {
  type AvatarImage,
  type Blocks,
  type ChangedUsers,
  type Clock,
  type CredentialChoice,
  type Fingerprint,
  type Handle,
  type Mailer,
  type MakeId,
  type OwedMail,
  type Passwords,
  type PresenceState,
  type Reads,
  type Sealer,
  type Status,
  type Store,
  statuses,
  type Tx,
  type UserBatch,
  type UserQuery,
} from './ports.ts'
export { inWords, type Misfit, shownPath } from './schema-words.ts'
export { settingsOf, type TenantSetting, type TenantSettings } from './tenant-settings.ts'
export { toldUser } from './told-user.ts'
export {
  type NewUser,
  normaliseEmail,
  ObjectId,
  type RelationField,
  type RowField,
  relationFields,
  rowFields,
  type User,
  type UserChanges,
  type UserField,
  userFields,
} from './user.ts'
export { withDerived } from './user-rules.ts'
export type { SeenUsers } from './verbs/browse-users.ts'
export type { ChangedUsersPage, ChangesAsked } from './verbs/changed-users.ts'
export type { CreateRole } from './verbs/create-role.ts'
export type { CreateUser } from './verbs/create-user.ts'
export type { CreateWebhook } from './verbs/create-webhook.ts'
export { idleReason } from './verbs/deactivate-idle.ts'
export type { ExportedRow } from './verbs/export-users.ts'
export type { FoundUser, UserKey } from './verbs/find-user.ts'
export type { Presence } from './verbs/get-presence.ts'
export type { PresentUser, UserReading } from './verbs/get-user.ts'
export type { ImportOutcome, ImportUsers } from './verbs/import-users.ts'
export type { KeyReading } from './verbs/keys.ts'
export type { LoadUsers } from './verbs/load-users.ts'
export type { MintToken, TokenDraft } from './verbs/login.ts'
export { presenceLasts, type Sighting } from './verbs/record-presence.ts'
export type { RegisterUser } from './verbs/register-user.ts'
export type { WelcomeOutcome } from './verbs/send-welcome.ts'
export type { UpdateOwnAccount } from './verbs/update-own-account.ts'
export type { UpdateTenant } from './verbs/update-tenant.ts'
export type { UpdateUser } from './verbs/update-user.ts'
export type { UpdateWebhook } from './verbs/update-webhook.ts'
export type { UserToken } from './verbs/user-tokens.ts'
export {
  type MemberUser,
  mayRead,
  memberFields,
  metadataCollection,
  type PublicField,
  type PublicUser,
  privateMetadata,
  publicFields,
  type SeenUser,
} from './visibility.ts'
export {
  type AttemptOutcome,
  attemptOutcomes,
  type DeliveryTargets,
  shownUrl,
  type ToldEvent,
  toldTypes,
  type Webhook,
  type WebhookAttempt,
  type WebhookReading,
} from './webhook.ts'
export type { WebhookFormat } from './webhook-format.ts'
export type { LeasedWebhook, Progress, WebhookQueue, WebhookReads, WebhookWrites } from './webhook-ports.ts'
