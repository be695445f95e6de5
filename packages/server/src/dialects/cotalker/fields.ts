import type { UserField } from '../../core/index.ts'

/** Where each directory field lives in a COTUser, as a dotted path; `null` where Cotalker can't carry it. */
export const cotalkerPath: Record<UserField, string | null> = {
  id: '_id',
  uid: null,
  username: null,
  email: 'email',
  emailVerified: null,
  emailGenerated: null,
  displayName: 'name.displayName',
  givenNames: 'name.names',
  familyName: 'name.lastName',
  secondFamilyName: 'name.secondLastName',
  shownName: null,
  foldedName: null,
  kind: 'system',
  botId: 'bot',
  active: 'isActive',
  deactivatedAt: null,
  inactiveReason: null,
  accessRoles: 'accessRoles',
  job: 'job',
  jobTitle: 'jobTitle',
  phone: 'phone',
  link: null,
  statusText: null,
  bio: null,
  nickname: null,
  language: null,
  utcOffset: null,
  avatar: 'avatar',
  avatarEtag: null,
  bosses: 'companies.0.hierarchy.boss',
  peers: 'companies.0.hierarchy.peers',
  subordinates: 'companies.0.hierarchy.subordinate',
  properties: 'properties',
  extensions: 'extensions',
  tags: null,
  importIds: null,
  settings: 'settings',
  preferences: null,
  termsConditions: 'termsConditions',
  readOnly: 'isReadOnly',
  requirePasswordChange: null,
  requirePasswordChangeReason: null,
  passwordModifiedAt: null,
  registrationReason: null,
  membershipId: 'companies.0._id',
  keywords: 'search',
  status: 'isOnline',
  statusDefault: null,
  lastSeenAt: 'lastRequestDate',
  lastLoginAt: null,
  createdAt: 'createdAt',
  modifiedAt: 'modifiedAt',
  version: null,
  revision: null,
}

/** A user's path in the platform's spelling, from a core field or a path below one; others are the platform's already. */
export function pathOf(field: string): string {
  const [head = '', ...below] = field.split('.')
  // The store can't tell which of the three lists names a stranger.
  if (head === 'hierarchy') return 'companies.0.hierarchy'
  const path = isUserField(head) ? (cotalkerPath[head] ?? head) : head
  return [path, ...below].join('.')
}

const isUserField = (name: string): name is UserField => Object.hasOwn(cotalkerPath, name)
