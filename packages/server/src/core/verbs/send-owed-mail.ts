import type { Verb } from '../verb.ts'
import { sendWelcome } from './send-welcome.ts'

/** Tries the actor's tenant's mail that is due again, one after the other. Gives how many were tried. */
export const sendOwedMail: Verb<null, number> = async (context) => {
  const due = await context.reads.mailsDue(context.actor.tenantId, context.clock())
  for (const { userId } of due) await sendWelcome(context, { userId })
  return due.length
}
