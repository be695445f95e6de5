import type { Blocks, Directory } from '../../core/index.ts'
import type { Caller } from './auth.ts'

const none: ReadonlyMap<string, Blocks> = new Map()

/** The blocks between the viewer and these users, by id; none where nobody looks. */
export const blocksWith = async (
  directory: Directory,
  { actor, viewer }: Pick<Caller, 'actor' | 'viewer'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Blocks>> =>
  viewer === null || ids.length === 0 ? none : directory.blocksBetween(actor, { viewerId: viewer.id, ids })
