import type { UserField } from '../../core/index.ts'

/** Where each directory field lives in a user of CometChat; `null` where it can't be carried. */
export const cometchatPath: Record<UserField, string | null> = {
  id: null,
  uid: 'uid',
  username: null,
  email: null,
  emailVerified: null,
  emailGenerated: null,
  displayName: null,
  givenNames: null,
  familyName: null,
  secondFamilyName: null,
  shownName: 'name',
  foldedName: null,
  kind: null,
  botId: null,
  active: null,
  deactivatedAt: 'deactivatedAt',
  inactiveReason: null,
  accessRoles: 'role',
  job: null,
  jobTitle: null,
  phone: null,
  link: 'link',
  statusText: 'statusMessage',
  bio: null,
  nickname: null,
  language: null,
  utcOffset: null,
  avatar: 'avatar',
  avatarEtag: null,
  bosses: null,
  peers: null,
  subordinates: null,
  properties: null,
  extensions: 'metadata',
  tags: 'tags',
  importIds: null,
  settings: null,
  preferences: null,
  termsConditions: null,
  readOnly: null,
  requirePasswordChange: null,
  requirePasswordChangeReason: null,
  passwordModifiedAt: null,
  registrationReason: null,
  membershipId: null,
  keywords: null,
  status: 'status',
  statusDefault: null,
  lastSeenAt: 'lastActiveAt',
  lastLoginAt: 'lastActiveAt',
  createdAt: 'createdAt',
  modifiedAt: 'updatedAt',
  version: null,
  revision: null,
}

/** What requests write in another form than records have it. */
const requestNames: Readonly<Record<string, string>> = {
  displayName: 'name',
  givenNames: 'name',
  familyName: 'name',
  code: 'role',
  cursor: 'next',
}
/** One text or object here, with members in core. */
const whole: ReadonlySet<string> = new Set(['appInfo', 'avatar', 'metadata', 'role'])

/** A core field, or a path below one, as requests spell it: items of lists are `tags.0`. */
export function requestName(field: string): string {
  const [head = '', ...below] = withoutDetails(field).split('.')
  const own = Object.hasOwn(requestNames, head) ? requestNames[head] : undefined
  const name = own ?? (isUserField(head) ? cometchatPath[head] : null) ?? head
  return whole.has(name) ? name : [name, ...below].join('.')
}

/** The free facts of a role or a token: members of requests by themselves. */
const withoutDetails = (field: string): string => (field === 'details' ? 'metadata' : field.replace(/^details\./, ''))

const isUserField = (name: string): name is UserField => Object.hasOwn(cometchatPath, name)

/** `default` is CometChat's word for the role of whoever has no other. */
export const defaultRole = 'default'
const ordinaryCode = 'user'

/** A role's code as this platform says it, and the reverse; ids are lower case here. */
export const roleOfCode = (code: string): string => (code === ordinaryCode ? defaultRole : code)
export const codeOfRole = (role: string): string =>
  role.toLowerCase() === defaultRole ? ordinaryCode : role.toLowerCase()
