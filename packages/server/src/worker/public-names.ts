import { Resolver } from 'node:dns/promises'
import type { Address, Resolve } from './safe-target.ts'

/** In milliseconds, for each of two tries. */
const patience = 2000

/**
 * Resolves host names by asking DNS servers directly. Node's usual way waits in the same few threads that hash passwords:
 * a name whose server answers slowly would hold up everybody's logins.
 */
export function publicNames(): Resolve {
  const resolver = new Resolver({ timeout: patience, tries: 2 })
  return async (host) => {
    const [four, six] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
    const found: Address[] = []
    if (four.status === 'fulfilled') for (const address of four.value) found.push({ address, family: 4 })
    if (six.status === 'fulfilled') for (const address of six.value) found.push({ address, family: 6 })
    if (found.length === 0 && four.status === 'rejected') throw four.reason
    return found
  }
}
