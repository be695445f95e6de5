import type { Row } from '../bench.ts'
import { againRow, listRow, randomRow } from './lists.ts'
import { cachedRow, meRow } from './me.ts'

/** In the order in which they run. */
export const rows: readonly Row[] = [meRow, cachedRow, randomRow, listRow, againRow]
