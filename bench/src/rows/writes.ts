import { type Bench, type Line, type Row, ratioLine, withLimit } from '../bench.ts'
import type { RequestPlan } from '../request.ts'
import { ask, checkReplies, compare } from '../rounds.ts'

const connections = 32
const atLeast = 0.5

/** Nobody's address comes again in another plan. */
let plans = 0

export const creating = ({ product, roleId }: Bench): RequestPlan => ({
  origin: product.origin,
  method: 'POST',
  paths: ['/api/v2/users'],
  headers: product.headers.cotalker,
  body: numbered((plan, n) =>
    JSON.stringify({
      email: `new.${process.pid}.${plan}.${n}@example.com`,
      name: { names: 'Nadia', lastName: 'Novák', secondLastName: 'Peña' },
      accessRoles: [roleId],
      phone: '+1 555 0100',
    }),
  ),
  check: ({ status, body }) => {
    if (status !== 201 || !body.includes('"lastName":"Novák"'))
      throw new Error(`A creation answered ${status}: ${body}`)
  },
})

function numbered(body: (plan: number, n: number) => string): (n: number) => string {
  plans += 1
  const plan = plans
  return (n) => body(plan, n)
}

export const patching = ({ product, someIds }: Bench): RequestPlan => ({
  origin: product.origin,
  method: 'PATCH',
  paths: someIds.map((id) => `/api/v2/users/${id}`),
  headers: product.headers.cotalker,
  body: (n) => JSON.stringify({ phone: `+1 555 ${n}` }),
  check: ({ status, body }) => {
    if (status !== 200 || !body.includes('+1 555')) throw new Error(`A change answered ${status}: ${body}`)
  },
})

async function besideDriver(bench: Bench, kind: 'create' | 'patch', ours: RequestPlan): Promise<Line> {
  // Its events are what the limit's are made like.
  await checkReplies(ours)
  const { body } = await ask(ours, ours.paths[1] ?? ours.paths[0] ?? '')
  const plan = {
    kind,
    connection: bench.postgres.connection(bench.dataset.database),
    connections,
    tenantId: bench.tenantId,
    headers: { 'content-type': 'application/json; charset=utf-8', 'content-length': String(Buffer.byteLength(body)) },
    body,
  } as const
  return await withLimit(bench, plan, async ({ origin }) => {
    const paths = kind === 'create' ? ['/'] : bench.someIds.map((id) => `/${id}`)
    const theirs: RequestPlan = { ...ours, origin, paths, headers: {}, body: () => '{}', check: () => {} }
    return ratioLine(kind, 'bare driver', await compare(ours, theirs, { ...bench.effort, connections }), atLeast)
  })
}

const told = (what: string) =>
  `${what} at 32 connections, its event and every rule included, fsync on; beside a bare node:http handler (under 2 % of it) ` +
  'whose driver writes the same rows in one transaction, pipelined over one connection, and checks nothing.'

export const createRow: Row = {
  name: 'create',
  title: 'Create',
  told: told('POST /api/v2/users without password'),
  writes: true,
  run: async (bench) => [await besideDriver(bench, 'create', creating(bench))],
}

export const patchRow: Row = {
  name: 'patch',
  title: 'Change',
  told: told('PATCH /api/v2/users/{id} of a phone number, of users at random'),
  writes: true,
  run: async (bench) => [await besideDriver(bench, 'patch', patching(bench))],
}
