/**
 * Preloaded (`node --import`) into a client that is not to be changed: what it sends to https://www.cotalker.com goes to
 * the server of `SAMPLES_SERVER` instead. Everything else goes where it was sent.
 */
import https from 'node:https'
import { syncBuiltinESMExports } from 'node:module'
import net from 'node:net'
import tls from 'node:tls'

const server = new URL(process.env.SAMPLES_SERVER ?? 'http://127.0.0.1:3000')

function connectToServer() {
  const secure = server.protocol === 'https:'
  const address = { host: server.hostname, port: Number(server.port) || (secure ? 443 : 80) }
  return secure ? tls.connect({ ...address, servername: server.hostname }) : net.connect(address)
}

class RedirectingAgent extends https.Agent {
  override createConnection(...[options, callback]: Parameters<https.Agent['createConnection']>) {
    return options.host === 'www.cotalker.com' ? connectToServer() : super.createConnection(options, callback)
  }
}

https.globalAgent = new RedirectingAgent()
syncBuiltinESMExports()
