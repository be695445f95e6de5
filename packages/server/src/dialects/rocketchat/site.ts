import type { FastifyRequest } from 'fastify'

/** A name or an address, with or without a port; nothing that could leave an attribute, a header or the path it is put into. */
const hostForm = /^[a-z0-9.:[\]-]+$/i

/** Where the caller reached us, without a trailing slash: what links to ourselves begin with. Empty if it named no host. */
export const siteUrl = ({ protocol, host }: FastifyRequest): string =>
  hostForm.test(host) ? `${protocol}://${host}` : ''
