import type { RegisterUser, UpdateOwnAccount } from '../../core/index.ts'
import { isSet, removableTexts, requireName, requireNameCharacters } from './parse-changes.ts'
import type { RegisterBody, UpdateOwnBasicInfoBody } from './schemas-own-account.ts'

/** users.updateOwnBasicInfo's body in the directory's words; `null` says nothing, but of a text that may be missing. */
export function parseOwnChanges({ data, customFields }: UpdateOwnBasicInfoBody): UpdateOwnAccount {
  const { email, name, username, statusType, currentPassword, newPassword } = data
  if (isSet(name)) requireName(name)
  return {
    currentPassword: currentPassword || null,
    ...(isSet(statusType) && { status: statusType }),
    changes: {
      ...(isSet(email) && { email }),
      ...(isSet(name) && { name }),
      ...(isSet(username) && { username }),
      ...(newPassword?.trim() && { password: newPassword }),
      ...removableTexts(data),
      ...(isSet(customFields) && { customFields }),
    },
  }
}

/** users.register's body in the directory's words. */
export function parseRegistration({
  username,
  email,
  pass,
  name = '',
  reason,
  customFields,
}: RegisterBody): RegisterUser {
  requireNameCharacters(name)
  return {
    username,
    email,
    name,
    password: pass,
    ...(reason && { registrationReason: reason }),
    ...(customFields !== undefined && { customFields }),
  }
}
