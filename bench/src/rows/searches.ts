import assert from 'node:assert/strict'
import { alone, type Bench, type Line, orFailed, type Row, timeLine } from '../bench.ts'
import { rowsOf } from '../database.ts'
import { reading } from '../requests.ts'
import { ask } from '../rounds.ts'
import { wordsOf } from '../words.ts'

const connections = 8
const atMost = 60

/** More pages than are kept whole, in turn, none far down: other words, and where they are few more sizes. */
function varied(words: readonly string[], path: (word: string, limit: number, page: number) => string): string[] {
  const [smallest, sizes] = words.length > 20 ? [8, 5] : [5, 21]
  const pages = Array.from(
    { length: Math.ceil((words.length > 20 ? 1200 : 660) / sizes / Math.max(1, words.length)) },
    (_, page) => page + 1,
  )
  const limits = Array.from({ length: sizes }, (_, more) => smallest + more)
  return pages.flatMap((page) => limits.flatMap((limit) => words.map((word) => path(word, limit, page))))
}

const cotalkerPath = (word: string, limit: number, page: number) =>
  `/api/v2/users?search=${word}&limit=${limit}&page=${page}`
const cometchatPath = (word: string, limit: number, page: number) =>
  `/v3/users?searchKey=${word}&perPage=${limit}&page=${page}`

/** The product finds as many as the database has. */
async function requireFound(bench: Bench, word: string): Promise<void> {
  const [row] = await rowsOf<{ found: number }>(
    bench.postgres.connection(bench.dataset.database),
    `select count(distinct user_id)::int as found from user_terms
     where tenant_id = $1 and term >= 'k:' || $2::text and term < 'k:' || $2::text || '{'`,
    [bench.tenantId, word],
  )
  const path = `${cotalkerPath(word, 10, 1)}&count=true`
  const { body } = await ask(reading(bench, 'cotalker', [path]), path)
  assert.equal(JSON.parse(body).data.counter, row?.found, `who is found by ${word}`)
}

export const searchRow: Row = {
  name: 'search',
  title: 'Search',
  told:
    'Ten people by the beginning of a word, newest first, at 8 connections, the words and pages varied, so that none is kept whole; ' +
    "CometChat's searchKey, by the beginning of the name or uid, tells the total as well.",
  run: async (bench) => {
    const { rare, common, rarePrefixes, commonPrefixes } = await wordsOf(bench)
    for (const word of ['mar', ...rare.slice(0, 1), ...common.slice(0, 1)]) await requireFound(bench, word)
    const kinds = [
      { what: 'rare words', words: rare },
      { what: 'common words', words: common },
      { what: 'three letters, rarer', words: rarePrefixes },
      { what: 'three letters, common', words: commonPrefixes },
      { what: '"mar"', words: ['mar'] },
    ]
    const lines: Line[] = []
    const reach = `≤ ${atMost} ms`
    const timed = (work: string, dialect: 'cotalker' | 'cometchat', paths: readonly string[]) =>
      orFailed(work, reach, async () => [
        timeLine(work, await alone(bench, reading(bench, dialect, paths), connections), 'p99', atMost),
      ])
    for (const { what, words } of kinds) {
      lines.push(...(await timed(`${what}, Cotalker`, 'cotalker', varied(words, cotalkerPath))))
      lines.push(...(await timed(`${what}, CometChat`, 'cometchat', varied(words, cometchatPath))))
    }
    lines.push(...(await timed('"mar" again, Cotalker', 'cotalker', [cotalkerPath('mar', 10, 1)])))
    return lines
  },
}
