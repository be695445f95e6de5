import type { Catalogue } from './catalogue.ts'
import { DirectoryError } from './errors.ts'
import type { NewUser, User } from './user.ts'

/** A new user's record before its handle is settled: what was not given has its default. */
export function draftUser(
  command: NewUser,
  { id, membershipId, at, catalogue }: { id: string; membershipId: string; at: Date; catalogue: Catalogue },
): User {
  const uid = command.uid ?? id
  return {
    id,
    uid,
    username: command.username ?? '',
    email: command.email ?? `${uid}@${catalogue.tenant.appId}.invalid`,
    emailVerified: command.emailVerified ?? false,
    emailGenerated: command.email === undefined,
    displayName: command.displayName ?? '',
    givenNames: command.givenNames ?? '',
    familyName: command.familyName ?? '',
    secondFamilyName: command.secondFamilyName ?? '',
    shownName: '',
    kind: command.kind ?? 'human',
    botId: command.botId ?? null,
    active: command.active ?? true,
    deactivatedAt: null,
    inactiveReason: command.inactiveReason ?? null,
    accessRoles: [...new Set(command.accessRoles ?? ordinaryRole(catalogue))],
    job: command.job ?? null,
    jobTitle: command.jobTitle ?? null,
    phone: command.phone ?? null,
    link: command.link ?? null,
    statusText: command.statusText ?? null,
    bio: command.bio ?? null,
    nickname: command.nickname ?? null,
    language: command.language ?? null,
    utcOffset: command.utcOffset ?? null,
    avatar: command.avatar ?? null,
    bosses: [...new Set(command.bosses ?? [])],
    peers: [...new Set(command.peers ?? [])],
    subordinates: [...new Set(command.subordinates ?? [])],
    properties: [...new Set(command.properties ?? [])],
    extensions: command.extensions ?? {},
    tags: [...new Set(command.tags ?? [])],
    importIds: [...new Set(command.importIds ?? [])],
    settings: command.settings ?? {},
    preferences: command.preferences ?? {},
    termsConditions: command.termsConditions ?? false,
    readOnly: command.readOnly ?? false,
    requirePasswordChange: command.requirePasswordChange ?? false,
    requirePasswordChangeReason: command.requirePasswordChangeReason ?? null,
    passwordModifiedAt: null,
    registrationReason: command.registrationReason ?? null,
    membershipId,
    keywords: [],
    lastLoginAt: null,
    createdAt: at,
    modifiedAt: at,
    version: 1,
    revision: 1,
  }
}

function ordinaryRole(catalogue: Catalogue): string[] {
  const role = [...catalogue.roles.values()].find(({ code }) => code === 'user')
  if (role === undefined) throw new DirectoryError('unknown_reference', { field: 'accessRoles' })
  return [role.id]
}
