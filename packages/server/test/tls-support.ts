import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type Agent, request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { TLSSocket } from 'node:tls'
import type { PemPair } from '../src/cli/own-certificate.ts'
import { selfSigned } from '../src/cli/self-signed.ts'

/** A certificate for this machine alone, with its key. */
export const localPair = (now = new Date()): PemPair => selfSigned(['localhost', '127.0.0.1', '::1'], now)

/** Paths in a folder that goes with the test, and what writes a pair to them. */
export function pemFiles(t: TestContext): { cert: string; key: string; write(pair: Partial<PemPair>): void } {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-tls-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  return {
    cert,
    key,
    write: (pair) => {
      if (pair.cert !== undefined) writeFileSync(cert, pair.cert)
      if (pair.key !== undefined) writeFileSync(key, pair.key)
    },
  }
}

export interface SecureReply {
  readonly status: number | undefined
  readonly headers: NodeJS.Dict<string | string[]>
  readonly text: string
  /** SHA-256 of the certificate that the connection began with. */
  readonly fingerprint: string
}

export interface SecureCall {
  readonly headers?: Record<string, string>
  readonly agent?: Agent
  /** What is trusted, in PEM; anything when absent. */
  readonly ca?: string
  readonly servername?: string
}

/** GET over HTTPS. */
export async function secureGet(
  url: string,
  { headers, agent, ca, servername }: SecureCall = {},
): Promise<SecureReply> {
  const sent = request(url, {
    rejectUnauthorized: ca !== undefined,
    ...(headers !== undefined && { headers }),
    ...(agent !== undefined && { agent }),
    ...(ca !== undefined && { ca }),
    ...(servername !== undefined && { servername }),
  })
  sent.end()
  const [reply] = await once(sent, 'response')
  const { socket } = sent
  if (!(socket instanceof TLSSocket)) throw new Error('not over TLS')
  const { fingerprint256 } = socket.getPeerCertificate()
  let text = ''
  for await (const chunk of reply) text += String(chunk)
  return { status: reply.statusCode, headers: reply.headers, text, fingerprint: fingerprint256 }
}
