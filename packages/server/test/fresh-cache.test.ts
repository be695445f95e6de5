import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { FreshCache } from '../src/store/fresh-cache.ts'

interface Thing {
  readonly tenantId: string
  readonly id: string
  readonly value: number
}
const thing = (value: number, id = 'a', tenantId = 't'): Thing => ({ tenantId, id, value })
const keyed = (found: Thing) => [[`key of ${found.tenantId}/${found.id}`, found]] as const

function cacheOf({ steady = () => true, max = 10 }: { steady?: () => boolean; max?: number } = {}) {
  return new FreshCache<Thing>({ max, homeOf: (value) => value, steady })
}

/** A fetch that is paused between its answer and the cache's filling. */
function pausedFetch(cache: FreshCache<Thing>, found: Thing) {
  const { promise, resolve } = Promise.withResolvers<Thing>()
  const filled = cache.fetch(() => promise, keyed)
  return { go: () => resolve(found), filled }
}

describe('a cache kept by freshness rounds', () => {
  test('keeps what was fetched, until it is touched', async () => {
    const cache = cacheOf()
    await cache.fetch(async () => thing(1), keyed)
    assert.deepEqual(cache.get('key of t/a'), thing(1))
    cache.touch('t', 'b')
    cache.touch('other', 'a')
    assert.deepEqual(cache.get('key of t/a'), thing(1))
    cache.touch('t', 'a')
    assert.equal(cache.get('key of t/a'), undefined)
  })

  const ways: Record<string, (cache: FreshCache<Thing>) => void> = {
    'itself was touched': (cache) => cache.touch('t', 'a'),
    'its tenant was touched': (cache) => cache.touchTenant('t'),
    'everything was touched': (cache) => cache.clear(),
  }
  for (const [why, touch] of Object.entries(ways)) {
    test(`keeps nothing of a fetch during which ${why}, but gives it to who asked`, async () => {
      const cache = cacheOf()
      const { go, filled } = pausedFetch(cache, thing(1))
      touch(cache)
      go()
      assert.deepEqual(await filled, thing(1))
      assert.equal(cache.get('key of t/a'), undefined)
    })

    test(`drops what it has when ${why}`, async () => {
      const cache = cacheOf()
      await cache.fetch(async () => thing(1), keyed)
      touch(cache)
      assert.equal(cache.get('key of t/a'), undefined)
    })
  }

  test('keeps a fetch during which only others were touched', async () => {
    const cache = cacheOf()
    const { go, filled } = pausedFetch(cache, thing(1))
    cache.touch('t', 'b')
    cache.touchTenant('other')
    go()
    await filled
    assert.deepEqual(cache.get('key of t/a'), thing(1))
  })

  test('keeps nothing that was fetched while rounds had a gap, even if the gap is over', async () => {
    let steady = false
    const cache = cacheOf({ steady: () => steady })
    const { go, filled } = pausedFetch(cache, thing(1))
    steady = true
    go()
    await filled
    assert.equal(cache.get('key of t/a'), undefined)
  })

  test('is bounded, and a value that was pushed out can be touched', async () => {
    const cache = cacheOf({ max: 2 })
    for (const id of ['a', 'b', 'c']) await cache.fetch(async () => thing(1, id), keyed)
    assert.equal(cache.size, 2)
    cache.touch('t', 'a')
    cache.touch('t', 'b')
    assert.equal(cache.size, 1)
  })
})
