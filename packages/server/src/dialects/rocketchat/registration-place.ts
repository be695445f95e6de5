import type { FastifyRequest } from 'fastify'
import { settingsOf, type Tenant } from '../../core/index.ts'
import { RocketChatRefusal } from './errors.ts'

/** A name of this machine, with or without a port. None of them can be anybody's domain. */
const loopbackForm = /^(?:(?:[a-z0-9-]+\.)*localhost\.?|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i

/** Whether no web page but one of our own host sent this: browsers say of which page a form or a script is. */
function isFromOwnPage({ headers: { origin }, host }: FastifyRequest): boolean {
  if (origin === undefined) return true
  const page = URL.parse(origin)
  // The same scheme for both, since its port may be left out.
  return page !== null && page.host !== '' && page.host === URL.parse(`${page.protocol}//${host}`)?.host
}

/**
 * Throws `registration_disabled` for a registration that a web page of somebody else may have sent: browsers send along
 * what strangers may do. Where registration is open only because nobody but this machine reaches the server, that takes one
 * of the machine's own names beside: of a name that was made to lead here (DNS rebinding) a page is the owner.
 */
export function requireOwnPlace(request: FastifyRequest, tenant: Tenant): void {
  const isOpen = settingsOf(tenant).registration === true || loopbackForm.test(request.host)
  if (!isOpen || !isFromOwnPage(request)) throw new RocketChatRefusal('registration_disabled')
}
