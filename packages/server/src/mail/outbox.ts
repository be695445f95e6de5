import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Mailer } from '../core/index.ts'

/**
 * Where no mail server is configured: every message becomes a file of a folder that only its owner can read, since it may
 * hold a password. `written` is told the file.
 */
export function outboxMailer(folder: string, written: (file: string) => void): Mailer {
  let count = 0
  return {
    send: async ({ to, subject, text }) => {
      count += 1
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const file = join(folder, `${new Date().toISOString().replaceAll(':', '-')}-${process.pid}-${count}.eml`)
      await writeFile(file, `To: ${to}\nSubject: ${subject}\nContent-Type: text/plain; charset=utf-8\n\n${text}\n`, {
        mode: 0o600,
        flag: 'wx',
      })
      written(file)
    },
  }
}
