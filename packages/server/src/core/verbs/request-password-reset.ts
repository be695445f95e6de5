import { DirectoryError } from '../errors.ts'
import { settingsOf } from '../tenant-settings.ts'
import type { Verb } from '../verb.ts'
import { catalogueOf } from './get-user.ts'

/**
 * Asks for a way in where the password was forgotten. Says nothing about whether somebody has the address, and sends nothing:
 * an administrator sets a new password. Throws `switched_off`.
 */
export const requestPasswordReset: Verb<{ email: string }, null> = async (context) => {
  const { tenant } = await catalogueOf(context)
  if (!settingsOf(tenant).passwordReset) throw new DirectoryError('switched_off', { field: 'passwordReset' })
  return null
}
