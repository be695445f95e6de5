/**
 * A limit, serving until it is told to stop: bare `node:http` that answers always the same bytes, or one statement's text.
 * Its plan comes as JSON in the first argument; see limit.ts.
 */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import type { LimitPlan } from './limit.ts'
import { writeListener } from './write-listener.ts'

const plan: LimitPlan = JSON.parse(process.argv[2] ?? '{}')
const server = createServer(await listenerOf(plan))
process.once('SIGTERM', () => process.exit(0))
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo
  process.stdout.write(`ready on ${port}\n`)
})

async function listenerOf(of: LimitPlan): Promise<RequestListener> {
  if (of.kind === 'bytes') return bytesListener(of)
  return of.kind === 'sql' ? await sqlListener(of) : await writeListener(of)
}

function bytesListener({ headers, body }: Extract<LimitPlan, { kind: 'bytes' }>): RequestListener {
  const bytes = Buffer.from(body)
  return (_request, response) => {
    response.writeHead(200, headers)
    response.end(bytes)
  }
}

/** `/SECOND/THIRD`: the statement's second and third parameter. */
async function sqlListener({ connection, lanes, text, tenantId, headers }: Extract<LimitPlan, { kind: 'sql' }>) {
  const clients = Array.from({ length: lanes }, () => new pg.Client({ ...connection, pipeline: true }))
  await Promise.all(clients.map((client) => client.connect()))
  let next = 0
  const listener: RequestListener = (request, response) => {
    next = (next + 1) % lanes
    const values = [tenantId, ...(request.url ?? '').split('/').slice(1)]
    clients[next]?.query<{ reply: string }>({ name: 'reply', text, values }).then(
      ({ rows: [row] }) => {
        const reply = row?.reply ?? ''
        response.writeHead(row === undefined ? 404 : 200, { ...headers, 'content-length': Buffer.byteLength(reply) })
        response.end(reply)
      },
      (error: unknown) => {
        response.writeHead(500)
        response.end(String(error))
      },
    )
  }
  return listener
}
