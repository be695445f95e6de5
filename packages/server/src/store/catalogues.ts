import type { AccessRole, Catalogue, JobTitle, Tenant } from '../core/index.ts'
import type { Statement } from './statement.ts'

export const roleColumns = `
  id, code, name, description, permissions, active, built_in as "builtIn", details, version,
  created_at as "createdAt", modified_at as "modifiedAt"`
export const titleColumns = `
  id, code, display, active, access_roles as "accessRoles", properties, allowed_extensions as "allowedExtensions",
  version, created_at as "createdAt", modified_at as "modifiedAt"`
export const tenantColumns = `
  tenant_id as id, app_id as "appId", name, password_rules as "passwordRules",
  password_rotation_days as "passwordRotationDays", details, settings, version, created_at as "createdAt", modified_at as "modifiedAt"`

/** All of one catalogue in one statement, hence in one state. Times come as JSON writes them. */
export const catalogueOf = (tenantId: string): Statement => ({
  name: 'catalogue',
  text: `
    select catalogue_revision as revision, ${tenantColumns},
      (select coalesce(json_agg(r), '[]') from (select ${roleColumns} from access_roles where tenant_id = $1) r) as roles,
      (select coalesce(json_agg(j), '[]') from (select ${titleColumns} from job_titles where tenant_id = $1) j) as titles
    from tenants where tenant_id = $1`,
  values: [tenantId],
})

/** As JSON has it: times are texts. */
type AsJson<T> = Omit<T, 'createdAt' | 'modifiedAt'> & { readonly createdAt: string; readonly modifiedAt: string }

export interface CatalogueRow extends Tenant {
  readonly revision: number
  readonly roles: readonly AsJson<AccessRole>[]
  readonly titles: readonly AsJson<JobTitle>[]
}

export function catalogueFromRow({ revision, roles, titles, ...tenant }: CatalogueRow): Catalogue {
  return {
    revision,
    tenant,
    roles: new Map(roles.map((role) => [role.id, { ...role, ...timesOf(role) }])),
    jobTitles: new Map(titles.map((title) => [title.id, { ...title, ...timesOf(title) }])),
  }
}

const timesOf = (record: { createdAt: string; modifiedAt: string }) => ({
  createdAt: new Date(record.createdAt),
  modifiedAt: new Date(record.modifiedAt),
})
