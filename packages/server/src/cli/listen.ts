import { isIP, type Server } from 'node:net'
import type { Config } from '../config.ts'
import { CommandError } from './command.ts'

/** Where people find a server that listens there. */
export function baseUrl(host: string, port: number, scheme: 'http' | 'https' = 'http'): string {
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host
  return `${scheme}://${name}:${port}`
}

/** Whether only programs on this machine reach a server that is set up like this: at a loopback address, behind no proxy. */
export const isPrivate = ({ host, trustedProxies }: Pick<Config, 'host' | 'trustedProxies'>): boolean =>
  trustedProxies === null && isLoopback(host)

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

/** Of a server that listens. */
export function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.')
  return address.port
}

type Place = { host: string; port: number }
type Listening = { listen: (to: Place) => Promise<unknown> }

/** Throws `CommandError` where the address can not be had; `variable` is the setting that holds the port. */
export async function listen(server: Listening, { host, port }: Place, variable = 'PORT'): Promise<void> {
  try {
    await server.listen({ host, port })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    if (code === 'EADDRINUSE')
      throw new CommandError(
        `Port ${port} of ${host} is in use. Set ${variable} to another one, or to 0 for any that is free.`,
      )
    if (code === 'EACCES')
      throw new CommandError(`Port ${port} needs more rights than this user has. Choose one above 1023.`)
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN')
      throw new CommandError(`HOST ${host} is no address of this machine.`)
    throw error
  }
}
