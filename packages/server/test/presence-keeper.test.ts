import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DirectoryError, operator, type Sighting } from '../src/core/index.ts'
import { keepPresence, presenceKeeper } from '../src/worker/presence.ts'
import { TestClock } from './support.ts'

/** A keeper whose directory writes into a list, or fails. */
function kept() {
  const clock = new TestClock()
  const batches: string[][] = []
  const told: unknown[] = []
  const state: { failure: Error | null; sweeps: number } = { failure: null, sweeps: 0 }
  const keeper = presenceKeeper({
    clock: clock.now,
    onError: (error) => told.push(error),
    directory: {
      operator,
      recordPresence: async (_actor: unknown, people: readonly Sighting[]) => {
        if (state.failure !== null) throw state.failure
        batches.push(people.map(({ userId }) => userId))
        return null
      },
      fadePresence: async () => {
        state.sweeps += 1
        return null
      },
    },
  })
  const seen = (userId: string | null) => keeper.seen({ tenantId: 't', userId })
  return { clock, batches, told, state, keeper, seen }
}

test('a user is written down once a minute, however often it calls; a key never', async () => {
  const { clock, batches, keeper, seen } = kept()
  for (const userId of ['a', 'b', 'a', null]) seen(userId)
  await keeper.flush()
  seen('a')
  await keeper.flush()
  clock.advance(59_999)
  seen('a')
  await keeper.flush()
  clock.advance(1)
  seen('a')
  seen('b')
  await keeper.flush()
  assert.deepEqual(batches, [
    ['a', 'b'],
    ['a', 'b'],
  ])
})

test('what could not be written waits; a database that is away is no news', async () => {
  const { clock, batches, told, state, keeper, seen } = kept()
  seen('a')
  state.failure = new DirectoryError('unavailable')
  await keeper.flush()
  assert.deepEqual(told, [])
  clock.advance(60_000)
  seen('a')
  seen('b')
  state.failure = new Error('broken')
  await keeper.flush()
  assert.deepEqual(told, [state.failure])
  state.failure = null
  await keeper.flush()
  await keeper.flush()
  assert.deepEqual(batches, [['a', 'b']])
})

test('many are written a thousand at a time', async () => {
  const { batches, keeper, seen } = kept()
  for (let count = 0; count < 2500; count += 1) seen(`user ${count}`)
  await keeper.flush()
  assert.deepEqual(
    batches.map((batch) => batch.length),
    [1000, 1000, 500],
  )
})

test('the end writes down what is left, and stops', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { batches, state, keeper, seen } = kept()
  const stop = keepPresence(keeper, { flush: 1000, sweep: 5000 })
  seen('a')
  t.mock.timers.tick(1000)
  assert.deepEqual(batches, [['a']])
  t.mock.timers.tick(4000)
  assert.equal(state.sweeps, 1)
  seen('b')
  await stop()
  assert.deepEqual(batches, [['a'], ['b']])
  seen('c')
  t.mock.timers.tick(60_000)
  assert.deepEqual([batches.length, state.sweeps], [2, 1])
})
