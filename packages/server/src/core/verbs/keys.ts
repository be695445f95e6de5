import { type Credential, type KeyScope, keyScopes } from '../credential.ts'
import { DirectoryError } from '../errors.ts'
import { credentialEvent } from '../events.ts'
import { type Actor, authorize } from '../policy.ts'
import type { Tx } from '../ports.ts'
import { requireLength } from '../role-rules.ts'
import { requireStorable } from '../validate.ts'
import type { Verb, VerbContext } from '../verb.ts'

/** A key with its value. */
export interface KeyReading {
  readonly credential: Credential
  readonly value: string
}

/** Makes a key of the caller's dialect (or of `dialect`, from the command line). `value` must be new and unguessable. */
export const createKey: Verb<{ name: string; scope: KeyScope; value: string; dialect?: string }, KeyReading> = async (
  context,
  { name, scope, value, dialect = context.actor.dialect },
) => {
  const { actor, transact } = context
  requireKeeper(actor)
  return transact(async (tx, now) => {
    const credential = await insertKey(context, tx, { name, scope, value, dialect }, now)
    return { result: { credential, value }, events: [credentialEvent('credential.created', credential)] }
  })
}

/** Writes a new key of the actor's tenant; rights are the caller's to ask for. */
export async function insertKey(
  { actor, fingerprint, makeId, sealer }: VerbContext,
  tx: Tx,
  { name, scope, value, dialect }: { name: string; scope: KeyScope; value: string; dialect: string },
  now: Date,
): Promise<Credential> {
  validateKey({ name, scope })
  const credential: Credential = {
    id: makeId(),
    tenantId: actor.tenantId,
    userId: null,
    dialect,
    kind: 'key',
    name,
    hint: null,
    bypassSecondFactor: false,
    scope,
    sealed: sealer.seal(value),
    details: {},
    createdAt: now,
    accessRoles: null,
    expiresAt: null,
  }
  await tx.credentials.insert(credential, fingerprint(value))
  return credential
}

/** The keys of a dialect with their values, newest first. */
export const listKeys: Verb<{ dialect?: string }, KeyReading[]> = async (context, { dialect }) => {
  const { actor, reads } = context
  requireKeeper(actor)
  const credentials = await reads.credentials(actor.tenantId, { dialect: dialect ?? actor.dialect })
  return credentials
    .filter(({ kind }) => kind === 'key')
    .reverse()
    .flatMap((credential) => readingOf(context, credential))
}

/** One key by its value. Throws `not_found`. */
export const getKey: Verb<{ value: string }, KeyReading> = async (context, { value }) => {
  const { actor, fingerprint, reads } = context
  requireKeeper(actor)
  // Whoever says the value has proved it.
  const credential = await reads.credential(fingerprint(value), async () => true)
  const isOurs = credential?.tenantId === actor.tenantId && credential.dialect === actor.dialect
  if (!isOurs || credential.kind !== 'key') throw noSuchKey()
  return { credential, value }
}

/** Changes a key's name or scope. Throws `not_found`; `own_credential` for the key that the request came with. */
export const updateKey: Verb<{ value: string; name?: string; scope?: KeyScope }, KeyReading> = async (
  context,
  { value, ...changes },
) => {
  const { actor, transact } = context
  requireKeeper(actor)
  validateKey(changes)
  return transact(async (tx) => {
    const before = await lockKey(context, tx, value)
    const credential: Credential = { ...before, ...changes }
    await tx.credentials.update(credential)
    return { result: { credential, value }, events: [credentialEvent('credential.updated', credential, before)] }
  })
}

/** Ends a key. Throws `not_found`; `own_credential` for the key that the request came with. */
export const deleteKey: Verb<{ value: string }, null> = async (context, { value }) => {
  requireKeeper(context.actor)
  return context.transact(async (tx) => {
    const credential = await lockKey(context, tx, value)
    await tx.credentials.delete(credential.tenantId, credential.id)
    return { result: null, events: [credentialEvent('credential.revoked', credential)] }
  })
}

async function lockKey({ actor, fingerprint }: VerbContext, tx: Tx, value: string): Promise<Credential> {
  const credential = await tx.credentials.lockByFingerprint(actor.tenantId, fingerprint(value))
  if (credential?.kind !== 'key' || credential.dialect !== actor.dialect) throw noSuchKey()
  if (credential.id === actor.credentialId) throw new DirectoryError('own_credential')
  return credential
}

/** One that can't be shown any more, since its sealing key is gone, still works; it is left out. */
function readingOf({ sealer }: VerbContext, credential: Credential): KeyReading[] {
  const value = credential.sealed === null ? null : sealer.open(credential.sealed)
  return value === null ? [] : [{ credential, value }]
}

/** Keys open everything, and whoever sees users' tokens can act as anybody: only who may do everything keeps either. */
export function requireKeeper(actor: Actor): void {
  authorize(actor, 'tokens.issue')
  authorize(actor, 'roles.assign-admin')
}

function validateKey({ name, scope }: { name?: string; scope?: KeyScope }): void {
  requireStorable(name, 'name')
  requireLength('name', name, 1, 100)
  if (scope !== undefined && !keyScopes.includes(scope)) {
    throw new DirectoryError('invalid_input', { field: 'scope', reason: `must be one of ${keyScopes.join(', ')}` })
  }
}

const noSuchKey = () => new DirectoryError('not_found', { field: 'key', reason: 'No key has this value.' })
