import { createTransport } from 'nodemailer'
import type { Mailer } from '../core/index.ts'

/** In milliseconds: whoever waits for a reply waits for this. */
const patience = 5000

/** Mail by SMTP. `url`: `smtp://user:password@host:port`, or `smtps:`; `from`: the sender's address. */
export function smtpMailer(url: string, from: string): Mailer {
  const transport = createTransport(
    { url, connectionTimeout: patience, greetingTimeout: patience, socketTimeout: patience },
    { from },
  )
  return {
    send: async ({ to, subject, text }) => {
      await transport.sendMail({ to, subject, text })
    },
  }
}
