import assert from 'node:assert/strict'
import { getPriority } from 'node:os'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openPool } from '../src/store/pools.ts'
import { startRollcall } from './support.ts'

test('statements that give way run at a lower priority than others', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const { connection } = await startRollcall(t)
  const options = { connection, max: 1, statementTimeout: 5000, waitTimeout: 5000 }
  const [giving, usual] = [openPool({ ...options, givesWay: true }), openPool(options)]
  t.after(() => Promise.all([giving.end(), usual.end()]))
  const pidOf = async (pool: typeof usual) => {
    const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid')
    return rows[0]?.pid ?? 0
  }
  const [given, own] = [await pidOf(giving), await pidOf(usual)]
  // It is set beside the first statement.
  while (getPriority(given) === getPriority(own)) await sleep(5, undefined, { signal: t.signal })
  assert.equal(getPriority(given), getPriority(own) + 5)
})
