import type { Actor, CreateUser, UpdateUser } from '../../core/index.ts'
import { RocketChatRefusal } from './errors.ts'
import type { CreateUserBody, UpdateUserBody } from './schemas-changes.ts'

/** users.create's body in the directory's words; throws a refusal for what must not be blank. */
export function parseNewUser(body: CreateUserBody): CreateUser {
  const { name, username, email, password, active, bio, nickname, statusText, roles, verified, customFields } = body
  requireNameCharacters(name)
  for (const [field, value] of Object.entries({ Name: name, Username: username })) requireText(field, value)
  const { setRandomPassword = false, sendWelcomeEmail = false } = body
  if (!setRandomPassword) requireText('Password', password)
  return {
    name,
    username,
    email,
    ...passwordOf({ password, setRandomPassword, sendWelcomeEmail }),
    ...(active !== undefined && { active }),
    ...removableTexts({ bio, nickname, statusText }),
    ...(roles !== undefined && { roleCodes: roles }),
    ...(verified !== undefined && { emailVerified: verified }),
    ...(customFields !== undefined && { customFields }),
    requirePasswordChange: setRandomPassword || body.requirePasswordChange === true,
  }
}

/** Whoever is mailed a password gets that one. */
function passwordOf({
  password,
  setRandomPassword,
  sendWelcomeEmail,
}: Record<'setRandomPassword' | 'sendWelcomeEmail', boolean> & { password: string }) {
  if (!setRandomPassword) return { password }
  return sendWelcomeEmail ? { welcome: true } : { randomPassword: true }
}

/**
 * users.update's body in the directory's words. `null` says nothing, but of a text that may be missing, which it removes. A
 * password without the right to set others' is passed over, as the platform does: one's own takes the present one, in
 * users.updateOwnBasicInfo.
 */
export function parseUpdate({ userId, data }: UpdateUserBody, actor: Actor): UpdateUser {
  const { name, username, email, active, roles, verified, customFields, status, requirePasswordChange } = data
  if (verified === true && userId === actor.userId) throw new RocketChatRefusal('verifying_oneself_not_allowed')
  if (isSet(name)) requireName(name)
  const setsPassword = actor.capabilities.has('users.set-password')
  const setRandomPassword = setsPassword && data.setRandomPassword === true
  const requires = setRandomPassword || requirePasswordChange
  return {
    userId,
    ...(isSet(status) && { status }),
    ...(setRandomPassword && { randomPassword: true }),
    changes: {
      ...(isSet(name) && { name }),
      ...(isSet(username) && { username }),
      ...(isSet(email) && { email }),
      ...(setsPassword && data.password?.trim() && { password: data.password }),
      ...removableTexts(data),
      ...(isSet(active) && { active }),
      ...(isSet(roles) && { roleCodes: roles }),
      ...(isSet(verified) && { emailVerified: verified }),
      ...(isSet(customFields) && { customFields }),
      ...(isSet(requires) && { requirePasswordChange: requires }),
      ...(requires === false && { requirePasswordChangeReason: null }),
    },
  }
}

/** Whether something was said at all. */
export const isSet = <T>(value: T | null | undefined): value is T => value !== undefined && value !== null

type RemovableTexts = { readonly [F in 'bio' | 'nickname' | 'statusText']?: string | null | undefined }

/** What empty texts and `null` remove. */
export const removableTexts = ({ bio, nickname, statusText }: RemovableTexts) => ({
  ...(bio !== undefined && { bio: bio?.trim() ? bio : null }),
  ...(nickname !== undefined && { nickname: nickname?.trim() ? nickname : null }),
  ...(statusText !== undefined && { statusText: statusText?.trim() ? statusText : null }),
})

/** Throws for a name that is blank, or has such characters. */
export function requireName(name: string): void {
  requireNameCharacters(name)
  requireText('Name', name)
}

function requireText(field: string, value: string): void {
  if (value.trim() === '') throw new RocketChatRefusal('field_required', { field })
}

const suspicious = /[<>\\/]/

/** Throws for characters that the platform's own pages could take for something else. */
export function requireNameCharacters(name: string): void {
  if (suspicious.test(name) || suspicious.test(decoded(name))) throw new RocketChatRefusal('invalid_name')
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
