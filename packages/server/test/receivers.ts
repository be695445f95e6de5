import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

type Scope = { after(cleanUp: () => Promise<void>): void }

export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly body: unknown
}

export type Answering = (received: Received, reply: ServerResponse, request: IncomingMessage) => void

export interface Receiver {
  readonly url: string
  readonly port: number
  /** In the order of their arrival. */
  readonly received: Received[]
  /** From now on. */
  answer(answering: Answering): void
}

const accept: Answering = (_received, reply) => reply.writeHead(200).end('ok')

/** A real HTTP server that remembers what it is sent; ended with the test, whatever is still open. */
export async function startReceiver(scope: Scope, first: Answering = accept): Promise<Receiver> {
  const received: Received[] = []
  let answering = first
  const server = createServer(async (request, reply) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    const one = { path: request.url ?? '', headers: request.headers, text, body: parsed(text) }
    received.push(one)
    answering(one, reply, request)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  scope.after(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const port = portOf(server.address())
  return {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    received,
    answer: (next) => {
      answering = next
    },
  }
}

const portOf = (address: AddressInfo | string | null): number =>
  typeof address === 'object' && address !== null ? address.port : 0

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What arrived, as the library reads it; throws unless it was signed with the secret lately. */
export function verified({ text, headers }: Received, secret: string): unknown {
  const signed = Object.fromEntries(
    ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [name, String(headers[name])]),
  )
  return new Webhook(secret).verify(text, signed)
}
