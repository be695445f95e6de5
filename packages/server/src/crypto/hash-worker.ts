import { constants, getPriority, setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { hashSync, verifySync } from '@node-rs/argon2'
import type { HashQuestion } from './passwords.ts'

/**
 * Of this thread alone, which only Linux knows. Where all cores are busy a hash gets what is left: others keep 0.7 to 0.86 of their
 * rate beside 40 logins a second on two cores, without it 0.43 to 0.57.
 */
const steps = 10
if (process.platform === 'linux') setPriority(Math.min(constants.priority.PRIORITY_LOW, getPriority() + steps))

parentPort?.on('message', ({ digest, against }: HashQuestion) => {
  parentPort?.postMessage(against === null ? hashSync(digest) : verifySync(against, digest))
})
