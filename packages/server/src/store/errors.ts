import pg from 'pg'
import { DirectoryError } from '../core/index.ts'

/** PostgreSQL's words for what the store reacts to. */
const uniqueViolation = '23505'
const foreignKeyViolation = '23503'
const serializationFailure = '40001'
const deadlockDetected = '40P01'
const queryCanceled = '57014'
const tooManyConnections = '53300'
const invalidPattern = '2201B'

/** The core field that each named constraint guards. */
const fieldOfConstraint: Readonly<Record<string, string>> = {
  users_pkey: 'id',
  access_roles_pkey: 'id',
  job_titles_pkey: 'id',
  users_uid_key: 'uid',
  users_email_key: 'email',
  users_username_key: 'username',
  tenants_app_id_key: 'appId',
  access_roles_code_key: 'code',
  job_titles_code_key: 'code',
  credentials_personal_name: 'name',
  credentials_key_name: 'name',
  webhook_subscriptions_code_key: 'code',
  user_relations_other_fkey: 'hierarchy',
}

/** Whether another try of the whole transaction may well succeed. */
export const mayRetry = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && (error.code === serializationFailure || error.code === deadlockDetected)

/** What a socket says when nobody is at its other end. */
const socketCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
])
/** What the driver says of a connection that ended, in words only. */
const driverWords = /connection terminated|not queryable|connection ended|timeout expired|after calling end/i

/** What the pool says of one who has waited for a place in vain; that is no broken connection. */
const noPlace = /timeout exceeded when trying to connect/i

/** Whether the connection broke or the server went away (class 08 and 57P), so that a new connection may serve. */
export function isConnectionError(error: unknown): boolean {
  if (error instanceof DirectoryError || !(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (error instanceof pg.DatabaseError)
    return code.startsWith('08') || code.startsWith('57P') || code === tooManyConnections
  return socketCodes.has(code) || driverWords.test(error.message)
}

/** What an error of the database means to the directory; anything else is given back as it is. */
export function translated(error: unknown): unknown {
  if (error instanceof DirectoryError) return error
  if (error instanceof pg.DatabaseError) {
    const field = fieldOfConstraint[error.constraint ?? '']
    if (error.code === uniqueViolation && field !== undefined) return new DirectoryError('value_taken', { field })
    if (error.code === foreignKeyViolation && field !== undefined) {
      return new DirectoryError('unknown_reference', { field, reason: 'No user has one of these ids.' })
    }
    if (error.code === invalidPattern) return new DirectoryError('invalid_pattern', {}, { cause: error })
    if (error.code === queryCanceled) return new DirectoryError('overloaded', {}, { cause: error })
  }
  if (error instanceof Error && noPlace.test(error.message))
    return new DirectoryError('overloaded', {}, { cause: error })
  return isConnectionError(error) ? new DirectoryError('unavailable', {}, { cause: error }) : error
}
