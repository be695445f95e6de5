import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import type { DeliveryTargets } from '../core/index.ts'

export interface Address {
  readonly address: string
  readonly family: 4 | 6
}

/** The addresses of a host name, in the order in which they are to be tried. */
export type Resolve = (host: string) => Promise<Address[]>

export interface SafeTargetsOptions {
  /** Host names, addresses and CIDR blocks that may be reached although they are not public. */
  readonly allow: readonly string[]
  /** Of names that are not allowed by name. */
  readonly resolve: Resolve
  /** Of names that are: the operator may have written them into a file of this machine. */
  readonly resolveAllowed?: Resolve
}

/** A target that deliveries never go to. The message names the host alone. */
export class ForbiddenTarget extends Error {
  override readonly name = 'ForbiddenTarget'
}

/** IANA's special-purpose registry: what is not globally reachable, or leads elsewhere than it says. */
const special4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
]
/** Only 2000::/3 is global unicast; of that, what is special. IPv4 inside IPv6 (mapped, NAT64) is outside of it. */
const global6 = '2000::/3'
const special6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']
/** Names that no public DNS answers for. */
const localName = /(^|\.)(localhost|local|internal|intranet|lan|home\.arpa|localdomain)\.?$/i

const [public6, notPublic] = [listOf([global6]), listOf([...special4, ...special6])]

function listOf(blocks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const block of blocks) {
    const [address = '', bits] = block.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family)
  }
  return list
}

/** Whether anybody on the internet could be at this address. */
export const isPublic = ({ address, family }: Address): boolean =>
  family === 6 ? public6.check(address, 'ipv6') && !notPublic.check(address, 'ipv6') : !notPublic.check(address, 'ipv4')

/** A host of a URL without brackets and a last dot. */
const bareHost = (host: string): string => host.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '')

/** Which hosts deliveries may reach. What a name means is asked when one is made, and that very address connected to. */
export class SafeTargets implements DeliveryTargets {
  readonly #names: ReadonlySet<string>
  readonly #allowed: BlockList
  readonly #resolve: Resolve
  readonly #resolveAllowed: Resolve

  constructor({ allow, resolve, resolveAllowed = resolveLocally }: SafeTargetsOptions) {
    const isBlock = (entry: string) => isIP(entry.split('/')[0] ?? '') !== 0
    this.#names = new Set(allow.filter((entry) => !isBlock(entry)).map((name) => name.toLowerCase()))
    this.#allowed = listOf(allow.filter(isBlock))
    this.#resolve = resolve
    this.#resolveAllowed = resolveAllowed
  }

  problemOf(text: string): string | null {
    const url = URL.parse(text)
    if (url === null) return 'must be a URL such as https://example.com/hook'
    if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'must begin with https:// or http://'
    if (url.hash !== '') return 'must have no fragment'
    const host = bareHost(url.hostname)
    const address = literal(host)
    // The parser has read decimal, octal and hexadecimal spellings already.
    if (address === null) {
      if (this.#names.has(host.toLowerCase())) return null
      if (localName.test(host) || !host.includes('.')) return 'must have a host of the public internet'
      return null
    }
    return this.#reaches(address) ? null : 'must have a host of the public internet, not a private or reserved address'
  }

  /** The addresses behind a host that may be connected to. Throws `ForbiddenTarget` when there are none. */
  async addressesOf(urlHost: string): Promise<Address[]> {
    const host = bareHost(urlHost)
    const address = literal(host)
    if (address === null && this.#names.has(host.toLowerCase())) return await this.#resolveAllowed(host)
    const found = address === null ? await this.#resolve(host) : [address]
    const reached = found.filter((one) => this.#reaches(one))
    if (reached.length > 0) return reached
    if (found.length === 0) throw new Error(`${host} has no address`)
    throw new ForbiddenTarget(`${host} is no host of the public internet`)
  }

  #reaches(address: Address): boolean {
    return isPublic(address) || this.#allowed.check(address.address, address.family === 6 ? 'ipv6' : 'ipv4')
  }
}

function literal(host: string): Address | null {
  const family = isIP(host)
  return family === 4 || family === 6 ? { address: host, family } : null
}

const resolveLocally: Resolve = async (host) => {
  const found = await lookup(host, { all: true, order: 'ipv4first' })
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }))
}
