import type { Peer } from '../src/peer.ts'
import { peer as betterAuth } from './better-auth/index.ts'
import { peer as directus } from './directus/index.ts'
import { peer as jsonServer } from './json-server/index.ts'
import { peer as parseServer } from './parse-server/index.ts'

/** What people would use instead, by the names that the benchmark knows them under. */
export const peers: Readonly<Record<string, Peer>> = {
  'parse-server': parseServer,
  directus,
  'better-auth': betterAuth,
  'json-server': jsonServer,
}
