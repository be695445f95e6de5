import { DirectoryError } from '../errors.ts'
import { settingsOf } from '../tenant-settings.ts'
import type { NewUser } from '../user.ts'
import type { Verb } from '../verb.ts'
import { addUser } from './create-user.ts'
import { catalogueOf, type UserReading } from './get-user.ts'

/** What a stranger says of itself. */
export type RegisterUser = Required<Pick<NewUser, 'username' | 'email' | 'name' | 'password'>> &
  Pick<NewUser, 'customFields' | 'registrationReason'>

/** Creates a user who asked for it itself, with the tenant's default roles. Throws `switched_off` where nobody may. */
export const registerUser: Verb<RegisterUser, UserReading> = async (context, input) => {
  const { tenant } = await catalogueOf(context)
  if (!(settingsOf(tenant).registration ?? context.openRegistration)) {
    throw new DirectoryError('switched_off', { field: 'registration' })
  }
  return addUser(context, input)
}
