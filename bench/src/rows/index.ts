import type { Row } from '../bench.ts'
import { dearRow } from './dear.ts'
import { cursorRow, offsetRow } from './depths.ts'
import { growthRow } from './growth.ts'
import { againRow, listRow, randomRow } from './lists.ts'
import { importRow, seedRow } from './loads.ts'
import { loginRow } from './login.ts'
import { loopRow } from './loop.ts'
import { cachedRow, meRow } from './me.ts'
import { memoryRow } from './memory.ts'
import { peersRow } from './peers.ts'
import { searchRow } from './searches.ts'
import { totalRow } from './totals.ts'
import { createRow, patchRow } from './writes.ts'

/** What the rows that measure other datasets need to know. */
export interface RowSettings {
  readonly growth: readonly number[]
  readonly peers: readonly string[]
  readonly peersPeople: number
}

/** In the order in which they run; those that write come last, since a copy is made for them. */
export const rowsOf = ({ growth, peers, peersPeople }: RowSettings): readonly Row[] => [
  meRow,
  cachedRow,
  randomRow,
  listRow,
  againRow,
  totalRow,
  searchRow,
  offsetRow,
  cursorRow,
  loginRow,
  dearRow,
  loopRow,
  seedRow,
  createRow,
  patchRow,
  memoryRow,
  importRow,
  growthRow(growth),
  ...(peers.length === 0 ? [] : [peersRow(peers, peersPeople)]),
]
