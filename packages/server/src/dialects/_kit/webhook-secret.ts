import { randomBytes } from 'node:crypto'

/** A new secret to sign deliveries with, in the form of Standard Webhooks. */
export const newWebhookSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`
