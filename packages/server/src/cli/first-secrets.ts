import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { madeOnce, readIfThere } from './secret.ts'

/** What a first start makes: the first administrator's password, and the first key of CometChat's dialect. */
const makers = {
  password: () => randomBytes(12).toString('base64url'),
  key: () => randomBytes(20).toString('hex'),
}
type FirstSecret = keyof typeof makers

const fileOf = ({ dataDir }: Config, which: FirstSecret): string => join(dataDir, `first-${which}`)

/**
 * A secret of the first start, made once. It is kept in the data directory until somebody has seen it, since a start may
 * fail or be killed after it was used and before it was printed.
 */
export const firstSecret = (config: Config, which: FirstSecret): Promise<string> =>
  madeOnce(fileOf(config, which), makers[which])

/** One that nobody has seen yet. */
export const unseenSecret = (config: Config, which: FirstSecret): Promise<string | null> =>
  readIfThere(fileOf(config, which))

/** They were seen, or were not needed. */
export async function forgetFirstSecrets(config: Config): Promise<void> {
  for (const which of ['password', 'key'] as const) await rm(fileOf(config, which), { force: true })
}

/** A new tenant's first key: it may do anything through CometChat's dialect. */
export const firstKey = (value = makers.key()) => ({ dialect: 'cometchat', name: 'first key', value })
