import type { FastifyRequest } from 'fastify'
import { type Directory, DirectoryError } from '../../core/index.ts'

/** How tenants are told apart by host name. */
export interface HostNames {
  /** Tenants are labels under it; `null` when there are no such names. In lower case. */
  readonly domain: string | null
  /** The tenant of every host that names none. */
  readonly defaultAppId: string
}

/** Clients of some platforms put a service and a region between the app and the domain. */
const service = /\.api(client)?-[a-z0-9]+$/

/**
 * The tenant's app id that a host names: its label under the domain, as in `acme.<domain>` and `acme.api-us.<domain>`; `null` for
 * any other host.
 */
export function appIdOfHost(host: string, { domain }: HostNames): string | null {
  if (domain === null) return null
  // A trailing dot names the same host.
  const name = host.toLowerCase().replace(/\.$/, '')
  return name.endsWith(`.${domain}`) ? name.slice(0, -domain.length - 1).replace(service, '') : null
}

/** The tenant that a request without a credential means. Throws `unknown_tenant` for a label that no tenant has. */
export async function tenantIdOf(request: FastifyRequest, hostNames: HostNames, directory: Directory): Promise<string> {
  const appId = appIdOfHost(request.hostname, hostNames) ?? hostNames.defaultAppId
  const tenant = await directory.tenantByAppId(appId)
  if (tenant === null) throw new DirectoryError('unknown_tenant')
  return tenant.id
}
