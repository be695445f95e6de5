import { alone, type Bench, type Line, perSecond, type Row, timeLine } from '../bench.ts'
import { rowsOf } from '../database.ts'
import { reading, variedPages } from '../requests.ts'
import { compare } from '../rounds.ts'

const connections = 32
const mostShare = 0.15
const mostTime = 40

/** A list of 10 with its total beside the same list without; pages are varied, so that none is kept whole. */
async function share(bench: Bench, what: string, filter: string): Promise<Line> {
  const plan = (count: boolean) =>
    reading(
      bench,
      'cotalker',
      variedPages(10).map(
        ({ limit, offset }) => `/api/v2/users?limit=${limit}&page=${offset / limit + 1}&count=${count}${filter}`,
      ),
      () => (count ? '"counter":' : '"users":'),
    )
  const { ours, theirs, ratio } = await compare(plan(true), plan(false), { ...bench.effort, connections })
  return {
    work: `list 10 with its total, ${what}`,
    rollcall: perSecond(ours.rate),
    beside: `without total ${perSecond(theirs.rate)}`,
    ratio: `costs ${((1 - ratio.median) * 100).toFixed(0)} %`,
    reach: `≤ ${mostShare * 100} %`,
    reached: 1 - ratio.median <= mostShare,
    data: { ours, theirs, ratio },
  }
}

async function filtered(bench: Bench, what: string, filter: string): Promise<Line> {
  const paths = Array.from({ length: 1000 }, (_, page) => `/api/v2/users?limit=10&page=${page + 1}&count=true${filter}`)
  const plan = reading(bench, 'cotalker', paths, () => '"counter":')
  let total = 0
  const figures = await alone(
    bench,
    {
      ...plan,
      check: ({ body }) => {
        total = JSON.parse(body).data.counter
      },
    },
    1,
  )
  return timeLine(`total of ${what}: ${total.toLocaleString('en')}, 1 connection`, figures, 'p50', mostTime)
}

export const totalRow: Row = {
  name: 'total',
  title: 'Totals',
  told: 'GET /api/v2/users with count=true beside count=false at 32 connections; then filters whose total is counted through.',
  run: async (bench) => {
    const connection = bench.postgres.connection(bench.dataset.database)
    const titles = await rowsOf<{ id: string }>(
      connection,
      'select id from job_titles where tenant_id = $1 and active order by id limit 2',
      [bench.tenantId],
    )
    const [one = '', other = ''] = titles.map(({ id }) => id)
    return [
      await share(bench, 'everybody', ''),
      await share(bench, 'active', '&isActive=true'),
      await share(bench, 'of a role', `&accessRole=${bench.roleId}`),
      await share(bench, 'of a job', `&job=${one}`),
      await filtered(bench, 'two jobs', `&job=${one},${other}`),
      await filtered(bench, 'who begin with "mar"', '&search=mar'),
    ]
  },
}
