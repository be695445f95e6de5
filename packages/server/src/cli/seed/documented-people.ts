import type { NewUser } from '../../core/index.ts'
import { sampleRoles, sampleTitles } from './sample-catalogue.ts'
import type { SampleValues } from './sample-custom-fields.ts'

/** What a person is told of; the rest is as at any creation. */
export interface Sketch extends NewUser {
  readonly id: string
  readonly email: string
  readonly customFields?: SampleValues
  readonly membershipId?: string
  readonly createdAt: string
  readonly modifiedAt?: string
  /** More than 1 for who has been changed. */
  readonly version?: number
}

/** Ids of our own: memberships (c), people known by name (d), invented staff (e), what is no user or role (f). */
export const idOf = (kind: 'c' | 'd' | 'e' | 'f', number: number) =>
  `6a00000000000000000${kind}${String(number).padStart(4, '0')}`
export type RoleId = (code: string) => string

const { fullStack, frontEnd, fieldStaff, surveyors, channelMembers, usersAdmin, accessAdmin } = sampleRoles
const shownTogether = { createdAt: '2019-04-26T22:00:31.263Z', modifiedAt: '2020-10-26T14:08:48.220Z' }

/** The people of Cotalker's documentation, with the ids, addresses, roles and dates that it prints. */
export const documented = (roleId: RoleId): Sketch[] => [
  {
    id: '5fb589b607ae0d8647792ec0',
    email: 'john.doe@example.com',
    givenNames: 'John',
    familyName: 'Doe',
    jobTitle: 'full-stack developer',
    accessRoles: [fullStack.id],
    ...shownTogether,
  },
  {
    id: '5fb58a5c0175468479dacaa5',
    email: 'william.tell@example.com',
    givenNames: 'William',
    familyName: 'Tell',
    jobTitle: 'front-end developer',
    accessRoles: [frontEnd.id],
    ...shownTogether,
  },
  {
    id: '6194f0345923b62967d7ba46',
    email: 'nick@wuxi.com',
    givenNames: 'Nick',
    accessRoles: [fieldStaff.id, roleId('user')],
    job: sampleTitles.fieldTechnician.id,
    createdAt: '2021-11-17T12:06:12.000Z',
  },
  {
    id: idOf('d', 1),
    email: 'yanxiang@wuxi.com',
    givenNames: 'Yanxiang',
    accessRoles: [surveyors.id, roleId('user')],
    createdAt: '2021-11-17T12:07:45.310Z',
  },
  {
    id: '581118cf1dabccc92616be4f',
    email: 'edward@cotalker.com',
    givenNames: 'Edward',
    jobTitle: 'administrator',
    accessRoles: [usersAdmin.id, accessAdmin.id],
    createdAt: '2016-10-26T20:57:51.000Z',
  },
  {
    id: idOf('d', 2),
    email: 'guillermo@cotalker.com',
    givenNames: 'Guillermo',
    jobTitle: 'auditor',
    accessRoles: [roleId('read-admin')],
    createdAt: '2016-10-26T21:03:10.120Z',
  },
  {
    id: '61953bf9bdc3558a4966e54d',
    membershipId: '61953bd8a1dd11a1943c28be',
    email: 'tianbo@jingmen.com',
    givenNames: 'Tianbo',
    familyName: 'Ma',
    accessRoles: [fieldStaff.id, surveyors.id, channelMembers.id],
    createdAt: '2021-11-17T15:34:42.171Z',
    modifiedAt: '2021-11-17T15:34:42.206Z',
  },
]

/** Whose rights show what the API allows to whom. */
export const rightsHolders = (roleId: RoleId): Sketch[] => [
  {
    id: idOf('d', 3),
    email: 'users.admin@example.com',
    givenNames: 'Úrsula',
    familyName: 'Torequín',
    secondFamilyName: 'Lumañez',
    accessRoles: [usersAdmin.id],
    createdAt: '2020-02-03T08:15:00.000Z',
  },
  {
    id: idOf('d', 4),
    email: 'access.admin@example.com',
    givenNames: 'Álvaro',
    familyName: 'Zarortegui',
    accessRoles: [accessAdmin.id],
    createdAt: '2020-02-03T08:20:00.000Z',
  },
  {
    id: idOf('d', 5),
    email: 'read.admin@example.com',
    givenNames: 'Begoña',
    familyName: 'Ibarondrén',
    accessRoles: [roleId('read-admin')],
    createdAt: '2020-02-03T08:25:00.000Z',
  },
  {
    id: idOf('d', 6),
    email: 'deploy.bot@example.com',
    displayName: 'Deploy bot',
    givenNames: 'Deploy',
    familyName: 'Bot',
    kind: 'bot',
    botId: idOf('f', 1),
    accessRoles: [roleId('bot')],
    createdAt: '2020-06-01T00:00:00.000Z',
  },
]
