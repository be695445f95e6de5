import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { madeOnce, readIfThere } from './secret.ts'

const fileOf = ({ dataDir }: Config): string => join(dataDir, 'first-password')

/**
 * The first administrator's password, made once. It is kept in the data directory until somebody has seen it, since a
 * start may fail or be killed after the administrator was made and before the password was printed.
 */
export const firstPassword = (config: Config): Promise<string> =>
  madeOnce(fileOf(config), () => randomBytes(12).toString('base64url'))

/** A first password that nobody has seen yet. */
export const unseenPassword = (config: Config): Promise<string | null> => readIfThere(fileOf(config))

/** It was seen, or was not needed. */
export const forgetFirstPassword = (config: Config): Promise<void> => rm(fileOf(config), { force: true })
