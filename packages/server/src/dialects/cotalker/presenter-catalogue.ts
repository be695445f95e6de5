import buildStringify from 'fast-json-stringify'
import { type AccessRole, type Credential, type JobTitle, type Tenant, textKeywords } from '../../core/index.ts'
import { COTAccessRole, COTApiToken, COTCompany, COTJobTitle, detailNames } from './catalogue-schemas.ts'

const stringifyRole = buildStringify(COTAccessRole)
const stringifyJobTitle = buildStringify(COTJobTitle)
const stringifyCompany = buildStringify(COTCompany)
const stringifyApiToken = buildStringify(COTApiToken)

const presentRole = (role: AccessRole, tenantId: string): COTAccessRole => ({
  _id: role.id,
  active: role.active,
  permissions: [...role.permissions],
  name: role.name,
  ...(role.description !== null && { description: role.description }),
  company: tenantId,
  __v: role.version,
})

const presentJobTitle = (title: JobTitle, tenantId: string): COTJobTitle => ({
  _id: title.id,
  code: title.code,
  display: title.display,
  isActive: title.active,
  accessRoles: [...title.accessRoles],
  elements: [...title.properties],
  allowedExtensions: [...title.allowedExtensions],
  search: textKeywords([title.display, title.code]),
  company: tenantId,
  createdAt: title.createdAt.toISOString(),
  modifiedAt: title.modifiedAt.toISOString(),
})

const presentCompany = (tenant: Tenant): COTCompany => ({
  ...Object.fromEntries(Object.entries(tenant.details).filter(([name]) => detailNames.includes(name))),
  _id: tenant.id,
  displayName: tenant.name,
  subdomain: tenant.appId,
  isActive: true,
  ...(tenant.passwordRules !== null && { passwordRules: tenant.passwordRules }),
  ...(tenant.passwordRotationDays !== null && {
    passwordRotation: { enabled: true, days: tenant.passwordRotationDays },
  }),
  createdAt: tenant.createdAt.toISOString(),
  modifiedAt: tenant.modifiedAt.toISOString(),
  __v: tenant.version,
})

const presentApiToken = (credential: Credential): COTApiToken => ({
  _id: credential.id,
  name: credential.name ?? '',
  user: credential.userId ?? '',
  ...(credential.accessRoles !== null && { accessRoles: [...credential.accessRoles] }),
  createdAt: credential.createdAt.toISOString(),
  ...(credential.expiresAt !== null && { expiresAt: credential.expiresAt.toISOString() }),
})

export const roleText = (role: AccessRole, tenantId: string): string => stringifyRole(presentRole(role, tenantId))
export const jobTitleText = (title: JobTitle, tenantId: string): string =>
  stringifyJobTitle(presentJobTitle(title, tenantId))
export const companyText = (tenant: Tenant): string => stringifyCompany(presentCompany(tenant))
export const apiTokenText = (credential: Credential): string => stringifyApiToken(presentApiToken(credential))
