import {
  type CatalogueFilter,
  type PageRequest,
  type PasswordRules,
  parseSearch,
  type UpdateTenant,
} from '../../core/index.ts'
import { parseInstant } from '../_kit/time.ts'
import { InvalidRequest } from '../_kit/validation.ts'
import type {
  CatalogueQuery,
  CreateJobTitleBody,
  CreateRoleBody,
  UpdateCompanyBody,
  UpdateJobTitleBody,
  UpdateRoleBody,
} from './catalogue-schemas.ts'
import { detailNames } from './catalogue-schemas.ts'
import { idsOf, lowered, parseActivity, parsePage } from './parse.ts'

/** Access roles and job titles are listed by the same parameters. */
export function parseCatalogueQuery(query: CatalogueQuery): { page: PageRequest; filter: CatalogueFilter } {
  const [ids, active] = [lowered(query.ids), parseActivity(query.isActive)]
  const search = query.search === undefined ? null : parseSearch(query.search)
  return {
    page: parsePage(query),
    filter: { ...(ids && { ids }), ...(active !== undefined && { active }), ...(search && { search }) },
  }
}

export const parseRole = ({ name, permissions, description, active }: UpdateRoleBody) => ({
  ...(name !== undefined && { name }),
  ...(permissions !== undefined && { permissions }),
  ...(description !== undefined && { description }),
  ...(active !== undefined && { active }),
})

export const parseNewRole = (body: CreateRoleBody) => ({
  ...parseRole(body),
  name: body.name,
  permissions: body.permissions,
})

/** Lists that are given replace what was there. The code is given once, at creation. */
export const parseJobTitle = ({ display, isActive, accessRoles, elements, allowedExtensions }: UpdateJobTitleBody) => ({
  ...(display !== undefined && { display }),
  ...(isActive !== undefined && { active: isActive }),
  ...(accessRoles !== undefined && { accessRoles: idsOf(accessRoles) }),
  ...(elements !== undefined && { properties: idsOf(elements) }),
  ...(allowedExtensions !== undefined && { allowedExtensions }),
})

export const parseNewJobTitle = (body: CreateJobTitleBody) => ({
  ...parseJobTitle(body),
  code: body.code,
  display: body.display,
})

const noRules: PasswordRules = { minLength: 0, lowerCase: 0, upperCase: 0, numbers: 0, symbols: 0, zxcvbn: 0 }

/** Rules that are given replace all of them; those that are not named ask for nothing. */
export function parseCompany(body: UpdateCompanyBody): UpdateTenant['changes'] {
  const { displayName, passwordRules, passwordRotation } = body
  const details = Object.fromEntries(Object.entries(body).filter(([name]) => detailNames.includes(name)))
  return {
    ...(displayName !== undefined && { name: displayName }),
    ...(passwordRules !== undefined && { passwordRules: passwordRules && rulesOf(passwordRules) }),
    ...(passwordRotation !== undefined && { passwordRotationDays: rotationDays(passwordRotation) }),
    ...(Object.keys(details).length > 0 && { details }),
  }
}

/** Members that are no rules are left out. */
const rulesOf = (given: Partial<PasswordRules>): PasswordRules => {
  const { minLength, lowerCase, upperCase, numbers, symbols, zxcvbn } = { ...noRules, ...given }
  return { minLength, lowerCase, upperCase, numbers, symbols, zxcvbn }
}

function rotationDays({ enabled, days }: { enabled: boolean; days?: number }): number | null {
  if (!enabled) return null
  if (days === undefined) throw new InvalidRequest('passwordRotation.days', 'is required')
  return days
}

/** When a token ends; `null` when nothing is said of it. */
export function parseExpiry(text: string | undefined): Date | null {
  if (text === undefined) return null
  const date = parseInstant(text)
  if (date === null) throw new InvalidRequest('expiresAt', 'must be an ISO 8601 date')
  return date
}
