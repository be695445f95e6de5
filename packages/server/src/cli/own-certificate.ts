import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { dirname } from 'node:path'
import { readIfThere } from './secret.ts'

/** A certificate, those that link it to its root after it, and its private key; both in PEM. */
export interface PemPair {
  readonly cert: string
  readonly key: string
}

/** Days before its end from which a new one is made. */
const renewal = 30
const day = 86_400_000

/**
 * The certificate in `path`, with its key in a file that only its owner can read. A new one takes its place when there
 * is none that can be used, when it ends within 30 days, or when it lacks one of the names.
 */
export async function selfSignedIn(path: string, names: readonly string[], now: Date): Promise<PemPair> {
  const found = await readIfThere(path)
  if (found !== null && serves(found, names, now)) return { cert: found, key: found }
  // Loaded only to make one: it takes a tenth of a second.
  const { selfSigned } = await import('./self-signed.ts')
  const { cert, key } = selfSigned(names, now)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${process.pid}`
  await writeFile(draft, key + cert, { mode: 0o600, flush: true })
  await rename(draft, path)
  return { cert, key }
}

function serves(pem: string, names: readonly string[], now: Date): boolean {
  try {
    const certificate = new X509Certificate(pem)
    const { validFromDate, validToDate } = certificate
    return (
      certificate.checkPrivateKey(createPrivateKey(pem)) &&
      validFromDate <= now &&
      validToDate.getTime() - now.getTime() > renewal * day &&
      names.every((name) => isFor(certificate, name))
    )
  } catch {
    // It is no certificate, or no key: cut short, or not ours.
    return false
  }
}

const isFor = (certificate: X509Certificate, name: string): boolean =>
  (isIP(name) === 0 ? certificate.checkHost(name.replace(/^\*/, 'any')) : certificate.checkIP(name)) !== undefined
