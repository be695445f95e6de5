import type pg from 'pg'
import { type Child, startNode } from '../children.ts'

/** What a limit does; JSON. */
export type LimitPlan = BytesPlan | SqlPlan | WritePlan

/** (a) Bare `node:http`, answering always the same bytes from a Buffer. */
export interface BytesPlan {
  readonly kind: 'bytes'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** (b) A bare handler that sends one prepared statement, whose text result is the whole reply, over pipelined connections. */
export interface SqlPlan {
  readonly kind: 'sql'
  readonly connection: pg.ClientConfig
  /** As many as the product has: packages/server/src/store/index.ts. */
  readonly lanes: number
  /** Of reply-sql.ts. Its first parameter is the tenant, the others are the path's segments. */
  readonly text: string
  readonly tenantId: string
  readonly headers: Readonly<Record<string, string>>
}

/** (c) A bare handler that writes the rows that the product writes, in one transaction a request. */
export interface WritePlan {
  readonly kind: 'create' | 'patch'
  readonly connection: pg.ClientConfig
  readonly connections: number
  readonly tenantId: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Limit {
  readonly child: Child
  readonly origin: { readonly host: string; readonly port: number }
  stop(): Promise<void>
}

/** Starts a limit as a process of its own, on the servers' core as the product. */
export async function startLimit(plan: LimitPlan, pin: readonly string[]): Promise<Limit> {
  const file = new URL('server-process.ts', import.meta.url).pathname
  const child = await startNode(file, [JSON.stringify(plan)], { pin, ready: /^ready on (\d+)$/ })
  const [port = ''] = child.told
  return { child, origin: { host: '127.0.0.1', port: Number(port) }, stop: () => child.stop() }
}
