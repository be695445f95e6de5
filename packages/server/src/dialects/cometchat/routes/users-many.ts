import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { DirectoryError } from '../../../core/index.ts'
import type { DialectDeps } from '../../dialect.ts'
import { callerOf } from '../auth.ts'
import { type ErrorBody, errorBodyOf } from '../errors.ts'
import { dataText, rowName } from '../presenter.ts'
import { badRequest } from '../refusal.ts'
import { savedText } from '../relations.ts'
import {
  DeactivatedUsersReply,
  DeactivateUsersBody,
  ImportedUser,
  ImportedUsersReply,
  ImportUsersBody,
  ReactivatedUsersReply,
  ReactivateUsersBody,
} from '../schemas-users.ts'
import { createPerson } from '../user-writes.ts'
import { checkOf } from '../validation.ts'
import { operation, sendJson } from './operation.ts'

const access = { keys: 'full-access', tokens: false } as const
/** In bytes: fifty people with all that they may have. */
const largestImport = 1_048_576
/** In milliseconds: clocks differ, and so do time zones. */
const aDay = 86_400_000
const imported = checkOf<ImportedUser>(ImportedUser)

/** Calls on many users at once. */
export const usersManyRoutes: FastifyPluginAsyncTypebox<DialectDeps> = async (app, deps) => {
  const { directory } = deps

  /**
   * Makes each of these users active or not; gives those that were changed, those that were so, the texts that name nobody,
   * and what kept the others as they are.
   */
  async function setActive(request: FastifyRequest, sent: readonly string[], active: boolean) {
    const { actor } = callerOf(request)
    const told: Record<'changed' | 'unchanged' | 'notFound', string[]> = { changed: [], unchanged: [], notFound: [] }
    const failed = new Map<string, { success: false; error: ErrorBody }>()
    const named = new Set<string>()
    for (const uid of sent) {
      if (named.has(uid.toLowerCase())) continue
      named.add(uid.toLowerCase())
      const user = await directory.recogniseUser(actor, { key: { uid }, right: 'users.set-active' })
      if (user === null) told.notFound.push(uid)
      else if (user.active === active) told.unchanged.push(user.uid)
      else {
        const change = active ? directory.reactivateUser : directory.deactivateUser
        try {
          await change(actor, { userId: user.id })
          told.changed.push(user.uid)
        } catch (error) {
          // Who was erased meanwhile is nobody.
          if (error instanceof DirectoryError && error.code === 'not_found') told.notFound.push(uid)
          else failed.set(rowName(user.uid), { success: false, error: errorBodyOf(error, request) })
        }
      }
    }
    return { ...told, failed: Object.fromEntries(failed) }
  }

  app.delete(
    '/users',
    operation(deps, {
      operationId: 'deactivateUsers',
      summary: 'Deactivate users',
      access,
      body: DeactivateUsersBody,
      reply: { 200: DeactivatedUsersReply },
    }),
    async (request) => {
      const { changed, unchanged, notFound, failed } = await setActive(request, request.body.uidsToDeactivate, false)
      const data = {
        ...(changed.length > 0 && { deactivatedUids: changed }),
        ...(unchanged.length > 0 && { alreadyDeactivatedUids: unchanged }),
        ...(notFound.length > 0 && { notFound }),
        ...(Object.keys(failed).length > 0 && { failed }),
      }
      return { data }
    },
  )

  app.put(
    '/users',
    operation(deps, {
      operationId: 'reactivateUsers',
      summary: 'Reactivate users',
      access,
      body: ReactivateUsersBody,
      reply: { 200: ReactivatedUsersReply },
    }),
    async (request) => {
      const { changed, unchanged, notFound, failed } = await setActive(request, request.body.uidsToActivate, true)
      const data = {
        ...(changed.length > 0 && { reactivatedUids: changed }),
        ...(unchanged.length > 0 && { nonDeactivatedUids: unchanged }),
        ...(notFound.length > 0 && { notFound }),
        ...(Object.keys(failed).length > 0 && { failed }),
      }
      return { data }
    },
  )

  app.post(
    '/data_import/users',
    operation(deps, {
      operationId: 'importUsers',
      summary: 'Create up to fifty users',
      description: 'Each row by itself: one that fails leaves the others as they are.',
      access,
      body: ImportUsersBody,
      reply: { 200: ImportedUsersReply },
      bodyLimit: largestImport,
    }),
    async (request, reply) => {
      const rows: string[] = []
      for (const [key, row] of Object.entries(request.body.users)) {
        rows.push(`${JSON.stringify(rowName(key))}:${await importRow(request, key, row)}`)
      }
      return sendJson(reply, dataText(`{${rows.join(',')}}`))
    },
  )

  async function importRow(request: FastifyRequest, key: string, row: unknown): Promise<string> {
    const { actor } = callerOf(request)
    try {
      if (typeof row !== 'object' || row === null || Array.isArray(row)) {
        throw badRequest({ [rowName(key)]: [`The row ${key} must be an object.`] })
      }
      const { createdAt, lastActiveAt, ...person } = imported(row)
      if (person.uid.toLowerCase() !== key.toLowerCase()) {
        throw badRequest({ uid: ['The uid must be the one that the row stands under.'] })
      }
      const [began, seen] = [dateOf(createdAt), dateOf(lastActiveAt)]
      if (began !== null && began.getTime() > Date.now() + aDay) {
        throw badRequest({ createdAt: ['The createdAt must not lie in the future.'] })
      }
      const asOf = { ...(began !== null && { createdAt: began }), ...(seen !== null && { lastSeenAt: seen }) }
      const made = await createPerson(directory, actor, person, asOf)
      return `{"success":true,"data":${await savedText(directory, callerOf(request), made)}}`
    } catch (error) {
      return JSON.stringify({ success: false, error: errorBodyOf(error, request) })
    }
  }
}

/** `null` for none: also for zero. */
const dateOf = (second: number | string | undefined): Date | null =>
  second === undefined || Number(second) === 0 ? null : new Date(Number(second) * 1000)
