import { type Catalogue, type JobTitle, permissionsOf } from './catalogue.ts'
import { DirectoryError } from './errors.ts'
import { type Actor, authorize, capabilitiesOf } from './policy.ts'
import { requireLength } from './role-rules.ts'
import { requireRoles } from './user-rules.ts'
import { requireStorable } from './validate.ts'

type JobTitleText = Pick<JobTitle, 'code' | 'display' | 'allowedExtensions'>
const code = /^[a-z0-9_]{1,60}$/

/** Throws `invalid_input` for what no job title may hold. */
export function validateJobTitle(title: Partial<JobTitleText>): void {
  for (const [field, value] of Object.entries(title)) requireStorable(value, field)
  requireLength('display', title.display, 1, 200)
  if (title.code !== undefined && !code.test(title.code)) {
    throw new DirectoryError('invalid_input', { field: 'code', reason: 'must be 1 to 60 of a-z 0-9 _' })
  }
}

/** Throws unless the actor may change what the title lends to its holders. */
export function authorizeLending(actor: Actor, catalogue: Catalogue, before: JobTitle | null, after: JobTitle): void {
  requireRoles(after.accessRoles, catalogue)
  const lent = (title: JobTitle | null) => (title?.active ? title.accessRoles : [])
  const [one, other] = [lent(before), lent(after)]
  const moved = [...one.filter((id) => !other.includes(id)), ...other.filter((id) => !one.includes(id))]
  const kept = [...(before?.accessRoles ?? []), ...after.accessRoles]
  if (moved.length === 0 && before?.accessRoles.join() === after.accessRoles.join()) return
  if (kept.length === 0) return
  authorize(actor, 'roles.assign')
  if (capabilitiesOf(permissionsOf(kept, catalogue)).has('roles.assign-admin')) authorize(actor, 'roles.assign-admin')
}
