import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import type { Mailer } from '../core/index.ts'

/**
 * Where no mail server is configured: every message becomes a file, as it would have been sent, of a folder that only its
 * owner can read, since it may hold a password. `written` is told the file.
 */
export function outboxMailer(folder: string, from: string, written: (file: string) => void): Mailer {
  const transport = createTransport({ streamTransport: true, buffer: true }, { from })
  let count = 0
  return {
    send: async ({ to, subject, text }) => {
      count += 1
      const { message } = await transport.sendMail({ to, subject, text })
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const file = join(folder, `${new Date().toISOString().replaceAll(':', '-')}-${process.pid}-${count}.eml`)
      await writeFile(file, message, { mode: 0o600, flag: 'wx' })
      written(file)
    },
  }
}
