import { isDeepStrictEqual } from 'node:util'
import { applyPatch } from 'rfc6902'
import { DirectoryError, type PresentUser, type UpdateUser } from '../../core/index.ts'
import { checkOf, InvalidRequest } from '../_kit/validation.ts'
import { isPlace, pointerSteps, valueAt } from './json-pointer.ts'
import { parseChanges } from './parse.ts'
import { presentUser } from './presenter.ts'
import { type COTUser, type JsonPatchOperation, UpdateUserBody } from './schemas.ts'

/** The `test` of a JSON Patch found another value; answered with 409, as RFC 5789 has it for conflicting states. */
export class PatchTestFailed extends Error {
  override readonly name = 'PatchTestFailed'
}

const checkUpdate = checkOf<UpdateUserBody>(UpdateUserBody)

/** Members that a patch may touch, in the words of PATCH; all others are the server's. */
const writable: ReadonlySet<string> = new Set(Object.keys(UpdateUserBody.properties).filter((name) => name !== 'email'))
/** Members that are absent while they have no value: taking one away clears it. */
const clearable = ['phone', 'jobTitle', 'job', 'bot', 'system', 'avatar'] as const
/** Characters of JSON that all `copy` operations of a patch may make together: copies of copies double. */
const mostCopied = 1_048_576

/**
 * What RFC 6902 operations change of a user: they are applied to the record as Cotalker shows it, and what then differs
 * is changed. Throws `PatchTestFailed`, `InvalidRequest` naming the operation, or `read_only_field` for a member that is
 * the server's, wherever its new value came from.
 */
export function patchedUser(
  operations: readonly JsonPatchOperation[],
  shown: PresentUser,
): Pick<UpdateUser, 'changes' | 'whole'> {
  const before = presentUser(shown)
  const patched: unknown = structuredClone(before)
  const budget = { left: mostCopied }
  for (const [at, operation] of operations.entries()) applyOne(patched, operation, at, budget)
  const after = checkUpdate(patched)
  requireProtected(before, after)
  return { changes: parseChanges(complete(before, after)), whole: true }
}

/** The record with an empty value for every member that was taken away: what PATCH leaves out, it leaves alone. */
function complete(before: COTUser, after: UpdateUserBody): UpdateUserBody {
  if (after.isActive === undefined) throw new InvalidRequest('isActive', 'must be true or false')
  const cleared = clearable.flatMap((name) => (name in before && !(name in after) ? [[name, null]] : []))
  const { companies, ...others } = after
  const [company] = companies ?? []
  return {
    accessRoles: [],
    properties: [],
    settings: {},
    extensions: {},
    isReadOnly: false,
    termsConditions: false,
    ...others,
    ...Object.fromEntries(cleared),
    name: { displayName: '', names: '', lastName: '', secondLastName: '', ...after.name },
    ...(!isDeepStrictEqual(before.companies, companies) && { companies: [{ hierarchy: company?.hierarchy ?? {} }] }),
  }
}

/** `move` is a removal and an addition, `copy` an addition: RFC 6902 §4.4 and §4.5. */
function applyOne(document: unknown, operation: JsonPatchOperation, at: number, budget: { left: number }): void {
  const { op, path, from } = operation
  const steps = pointerSteps(path, `${at}.path`)
  if (steps.length === 0 && op !== 'test') throw new InvalidRequest(`${at}.path`, 'must name a member of the user')
  const moving = op === 'move' || op === 'copy'
  if (op !== 'remove' && !moving && operation.value === undefined) {
    throw new InvalidRequest(`${at}.value`, 'is required')
  }
  if (op === 'test') {
    if (isDeepStrictEqual(valueAt(document, steps), operation.value)) return
    throw new PatchTestFailed(`${at}: the value at ${path} is another one`)
  }
  const value = moving ? taken(document, { op, path, from }, at, budget) : operation.value
  const fits = op === 'remove' || op === 'replace' ? valueAt(document, steps) !== undefined : isPlace(document, steps)
  if (!fits) throw nowhere(at, 'path')
  const kind = moving ? 'add' : op
  applyPatch(document, [kind === 'remove' ? { op: kind, path } : { op: kind, path, value }])
}

interface Taking {
  readonly op: 'move' | 'copy'
  readonly path: string
  readonly from: string | undefined
}

/** What a `move` or `copy` puts elsewhere; after a `move` it is no longer where it was. */
function taken(document: unknown, { op, path, from }: Taking, at: number, budget: { left: number }): unknown {
  if (from === undefined) throw new InvalidRequest(`${at}.from`, 'is required')
  const value = valueAt(document, pointerSteps(from, `${at}.from`))
  if (value === undefined) throw nowhere(at, 'from')
  if (op === 'copy') {
    budget.left -= JSON.stringify(value).length
    if (budget.left < 0) throw new InvalidRequest(`${at}.from`, 'copies more than 1 MiB')
    return value
  }
  if (path.startsWith(`${from}/`)) throw new InvalidRequest(`${at}.path`, 'must not lie inside of what is moved')
  applyPatch(document, [{ op: 'remove', path: from }])
  return value
}

const nowhere = (at: number, member: 'path' | 'from') => new InvalidRequest(`${at}.${member}`, 'leads nowhere')

/** Throws `read_only_field` for the first member of the server's that differs, added and removed ones included. */
function requireProtected(before: COTUser, after: UpdateUserBody): void {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))]
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    if (writable.has(name) && name !== 'companies') continue
    const same =
      name === 'companies'
        ? sameMembership(before.companies, now.get(name))
        : isDeepStrictEqual(old.get(name), now.get(name))
    if (!same) throw new DirectoryError('read_only_field', { field: name })
  }
}

/** Of the companies only the hierarchy lists of the one entry are anyone's to change. */
function sameMembership(before: COTUser['companies'], after: unknown): boolean {
  if (!Array.isArray(after) || after.length !== before.length) return false
  return before.every(({ hierarchy: _lists, ...kept }, at) => {
    const { hierarchy: _others, ...now } = Object(after[at])
    return isDeepStrictEqual(kept, now)
  })
}
