import type { CredentialKind, MintToken } from '../core/index.ts'
import type { TokenSigner } from '../dialects/_kit/token-signer.ts'

/** How a dialect's keys are made and shown. */
interface KeyDialect {
  readonly kind: CredentialKind
  /** Whether a user can have only one of each name. */
  readonly ownName: boolean
  readonly mintToken: () => Promise<(signer: TokenSigner) => MintToken>
  /** What a client is given, as words and values. */
  readonly shown: (key: { readonly token: string; readonly userId: string }) => readonly (readonly [string, string])[]
}

/** The dialects that have keys. A dialect is loaded only when one is made. */
export const keyDialects = {
  cotalker: {
    kind: 'api-token',
    ownName: false,
    mintToken: async () => (await import('../dialects/cotalker/auth.ts')).mintToken,
    shown: ({ token }) => [['token', token]],
  },
  rocketchat: {
    kind: 'personal-token',
    ownName: true,
    mintToken: async () => (await import('../dialects/rocketchat/auth.ts')).mintToken,
    shown: ({ token, userId }) => [
      ['X-User-Id', userId],
      ['X-Auth-Token', token],
    ],
  },
} as const satisfies Record<string, KeyDialect>

export type KeyDialectName = keyof typeof keyDialects
