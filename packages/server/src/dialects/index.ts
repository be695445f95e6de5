import type { WebhookFormat } from '../core/index.ts'
import { cometchat } from './cometchat/index.ts'
import { cotalker } from './cotalker/index.ts'
import type { Dialect } from './dialect.ts'
import { rocketchat } from './rocketchat/index.ts'

/** Every mounted dialect: a new one is a line here. */
export const dialects: readonly Dialect[] = [cotalker, rocketchat, cometchat]

/** How each dialect that has webhooks delivers them, by its name. */
export const webhookFormats = (options: { readonly maxAge: number }): ReadonlyMap<string, WebhookFormat> =>
  new Map(
    dialects.flatMap(({ name, webhooks }) => (webhooks === undefined ? [] : [[name, webhooks(options)] as const])),
  )
