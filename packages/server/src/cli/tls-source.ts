import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import type { Config } from '../config.ts'
import { CommandError } from './command.ts'
import { type PemPair, selfSignedIn } from './own-certificate.ts'

/** Where the certificate comes from. */
export interface TlsSource {
  readonly kind: 'files' | 'self-signed'
  /** What to serve with now. Throws `CommandError`, with what to do, where there is nothing that can be served with. */
  readonly read: () => Promise<PemPair>
}

/** `null` where HTTPS is not asked for. */
export function tlsSource(config: Config): TlsSource | null {
  const { tls, tlsCert, tlsKey } = config
  if (tls === 'self-signed') return { kind: 'self-signed', read: () => ownPair(config) }
  if (tlsCert === null || tlsKey === null) return null
  return { kind: 'files', read: () => filePair(tlsCert, tlsKey) }
}

async function ownPair({ dataDir, host, domain }: Config): Promise<PemPair> {
  const path = join(dataDir, 'tls-self-signed.pem')
  try {
    return await selfSignedIn(path, ownNames(host, domain), new Date())
  } catch (error) {
    throw refusal(`The self-signed certificate ${path} can not be made (${reasonOf(error)}).`)
  }
}

/**
 * What apps' SDKs put between an app and the domain, as in `acme.api-us.<domain>`: a service and a region of the original.
 * A wildcard stands for one label only, so each needs one of its own.
 */
const services = ['us', 'eu', 'in'].flatMap((region) => [`api-${region}`, `apiclient-${region}`])

/** The names that clients may use for a server that listens at `host`. */
function ownNames(host: string, domain: string | null): string[] {
  const names = ['localhost', '127.0.0.1', '::1']
  if (host !== '0.0.0.0' && host !== '::') names.push(host)
  if (domain !== null)
    names.push(domain, ...[domain, ...services.map((service) => `${service}.${domain}`)].map((one) => `*.${one}`))
  return [...new Set(names)]
}

async function filePair(certFile: string, keyFile: string): Promise<PemPair> {
  const cert = await textOf('ROLLCALL_TLS_CERT', certFile)
  const key = await textOf('ROLLCALL_TLS_KEY', keyFile)
  if (!certificateIn(cert, certFile).checkPrivateKey(keyIn(key, keyFile))) {
    throw refusal(
      `ROLLCALL_TLS_KEY ${keyFile} is not the key of the first certificate in ROLLCALL_TLS_CERT ${certFile}. ` +
        "The server's own certificate comes first, those that link it to its root after it.",
    )
  }
  try {
    createSecureContext({ cert, key })
  } catch (error) {
    throw refusal(`ROLLCALL_TLS_CERT ${certFile} can not be served with (${reasonOf(error)}).`)
  }
  return { cert, key }
}

async function textOf(variable: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw refusal(`${variable} ${file} can not be read (${reasonOf(error)}).`)
  }
}

function certificateIn(text: string, file: string): X509Certificate {
  try {
    return new X509Certificate(text)
  } catch {
    throw refusal(
      `ROLLCALL_TLS_CERT ${file} holds no certificate in PEM form, which begins with -----BEGIN CERTIFICATE-----.`,
    )
  }
}

function keyIn(text: string, file: string): KeyObject {
  try {
    return createPrivateKey(text)
  } catch {
    throw refusal(
      text.includes('ENCRYPTED')
        ? `ROLLCALL_TLS_KEY ${file} is locked with a passphrase; write it without (openssl pkey -in ... -out ...).`
        : `ROLLCALL_TLS_KEY ${file} holds no private key in PEM form, which begins with -----BEGIN PRIVATE KEY-----.`,
    )
  }
}

/** A setting that can not be used. */
const refusal = (message: string) => new CommandError(message, 2)

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
