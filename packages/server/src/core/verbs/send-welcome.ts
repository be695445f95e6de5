import { masked, userEvent } from '../events.ts'
import type { OwedMail } from '../ports.ts'
import type { User } from '../user.ts'
import type { Verb } from '../verb.ts'
import { catalogueOf } from './get-user.ts'

/**
 * `sent`: the mail server took it. `waiting`: it will be tried again. `given-up`: that was the last try. `settled`: nothing
 * is owed (any more), or another server is at it.
 */
export type WelcomeOutcome = 'sent' | 'waiting' | 'given-up' | 'settled'

/** After so many tries it is given up. */
const mostTries = 12
const minute = 60_000
/** A try whose process died is repeated after this, in milliseconds. */
const lease = 5 * minute

/**
 * Tries to mail a new user its password. Each try makes a password of its own, so that none is ever stored in the clear;
 * only the last one is valid. No right is asked for: it does what a creation has decided. A mail server that refuses delays
 * it, up to a day in all. Whoever was deactivated meanwhile is owed nothing any more.
 */
export const sendWelcome: Verb<{ userId: string }, WelcomeOutcome> = async (context, { userId }) => {
  const { actor, passwords, mailer, transact } = context
  const { tenant } = await catalogueOf(context)
  const password = passwords.make(tenant.passwordRules)
  const hash = await passwords.hash(password)

  const claimed = await transact<{ user: User; owed: OwedMail } | null>(async (tx, now) => {
    const owed = await tx.mails.claim(actor.tenantId, userId, now, new Date(now.getTime() + lease))
    if (owed === null) return { result: null, events: [] }
    const [before] = await tx.users.lock(actor.tenantId, [userId])
    if (before?.active !== true) {
      await tx.mails.settle(actor.tenantId, userId)
      return { result: null, events: [] }
    }
    const after: User = { ...before, passwordModifiedAt: now, revision: before.revision + 1 }
    await tx.users.update(actor.tenantId, before, after)
    await tx.users.setPasswordHash(actor.tenantId, userId, hash)
    const secrets = { password: { before: masked, after: masked } }
    return { result: { user: after, owed }, events: [userEvent('user.updated', before, after, secrets)] }
  })
  if (claimed === null) return 'settled'

  const { user, owed } = claimed
  try {
    await mailer.send({
      to: user.email,
      subject: `Your account at ${tenant.name}`,
      text: welcomeText(user, tenant.name, password),
    })
  } catch (error) {
    const wait = Math.min(2 ** owed.attempts, 240) * minute
    const reason = error instanceof Error ? error.message : 'unknown'
    return transact(async (tx, now) => {
      if (owed.attempts >= mostTries) {
        await tx.mails.settle(actor.tenantId, userId)
        return { result: 'given-up', events: [] }
      }
      await tx.mails.delay(actor.tenantId, userId, new Date(now.getTime() + wait), reason.slice(0, 500))
      return { result: 'waiting', events: [] }
    })
  }
  return transact(async (tx) => {
    await tx.mails.settle(actor.tenantId, userId)
    return { result: 'sent', events: [] }
  })
}

const welcomeText = (
  { email, shownName }: User,
  company: string,
  password: string,
): string => `Hello ${shownName || email},

an account was made for you at ${company}.

  Login:    ${email}
  Password: ${password}

Please change the password when you log in for the first time.`
