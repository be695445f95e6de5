import type { RequestPlan } from './request.ts'

/** What each peer is measured at, beside the same work of Rollcall's. */
export const peerWorks = ['get', 'list10', 'list100', 'wordSearch', 'prefixSearch', 'create'] as const
export type PeerWork = (typeof peerWorks)[number]

/** One program that people would use instead. Each is a folder of `bench/peers`, installed there on demand. */
export interface Peer {
  readonly name: string
  readonly version: string
  /** The version of Node it runs on, where that is not the bench's own. */
  readonly node?: string
  /** Installs it if need be, loads `people` of `PeerSetting.people`, starts it and resolves when it answers rightly. */
  start(setting: PeerSetting): Promise<RunningPeer>
}

export interface PeerSetting {
  /** The people to hold, in the order they joined: the same that Rollcall holds. Can be walked more than once. */
  readonly people: AsyncIterable<PeerPerson> & { readonly count: number }
  /** A database of its own on the bench's PostgreSQL, empty at the first start; kept for later runs. */
  readonly database: {
    /** `postgres://postgres@localhost/NAME?host=SOCKET_DIRECTORY`; there is no TCP port. */
    readonly url: string
    readonly socketDirectory: string
    readonly user: string
    readonly name: string
  }
  /** Where it may keep files between runs: its installation, its configuration. */
  readonly directory: string
  /** The command to put before its own so that it runs on the servers' core; empty where that cannot be had. */
  readonly pin: readonly string[]
  /** Tells the person at the terminal what takes long. */
  readonly log: (line: string) => void
}

/** What a peer keeps of each person. */
export interface PeerPerson {
  /** 24 hex digits. */
  readonly id: string
  readonly username: string
  readonly email: string
  readonly givenNames: string
  readonly familyName: string
  readonly secondFamilyName: string
  readonly displayName: string
  readonly phone: string | null
  readonly jobTitle: string | null
  readonly language: string | null
  readonly active: boolean
  readonly tags: readonly string[]
  readonly createdAt: Date
  readonly modifiedAt: Date
}

export interface RunningPeer {
  /** `null` where it has no such thing; the table says so. */
  readonly requests: Readonly<Record<PeerWork, RequestPlan | null>>
  /** Of notable differences, for the foot of the table: "anchored regular expression on the family name". */
  readonly notes: readonly string[]
  stop(): Promise<void>
}

/** Each peer's `bench/peers/NAME/index.ts` exports it under this name: `export const peer: Peer`. */
export interface PeerModule {
  readonly peer: Peer
}
