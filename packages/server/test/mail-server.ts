import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** A mail server on this machine that takes mail, or refuses it, as it is told. */
export async function startMailServer(scope: { after(cleanUp: () => Promise<void>): void }) {
  const taken: string[] = []
  let refusing = false
  let arrived = Promise.withResolvers<string>()
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: (_address, _session, done) => done(refusing ? new Error('mailbox is full') : null),
    onData: (stream, _session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const message = Buffer.concat(chunks).toString()
        taken.push(message)
        arrived.resolve(message)
        arrived = Promise.withResolvers()
        done()
      })
    },
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  scope.after(() => new Promise((resolve) => server.close(() => resolve())))
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    /** Messages as they came, oldest first. */
    taken: taken as readonly string[],
    /** The message that comes next. */
    next: (): Promise<string> => arrived.promise,
    refuse: (now: boolean) => {
      refusing = now
    },
  }
}

/** The password that a welcome tells. */
export function passwordIn(message: string | undefined): string {
  const [, password] = /^ +Password: (\S+)\r?$/m.exec(message ?? '') ?? []
  if (password === undefined) throw new Error(`No password in ${message}`)
  return password
}
