import type { UserField } from '../../core/index.ts'

/** Where each directory field lives in a user of Rocket.Chat, as a dotted path; `null` where it can't be carried. */
export const rocketchatPath: Record<UserField, string | null> = {
  id: '_id',
  uid: null,
  username: 'username',
  email: 'emails.address',
  emailVerified: 'emails.verified',
  emailGenerated: null,
  displayName: null,
  givenNames: null,
  familyName: null,
  secondFamilyName: null,
  shownName: 'name',
  foldedName: 'nameInsensitive',
  kind: 'type',
  botId: null,
  active: 'active',
  deactivatedAt: null,
  inactiveReason: 'inactiveReason',
  accessRoles: 'roles',
  job: null,
  jobTitle: null,
  phone: 'phone',
  link: null,
  statusText: 'statusText',
  bio: 'bio',
  nickname: 'nickname',
  language: 'language',
  utcOffset: 'utcOffset',
  avatar: null,
  avatarEtag: 'avatarETag',
  bosses: null,
  peers: null,
  subordinates: null,
  properties: null,
  extensions: 'customFields',
  tags: null,
  importIds: 'importIds',
  settings: null,
  preferences: 'settings.preferences',
  termsConditions: null,
  readOnly: null,
  requirePasswordChange: 'requirePasswordChange',
  requirePasswordChangeReason: 'requirePasswordChangeReason',
  passwordModifiedAt: null,
  registrationReason: 'reason',
  membershipId: null,
  keywords: null,
  status: 'status',
  statusDefault: 'statusDefault',
  lastSeenAt: null,
  lastLoginAt: 'lastLogin',
  createdAt: 'createdAt',
  modifiedAt: '_updatedAt',
  version: null,
  revision: null,
}

/** What requests write in another form than records have, and what is in requests alone. */
const requestNames: ReadonlyMap<string, string> = new Map([
  ['email', 'email'],
  ['emailVerified', 'verified'],
  ['displayName', 'name'],
  ['givenNames', 'name'],
  ['shownName', 'name'],
  ['preferences', 'preferences'],
  ...['name', 'password', 'customFields', 'roles', 'description', 'permissions'].map((name) => [name, name] as const),
])

/**
 * A core field, or a path below one, as requests spell it: of a custom field its bare name; `undefined` for what no request
 * has.
 */
export function requestName(field: string): string | undefined {
  const [head = '', ...below] = field.split('.')
  if (head === 'extensions' && below.length > 1) return below.slice(1).join('.')
  const path = requestNames.get(head) ?? (isUserField(head) ? rocketchatPath[head] : null)
  return path === null ? undefined : [path, ...below].join('.')
}

const isUserField = (name: string): name is UserField => Object.hasOwn(rocketchatPath, name)
