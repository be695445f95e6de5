import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import { createMetrics, metricsRoute } from '../src/http/metrics.ts'
import { RequestDurations } from '../src/http/request-durations.ts'

async function measuredApp() {
  const metrics = createMetrics({ processMetrics: false })
  const app = Fastify()
  metrics.observeRequests(app, (request) => (request.url.startsWith('/api/v2') ? 'cotalker' : 'none'))
  app.get('/api/v2/users/:id', () => ({}))
  app.get('/api/v2/quoted/:id(^[a-z"\\\\]+$)', () => ({}))
  await app.register(metricsRoute, { metrics })
  const scrape = async () => {
    const reply = await app.inject('/metrics')
    assert.equal(reply.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8')
    return reply.body
  }
  return { app, metrics, scrape }
}

/** The request counts of a scrape, by labels. */
const counts = (text: string) =>
  [...text.matchAll(/^http_request_duration_seconds_count\{(.*)\} (\d+)$/gm)].map(([, labels, count]) => [
    labels,
    count,
  ])

test('the whole text: gauges, counters, and the durations', async () => {
  const { metrics, scrape } = await measuredApp()
  let waiting = 1
  metrics.gauge('rollcall_queue_length', 'Requests that wait.', () => waiting)
  const add = metrics.counter('rollcall_rounds_total', 'Freshness rounds.')
  add()
  add(2)
  waiting = 7

  assert.equal(
    await scrape(),
    `# HELP rollcall_queue_length Requests that wait.
# TYPE rollcall_queue_length gauge
rollcall_queue_length 7

# HELP rollcall_rounds_total Freshness rounds.
# TYPE rollcall_rounds_total counter
rollcall_rounds_total 3
# HELP http_request_duration_seconds Time from a request's arrival to its reply, in seconds.
# TYPE http_request_duration_seconds histogram
`,
  )
})

test('requests are counted by dialect, route pattern, method and class of status, never by URL', async () => {
  const { app, scrape } = await measuredApp()
  for (const url of ['/api/v2/users/1', '/api/v2/users/2?apikey=k', '/nothing/secret', '/api/v2/quoted/a']) {
    await app.inject(url)
  }
  await app.inject({ method: 'DELETE', url: '/nothing/secret' })

  const text = await scrape()
  assert.deepEqual(counts(text), [
    ['dialect="cotalker",route="/api/v2/users/:id",method="GET",status="2xx"', '2'],
    ['dialect="none",route="unmatched",method="GET",status="4xx"', '1'],
    ['dialect="cotalker",route="/api/v2/quoted/:id(^[a-z\\"\\\\\\\\]+$)",method="GET",status="2xx"', '1'],
    ['dialect="none",route="unmatched",method="DELETE",status="4xx"', '1'],
  ])
  assert.doesNotMatch(text, /secret|apikey/)
})

test('buckets are cumulative, and hold their own bound', () => {
  const durations = new RequestDurations('d')
  const observe = durations.observer({ dialect: 'x', route: '/', method: 'GET', status: '2xx' })
  for (const seconds of [0.0005, 0.0006, 0.5, 11]) observe(seconds)

  const labels = 'dialect="x",route="/",method="GET",status="2xx"'
  const bucket = (le: string, count: number) => `d_bucket{le="${le}",${labels}} ${count}\n`
  assert.equal(
    durations.text(),
    `# HELP d Time from a request's arrival to its reply, in seconds.\n# TYPE d histogram\n${[
      bucket('0.0005', 1),
      ...['0.001', '0.0025', '0.005', '0.01', '0.025', '0.05', '0.1', '0.25'].map((le) => bucket(le, 2)),
      ...['0.5', '1', '2.5', '5', '10'].map((le) => bucket(le, 3)),
      bucket('+Inf', 4),
    ].join('')}d_sum{${labels}} 11.5011\nd_count{${labels}} 4\n`,
  )
})

test('two applications in one process count apart', async () => {
  const first = await measuredApp()
  const second = await measuredApp()
  first.metrics.counter('rollcall_rounds_total', 'Freshness rounds.')()
  second.metrics.counter('rollcall_rounds_total', 'Freshness rounds.')
  await first.app.inject('/api/v2/users/1')

  assert.match(await first.scrape(), /rollcall_rounds_total 1/)
  const other = await second.scrape()
  assert.match(other, /rollcall_rounds_total 0/)
  assert.deepEqual(counts(other), [])
})

test('the process is measured too, its event loop included', async () => {
  const text = await createMetrics().text()
  for (const name of [
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_p99_seconds',
    'nodejs_gc_duration_seconds',
  ]) {
    assert.match(text, new RegExp(`# TYPE ${name} `))
  }
})
