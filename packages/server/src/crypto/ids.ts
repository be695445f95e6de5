import { hash, randomBytes, randomInt } from 'node:crypto'
import type { Clock, Fingerprint, MakeId } from '../core/index.ts'

/**
 * MongoDB's ObjectId, which the platforms' clients know: 4 bytes of seconds, 5 random ones of this process, a counter of
 * 3. Ids made later in the same second sort later, so new rows join the end of their index.
 */
export function objectIds(clock: Clock): MakeId {
  const process = randomBytes(5).toString('hex')
  let counter = randomInt(2 ** 24)
  return () => {
    counter = (counter + 1) % 2 ** 24
    const seconds = Math.floor(clock().getTime() / 1000)
    return seconds.toString(16).padStart(8, '0') + process + counter.toString(16).padStart(6, '0')
  }
}

export const fingerprint: Fingerprint = (token) => hash('sha256', token)
