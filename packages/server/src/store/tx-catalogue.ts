import type { AccessRole, JobTitle, Tenant, Tx } from '../core/index.ts'
import { roleColumns, tenantColumns, titleColumns } from './catalogues.ts'
import type { Writing } from './transaction.ts'
import { term } from './user-terms.ts'

export const txCatalogue = ({ query, touches }: Writing): Tx['catalogue'] => {
  /** Every change of a role or job title is one of the catalogue that users are read against. */
  const moved = async (tenantId: string) => {
    await query({
      name: 'moved-catalogue',
      text: 'update tenants set catalogue_revision = catalogue_revision + 1 where tenant_id = $1',
      values: [tenantId],
    })
    touches.add('catalogue')
  }
  return {
    insertTenant: async (tenant) => {
      await query({
        text: 'insert into tenants (tenant_id, app_id, name, created_at, modified_at) values ($1, $2, $3, $4, $5)',
        values: [tenant.id, tenant.appId, tenant.name, tenant.createdAt, tenant.modifiedAt],
      })
      touches.add('catalogue')
    },

    lockTenant: async (tenantId) => {
      const [tenant] = await query<Tenant>({
        text: `select ${tenantColumns} from tenants where tenant_id = $1 for update`,
        values: [tenantId],
      })
      return tenant ?? null
    },

    updateTenant: async (tenant) => {
      await query({
        text: `
          update tenants set name = $2, password_rules = $3, password_rotation_days = $4, details = $5, version = $6,
            modified_at = $7, settings = $8
          where tenant_id = $1`,
        values: [
          tenant.id,
          tenant.name,
          tenant.passwordRules && JSON.stringify(tenant.passwordRules),
          tenant.passwordRotationDays,
          JSON.stringify(tenant.details),
          tenant.version,
          tenant.modifiedAt,
          JSON.stringify(tenant.settings),
        ],
      })
      await moved(tenant.id)
    },

    lockRole: async (tenantId, id) => {
      const [role] = await query<AccessRole>({
        text: `select ${roleColumns} from access_roles where tenant_id = $1 and id = $2 for update`,
        values: [tenantId, id],
      })
      return role ?? null
    },

    insertRole: async (tenantId, role) => {
      await query({
        name: 'insert-role',
        text: `
          insert into access_roles (
            tenant_id, id, code, name, description, permissions, active, built_in, version, created_at, modified_at, details
          ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
        values: [
          tenantId,
          role.id,
          role.code,
          role.name,
          role.description,
          role.permissions,
          role.active,
          role.builtIn,
          role.version,
          role.createdAt,
          role.modifiedAt,
          JSON.stringify(role.details),
        ],
      })
      await moved(tenantId)
    },

    updateRole: async (tenantId, role) => {
      await query({
        text: `
          update access_roles set name = $3, description = $4, permissions = $5, active = $6, version = $7, modified_at = $8,
            details = $9
          where tenant_id = $1 and id = $2`,
        values: [
          tenantId,
          role.id,
          role.name,
          role.description,
          role.permissions,
          role.active,
          role.version,
          role.modifiedAt,
          JSON.stringify(role.details),
        ],
      })
      await moved(tenantId)
    },

    hasRoleNamed: async (tenantId, name) => {
      const found = await query({
        text: 'select from access_roles where tenant_id = $1 and (lower(name) = lower($2) or lower(code) = lower($2)) limit 1',
        values: [tenantId, name],
      })
      return found.length > 0
    },

    holdersOf: async (tenantId, roleId) => {
      const [row] = await query<{ holders: number }>({
        text: `
          select (
            (select count(*) from user_terms where tenant_id = $1 and term = $2)
            + (select count(*) from job_titles where tenant_id = $1 and access_roles @> array[$3])
          )::int as holders`,
        values: [tenantId, term.role(roleId), roleId],
      })
      return row?.holders ?? 0
    },

    deleteRole: async (tenantId, id) => {
      await query({ text: 'delete from access_roles where tenant_id = $1 and id = $2', values: [tenantId, id] })
      await moved(tenantId)
    },

    lockJobTitle: async (tenantId, id) => {
      const [title] = await query<JobTitle>({
        text: `select ${titleColumns} from job_titles where tenant_id = $1 and id = $2 for update`,
        values: [tenantId, id],
      })
      return title ?? null
    },

    insertJobTitle: async (tenantId, title) => {
      await query({
        text: `
          insert into job_titles (
            tenant_id, id, code, display, active, access_roles, properties, allowed_extensions, version, created_at, modified_at
          ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
        values: [
          tenantId,
          title.id,
          title.code,
          title.display,
          title.active,
          title.accessRoles,
          title.properties,
          title.allowedExtensions,
          title.version,
          title.createdAt,
          title.modifiedAt,
        ],
      })
      await moved(tenantId)
    },

    updateJobTitle: async (tenantId, title) => {
      await query({
        text: `
          update job_titles set display = $3, active = $4, access_roles = $5, properties = $6, allowed_extensions = $7,
            version = $8, modified_at = $9
          where tenant_id = $1 and id = $2`,
        values: [
          tenantId,
          title.id,
          title.display,
          title.active,
          title.accessRoles,
          title.properties,
          title.allowedExtensions,
          title.version,
          title.modifiedAt,
        ],
      })
      await moved(tenantId)
    },
  }
}
