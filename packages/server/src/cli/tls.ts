import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { Server } from 'node:https'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Config } from '../config.ts'
import { secureServer } from '../http/secure-server.ts'
import { baseUrl, listen, portOf } from './listen.ts'
import type { PemPair } from './own-certificate.ts'
import { type TlsSource, tlsSource } from './tls-source.ts'

/** How often the end of a self-signed certificate is looked at, in milliseconds. */
const lookInterval = 12 * 3_600_000

/** HTTPS beside the plain server. */
export interface Tls {
  readonly server: Server
  /** To be called when the application is ready. Throws `CommandError` where the port can not be had. */
  readonly listen: () => Promise<SecurePlace>
  /** Reads the files again; `null` for a self-signed certificate, which has none to read. */
  readonly reload: (() => void) | null
}

export interface SecurePlace {
  readonly url: string
  /** Of a self-signed certificate, SHA-256, as in `AB:CD:…`; else `null`. */
  readonly fingerprint: string | null
}

/** Refuses files that can not be served with, before anything is started for nothing. Throws `CommandError`. */
export async function checkTlsFiles(config: Config): Promise<void> {
  const source = tlsSource(config)
  if (source?.kind === 'files') await source.read()
}

/** `null` where HTTPS is not asked for. `app` must not be ready yet; its end is the end of this too. */
export async function openTls(app: FastifyInstance, config: Config, log: FastifyBaseLogger): Promise<Tls | null> {
  const source = tlsSource(config)
  if (source === null) return null
  const first = await source.read()
  warnOfTime(first, log)
  const server = secureServer(app, first)
  const renew = keepCurrent(server, source, first, log)
  return {
    server,
    reload: source.kind === 'files' ? renew : null,
    listen: async () => {
      await listen(
        { listen: (to) => listening(server, to) },
        { host: config.host, port: config.tlsPort },
        'ROLLCALL_TLS_PORT',
      )
      const own = source.kind === 'self-signed'
      return {
        url: baseUrl(config.host, portOf(server), 'https'),
        fingerprint: own ? new X509Certificate(first.cert).fingerprint256 : null,
      }
    },
  }
}

async function listening(server: Server, to: { host: string; port: number }): Promise<void> {
  server.listen(to)
  await once(server, 'listening')
}

/** Gives what reads the source again; a self-signed certificate is remade in time. Where that fails the one before stays. */
function keepCurrent(server: Server, source: TlsSource, first: PemPair, log: FastifyBaseLogger): () => void {
  let current = new X509Certificate(first.cert).fingerprint256
  const renew = async () => {
    try {
      const next = await source.read()
      const { fingerprint256, validTo } = new X509Certificate(next.cert)
      if (fingerprint256 === current && source.kind === 'self-signed') return
      server.setSecureContext(next)
      current = fingerprint256
      log.info(`HTTPS goes on with the certificate ${fingerprint256}, valid to ${validTo}`)
      warnOfTime(next, log)
    } catch (error) {
      log.error({ err: error }, 'the TLS certificate can not be renewed; the one before stays')
    }
  }
  // One after the other, so that the last signal's files are those that stay.
  let last = Promise.resolve()
  const renewNext = () => {
    last = last.then(renew)
  }
  if (source.kind === 'self-signed') setInterval(renewNext, lookInterval).unref()
  return renewNext
}

/** It is served with all the same: an old certificate is the clients' to refuse. */
function warnOfTime({ cert }: PemPair, log: FastifyBaseLogger): void {
  const { validFromDate, validToDate, validFrom, validTo } = new X509Certificate(cert)
  const now = new Date()
  if (now < validFromDate || now > validToDate) {
    log.warn(`the TLS certificate is valid from ${validFrom} to ${validTo} only: clients refuse it`)
  }
}
