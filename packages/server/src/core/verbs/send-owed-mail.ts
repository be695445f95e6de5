import type { Verb } from '../verb.ts'
import { sendWelcome, type WelcomeOutcome } from './send-welcome.ts'

/** Tries the actor's tenant's mail that is due again, one after the other. Gives what became of each. */
export const sendOwedMail: Verb<null, { userId: string; outcome: WelcomeOutcome }[]> = async (context) => {
  const tried = []
  for (const { userId } of await context.reads.mailsDue(context.actor.tenantId, context.clock())) {
    tried.push({ userId, outcome: await sendWelcome(context, { userId }) })
  }
  return tried
}
