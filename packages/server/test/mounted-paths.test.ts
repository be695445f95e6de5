import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ownerOf, refuseSharedPaths } from '../src/app.ts'
import { isLoopback } from '../src/cli/listen.ts'
import { dialects } from '../src/dialects/index.ts'

const named = (name: string, prefixes: string[], exactPaths: string[] = []) => ({ name, prefixes, exactPaths })

test('a prefix has one owner, and so has a single path', () => {
  const refused = (others: ReturnType<typeof named>[]) =>
    assert.throws(() => refuseSharedPaths(others), /^Error: Both one and two mount /)
  refused([named('one', ['/api/v1']), named('two', ['/api/v1'])])
  refused([named('one', ['/api/v1/users']), named('two', ['/api'])])
  refused([named('one', ['/api/v1']), named('two', [], ['/api'])])
  refused([named('one', [], ['/api/info/more']), named('two', [], ['/api/info'])])
  refuseSharedPaths([named('one', ['/api/v1']), named('two', ['/api/v10'], ['/api/v1/companies'])])
  refuseSharedPaths(dialects)
})

test('a single path belongs to whoever names it, under whosever prefix', () => {
  const owners = {
    '/api/v1/companies': 'cotalker',
    '/api/v1/companies/6a?debug=true': 'cotalker',
    '/api/v1/users/me': 'cotalker',
    '/api/v1/users.list': 'rocketchat',
    '/api/v1/users/mean': 'rocketchat',
    '/api/info': 'rocketchat',
    '/avatar/somebody': 'rocketchat',
    '/api/v2/users': 'cotalker',
    '/api/v10': undefined,
    '/api': undefined,
  }
  for (const [url, owner] of Object.entries(owners)) assert.equal(ownerOf(dialects, url)?.name, owner, url)
})

test('strangers may register by themselves only where nobody else reaches the server', () => {
  for (const host of ['127.0.0.1', '127.1.2.3', 'localhost', '::1']) assert.ok(isLoopback(host), host)
  for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.example.com', 'rollcall.example']) {
    assert.ok(!isLoopback(host), host)
  }
})
