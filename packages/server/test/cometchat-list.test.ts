import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { cometchatOf } from './cometchat-people.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { clock, directory, operator } = rollcall
const app = await cometchatOf(rollcall)

const uidsOf = (body: unknown): string[] =>
  Object.values(Object(at(body, 'data'))).map((user) => String(at(user, 'uid')))
/** The uids that a list gives, without the tenant's first administrator. */
async function listed(call: typeof app.full, query: string, headers: Record<string, string> = {}): Promise<string[]> {
  const { status, body, text } = await call('GET', `/users?${query}`, { headers })
  assert.equal(status, 200, text)
  return uidsOf(body).filter((uid) => !/^[0-9a-f]{24}$/.test(uid))
}

/** Everybody a millisecond apart: Bea was made first. */
const person: typeof app.person = (uid, more) => {
  clock.advance(1000)
  return app.person(uid, more)
}
await person('bea', { name: 'Bea Okafor', tags: ['red', 'a b'] })
await person('abe', { name: 'Ábe Lindqvist', tags: ['blue'] })
await person('cleo', { name: '50% off', tags: ['green', 'x,y'] })
const gone = await person('gone', { name: 'Abbo' })
await directory.deactivateUser(operator, { userId: gone.id })

describe('whom a list has', () => {
  const cases: readonly (readonly [query: string, uids: readonly string[]])[] = [
    ['', ['cleo', 'abe', 'bea']],
    ['searchKey=ab', ['abe']],
    ['searchKey=', ['cleo', 'abe', 'bea']],
    ['searchKey=%25', []],
    ['searchKey=50%25', ['cleo']],
    ['searchKey=ABE', ['abe']],
    ['searchKey=okafor', []],
    ['searchKey=c&searchIn=name', []],
    ['searchKey=c&searchIn=uid', ['cleo']],
    ['searchKey=c&searchIn=email', ['cleo']],
    ['searchKey=bea&searchIn=uid,name', ['bea']],
    ['tags=red,blue', ['abe', 'bea']],
    ['tags[]=red&tags[]=blue', ['abe', 'bea']],
    ['tags[0]=red', ['bea']],
    ['tags=a%20b', ['bea']],
    ['tags[]=x%2Cy', ['cleo']],
    ['uids=BEA,nobody', ['bea']],
    ['onlyDeactivated=1', ['gone']],
    ['withDeactivated=True', ['gone', 'cleo', 'abe', 'bea']],
    ['withDeactivated=yes', ['cleo', 'abe', 'bea']],
    ['withDeactivated=1&onlyDeactivated=true', ['gone']],
    ['status=available', []],
    ['status=offline', ['cleo', 'abe', 'bea']],
    ['status=elsewhere', ['cleo', 'abe', 'bea']],
    ['role=default', ['cleo', 'abe', 'bea']],
    ['roles=nobody&roles=default', ['cleo', 'abe', 'bea']],
    ['roles=nobody', []],
    ['role=ADMIN', []],
    ['sortBy=name', ['cleo', 'abe', 'bea']],
    ['sortBy=name&sortOrder=DESC', ['bea', 'abe', 'cleo']],
    ['sortBy=createdat&sortOrder=asc', ['cleo', 'abe', 'bea']],
    ['friendsOnly=1&hideBlockedUsers=1', ['cleo', 'abe', 'bea']],
  ]
  for (const [query, uids] of cases) {
    test(query === '' ? 'nothing asked' : query, async () => {
      assert.deepEqual(await listed(app.full, query), uids)
    })
  }
})
