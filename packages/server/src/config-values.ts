import { isIP } from 'node:net'
import path from 'node:path'

/** Parsers of environment values. Each throws a `BadValue` that says what the value must be, never what it was. */
export class BadValue extends Error {}

const matching =
  (pattern: RegExp, wanted: string) =>
  (text: string): string => {
    if (!pattern.test(text)) throw new BadValue(wanted)
    return text
  }

export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port <= 65535)) throw new BadValue('must be a whole number from 0 to 65535')
  return port
}

export const parseHost = matching(/^[A-Za-z0-9.:_-]+$/, 'must be an address or a host name, without scheme or port')

/** Also libpq's form for a socket, `postgres://user@/database?host=/directory`: a user without a host is no URL elsewhere. */
export function parseDatabaseUrl(text: string): string {
  const socket = /^([^/]+:\/\/[^/]*@)(\/[^?]*\?(?:.*&)?host=.)/
  const url = URL.parse(text.replace(socket, '$1localhost$2'))
  if (url === null || !['postgres:', 'postgresql:'].includes(url.protocol)) {
    throw new BadValue('must look like postgres://user:password@host:5432/database')
  }
  return text
}

export function parseSmtpUrl(text: string): string {
  const url = URL.parse(text)
  if (url === null || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '') {
    throw new BadValue('must look like smtp://user:password@mail.example.com:587')
  }
  return text
}

/** Absolute, so that a later change of the working directory cannot move it. */
export const parseDirectory = (text: string): string => path.resolve(text)

/** Absolute too. */
export const parseFile = (text: string): string => path.resolve(text)

export const parseSecret = matching(/^.{32,}$/s, 'must have at least 32 characters')

/** A DNS label, because tenants are told apart by host name. */
export const parseLabel = matching(
  /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
  'must be 1 to 63 of a-z, 0-9 and "-", with no "-" at either end',
)

export const parseDomain = matching(
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
  'must be a domain in lower case, such as people.example.com, without scheme or port',
)

export const parseEmail = matching(
  /^(?=.{3,254}$)[^\s@<>"(),:;[\]\\]+@[^\s@<>"(),:;[\]\\]+$/,
  'must be an email address',
)

export const parseUsername = matching(
  /^[0-9a-zA-Z_.-]{1,100}$/,
  'must be 1 to 100 of letters, digits, "-", "_" and "."',
)

export const parsePassword = matching(/^.{8,256}$/s, 'must have 8 to 256 characters')

export const parseApiKey = matching(/^[A-Za-z0-9_-]{16,128}$/, 'must be 16 to 128 of letters, digits, "-" and "_"')

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

export function parseLogLevel(text: string): LogLevel {
  const level = logLevels.find((known) => known === text)
  if (level === undefined) throw new BadValue(`must be one of ${logLevels.join(', ')}`)
  return level
}

/** Comma-separated addresses and CIDR blocks; spaces around them do not count. */
export function parseAddresses(text: string): string[] {
  const entries = text.split(',').map((entry) => entry.trim())
  for (const entry of entries) {
    const [address = '', bits, ...rest] = entry.split('/')
    const longest = isIP(address) === 4 ? 32 : isIP(address) === 6 ? 128 : -1
    const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= longest)
    if (longest < 0 || !fits || rest.length > 0) {
      throw new BadValue('must be addresses or CIDR blocks such as 10.0.0.0/8, separated by commas')
    }
  }
  return entries
}

export const queryModes = ['on', 'ignore', 'reject'] as const

export function parseQueryMode(text: string): (typeof queryModes)[number] {
  const mode = queryModes.find((known) => known === text)
  if (mode === undefined) throw new BadValue(`must be one of ${queryModes.join(', ')}`)
  return mode
}

const authKeyReaches = ['users', 'tokens'] as const

export function parseAuthKeyReach(text: string): (typeof authKeyReaches)[number] {
  const reach = authKeyReaches.find((known) => known === text)
  if (reach === undefined) throw new BadValue(`must be one of ${authKeyReaches.join(', ')}`)
  return reach
}

export function parseTlsMode(text: string): 'self-signed' {
  if (text !== 'self-signed') throw new BadValue('must be self-signed')
  return text
}

const workerModes = ['on', 'off'] as const

export function parseWorkerMode(text: string): (typeof workerModes)[number] {
  const mode = workerModes.find((known) => known === text)
  if (mode === undefined) throw new BadValue(`must be one of ${workerModes.join(', ')}`)
  return mode
}

/** Comma-separated host names, addresses and CIDR blocks; names in lower case. */
export function parseTargets(text: string): string[] {
  const hostName = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*$/
  return text.split(',').flatMap((part) => {
    const entry = part.trim().toLowerCase()
    if (/^[0-9.]+(\/|$)|[:/]/.test(entry)) return parseAddresses(entry)
    if (hostName.test(entry)) return [entry]
    throw new BadValue('must be host names, addresses and CIDR blocks such as 10.0.0.0/8, separated by commas')
  })
}

/** In hours, up to a month. */
export function parseHours(text: string): number {
  const hours = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (hours < 1 || hours > 720) throw new BadValue('must be a whole number from 1 to 720')
  return hours
}
