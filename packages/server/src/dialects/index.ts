import { cometchat } from './cometchat/index.ts'
import { cotalker } from './cotalker/index.ts'
import type { Dialect } from './dialect.ts'
import { rocketchat } from './rocketchat/index.ts'

/** Every mounted dialect: a new one is a line here. */
export const dialects: readonly Dialect[] = [cotalker, rocketchat, cometchat]
