import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { Gathering } from '../src/store/gathering.ts'

/** Remembers what was fetched; whoever is called `nobody` is not there. */
function recording(most = 100) {
  const fetched: string[] = []
  const gathering = new Gathering<string>({
    most,
    fetch: async (group, keys) => {
      fetched.push(`${group}: ${keys.join(' ')}`)
      await setImmediate()
      if (keys.includes('broken')) throw new Error('The database is away.')
      return keys.filter((key) => key !== 'nobody').map((key) => [key, `${key} of ${group}`] as const)
    },
  })
  return { gathering, fetched }
}

test('reads of one turn leave together, each group and each key once, and each gets its own', async () => {
  const { gathering, fetched } = recording()
  const reads = await Promise.all([
    gathering.read('acme', 'ada'),
    gathering.read('acme', 'nobody'),
    gathering.read('other', 'ada'),
    gathering.read('acme', 'ada'),
    Promise.resolve().then(() => gathering.read('acme', 'grace')),
  ])
  assert.deepEqual(reads, ['ada of acme', undefined, 'ada of other', 'ada of acme', 'grace of acme'])
  assert.deepEqual(fetched, ['acme: ada nobody grace', 'other: ada'])
})

test('who asks after a statement has left gets another, also while it is under way', async () => {
  const { gathering, fetched } = recording()
  const early = gathering.read('acme', 'ada')
  await setImmediate()
  assert.deepEqual(fetched, ['acme: ada'])
  await Promise.all([early, gathering.read('acme', 'ada')])
  assert.deepEqual(fetched, ['acme: ada', 'acme: ada'])
})

test('a statement that is full leaves, and the rest in the next', async () => {
  const { gathering, fetched } = recording(2)
  const reads = await Promise.all(['a', 'b', 'c', 'd', 'e'].map((key) => gathering.read('acme', key)))
  assert.deepEqual(
    reads,
    ['a', 'b', 'c', 'd', 'e'].map((key) => `${key} of acme`),
  )
  assert.deepEqual(fetched, ['acme: a b', 'acme: c d', 'acme: e'])
})

test('a statement that fails fails its own readers and nobody else', async () => {
  const { gathering } = recording()
  const outcomes = await Promise.allSettled([
    gathering.read('acme', 'ada'),
    gathering.read('acme', 'broken'),
    gathering.read('other', 'ada'),
  ])
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['rejected', 'rejected', 'fulfilled'],
  )
  assert.equal(await gathering.read('acme', 'ada'), 'ada of acme')
})
