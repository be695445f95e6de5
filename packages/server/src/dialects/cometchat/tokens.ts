import { createHash } from 'node:crypto'
import type { TokenSigner } from '../_kit/token-signer.ts'

/** 160 random bits as 40 hex digits: what the platform's keys look like. */
export const newKey = (signer: TokenSigner): string => randomHex(signer).slice(0, 40)

/** `{uid}_{epoch seconds}{32 hex digits}`: clients take it for opaque, and it may stand in a path. */
export const newUserToken = (signer: TokenSigner, uid: string, at = new Date()): string =>
  `${uid}_${Math.floor(at.getTime() / 1000)}${randomHex(signer).slice(0, 32)}`

/** A digest of 256 random bits is as hard to guess as they are. */
const randomHex = (signer: TokenSigner): string => createHash('sha256').update(signer.random()).digest('hex')
