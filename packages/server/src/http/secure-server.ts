import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** How long a client may take to agree on a key, in milliseconds. */
const handshakeTimeout = 10_000

/**
 * A second server that answers with the same application, over TLS: with the limits of its plain one, unreadable
 * requests included, and closed together with it. To be made before the application is ready, and to listen after it.
 *
 * Renew the certificate with `setSecureContext`: connections that are open keep the one they began with.
 */
export function secureServer(app: FastifyInstance, certificate: { cert: string; key: string }): Server {
  const plain = app.server
  const secure = createServer({ ...certificate, handshakeTimeout }, (request, response) =>
    app.routing(request, response),
  )
  secure.keepAliveTimeout = plain.keepAliveTimeout
  secure.headersTimeout = plain.headersTimeout
  secure.requestTimeout = plain.requestTimeout
  secure.timeout = plain.timeout
  secure.maxHeadersCount = plain.maxHeadersCount
  secure.maxRequestsPerSocket = plain.maxRequestsPerSocket
  secure.on('clientError', (error, socket) => plain.emit('clientError', error, socket))

  const endHandshakes = handshakesOf(secure)
  let closed: Promise<unknown> = Promise.resolve()
  app.addHook('preClose', (done) => {
    if (secure.listening) closed = once(secure, 'close')
    secure.close()
    endHandshakes()
    done()
  })
  app.addHook('onClose', async () => {
    await closed
  })
  return secure
}

/** Gives what ends the connections that have no key yet: `close` waits for them, and nobody else counts them. */
function handshakesOf(server: Server): () => void {
  const open = new Map<string, Socket>()
  const nameOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`
  server.on('connection', (socket) => {
    const name = nameOf(socket)
    open.set(name, socket)
    socket.once('close', () => {
      if (open.get(name) === socket) open.delete(name)
    })
  })
  server.on('secureConnection', (socket) => open.delete(nameOf(socket)))
  return () => {
    for (const socket of open.values()) socket.destroy()
  }
}
