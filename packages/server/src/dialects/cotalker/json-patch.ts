import { Ajv } from 'ajv'
import { applyPatch, type Operation } from 'rfc6902'
import { DirectoryError, type UpdateUser, type UserReading } from '../../core/index.ts'
import { InvalidRequest } from '../_kit/validation.ts'
import { parseChanges } from './parse.ts'
import { presentUser } from './presenter.ts'
import { type COTUser, type JsonPatchOperation, UpdateUserBody } from './schemas.ts'

/** The `test` of a JSON Patch found another value; answered with 409, as RFC 5789 has it for conflicting states. */
export class PatchTestFailed extends Error {
  override readonly name = 'PatchTestFailed'
}

const isUpdate = new Ajv({ strict: false }).compile<UpdateUserBody>(UpdateUserBody)

/** Members that a patch may touch, in the words of PATCH; all others are the server's. */
const writable: ReadonlySet<string> = new Set(Object.keys(UpdateUserBody.properties).filter((name) => name !== 'email'))
/** Members that are absent while they have no value: taking one away clears it. */
const clearable = ['phone', 'jobTitle', 'job', 'bot', 'avatar'] as const
/** Steps that lead out of a record. */
const forbiddenSteps: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * What RFC 6902 operations change of a user: they are applied to the record as Cotalker shows it, and what then differs
 * is changed. Throws `PatchTestFailed`, `InvalidRequest` naming the operation, or `read_only_field` for a member that is
 * the server's, wherever its new value came from.
 */
export function patchedUser(
  operations: readonly JsonPatchOperation[],
  { user, catalogue }: UserReading,
): Pick<UpdateUser, 'changes' | 'fixed' | 'whole'> {
  const before = presentUser(user, catalogue)
  const after: unknown = structuredClone(before)
  for (const [at, operation] of operations.entries()) applyOne(after, operation, at)
  if (!isUpdate(after)) {
    const [problem] = isUpdate.errors ?? []
    throw new InvalidRequest(
      problem?.instancePath.slice(1).replaceAll('/', '.') ?? '',
      problem?.message ?? 'is not valid',
    )
  }
  requireProtected(before, after)
  const cleared = Object.fromEntries(
    clearable.flatMap((name) => (name in before && !(name in after) ? [[name, null]] : [])),
  )
  const emptied = {
    name: { displayName: '', names: '', lastName: '', secondLastName: '', ...after.name },
    accessRoles: after.accessRoles ?? [],
    properties: after.properties ?? [],
    settings: after.settings ?? {},
    extensions: after.extensions ?? {},
    isReadOnly: after.isReadOnly ?? false,
  }
  const { companies, ...others } = after
  const hierarchy = sameJson(before.companies, companies) || companies === undefined ? {} : { companies }
  return { changes: parseChanges({ ...others, ...emptied, ...cleared, ...hierarchy }), whole: true }
}

function applyOne(document: unknown, operation: JsonPatchOperation, at: number): void {
  for (const pointer of [operation.path, operation.from ?? '']) {
    if (pointer.split('/').some((step) => forbiddenSteps.has(step))) {
      throw new InvalidRequest(`${at}.path`, 'must not lead to a prototype')
    }
  }
  const [problem] = applyPatch(document, [asOperation(operation, at)])
  if (problem === null) return
  if (problem?.name === 'TestError') throw new PatchTestFailed(`${at}: the value at ${operation.path} is another one`)
  throw new InvalidRequest(String(at), `${operation.op} ${operation.path} leads nowhere`)
}

function asOperation({ op, path, from, value }: JsonPatchOperation, at: number): Operation {
  if (path === '' && op !== 'test') throw new InvalidRequest(`${at}.path`, 'must name a member of the user')
  if (op === 'remove') return { op, path }
  if (op === 'move' || op === 'copy') {
    if (from === undefined) throw new InvalidRequest(`${at}.from`, 'is required')
    return { op, path, from }
  }
  if (value === undefined) throw new InvalidRequest(`${at}.value`, 'is required')
  return { op, path, value }
}

/** Throws `read_only_field` for the first member of the server's that differs, added and removed ones included. */
function requireProtected(before: COTUser, after: UpdateUserBody): void {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))]
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    if (writable.has(name) && name !== 'companies') continue
    const same =
      name === 'companies' ? sameMembership(before.companies, now.get(name)) : sameJson(old.get(name), now.get(name))
    if (!same) throw new DirectoryError('read_only_field', { field: name })
  }
}

const sameJson = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

/** Of the companies only the hierarchy lists of the one entry are anyone's to change. */
function sameMembership(before: COTUser['companies'], after: unknown): boolean {
  if (!Array.isArray(after) || after.length !== before.length) return false
  return before.every(({ hierarchy: _lists, ...kept }, at) => {
    const { hierarchy: _others, ...now } = Object(after[at])
    return sameJson(kept, now)
  })
}
