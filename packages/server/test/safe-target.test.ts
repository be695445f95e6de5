import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Address, ForbiddenTarget, isPublic, SafeTargets } from '../src/worker/safe-target.ts'

const resolving = (addresses: Record<string, string[]>) => async (host: string) =>
  (addresses[host] ?? []).map((address): Address => ({ address, family: address.includes(':') ? 6 : 4 }))

const strict = new SafeTargets({ allow: [], resolve: resolving({}) })

describe('what is literally written', () => {
  const refused = [
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://127.0.0.1./',
    'http://0.0.0.0/',
    'http://10.1.2.3/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://172.31.255.255/',
    'http://192.168.0.1/',
    'http://198.18.0.1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://[::]/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:8.8.8.8]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[64:ff9b:1::1]/',
    'http://[2002:7f00:1::]/',
    'http://[2001:0:1::]/',
    'http://[2001:db8::1]/',
    'http://[fc00::1]/',
    'http://[fd00:ec2::254]/',
    'http://[fe80::1]/',
    'http://[ff02::1]/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://api.localhost/',
    'http://printer.local/',
    'http://metadata.google.internal/',
    'http://intranet/',
    'http://１２７.0.0.1/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'example.com/hook',
    'https://',
    'https://example.com/#part',
    '',
  ]
  for (const url of refused) test(`refused: ${url}`, () => assert.notEqual(strict.problemOf(url), null))

  const taken = [
    'https://example.com/hook?token=1',
    'http://user:password@example.com:8080/',
    'https://8.8.8.8/',
    'https://[2606:4700::1111]/',
    'https://172.32.0.1/',
  ]
  for (const url of taken) test(`taken: ${url}`, () => assert.equal(strict.problemOf(url), null))
})

test('what the operator allows is taken: names, addresses, blocks, and nothing beside them', async () => {
  const targets = new SafeTargets({
    allow: ['hooks.internal', '10.1.0.0/16', '::1'],
    resolve: resolving({ 'one.example.com': ['10.1.2.3'], 'other.example.com': ['10.2.2.3'] }),
    resolveAllowed: resolving({ 'hooks.internal': ['192.168.7.7'] }),
  })
  assert.equal(targets.problemOf('http://HOOKS.internal:9000/'), null)
  assert.equal(targets.problemOf('http://10.1.255.1/'), null)
  assert.equal(targets.problemOf('http://[::1]/'), null)
  assert.notEqual(targets.problemOf('http://10.2.0.1/'), null)
  assert.notEqual(targets.problemOf('http://other.internal/'), null)
  assert.deepEqual(await targets.addressesOf('hooks.internal'), [{ address: '192.168.7.7', family: 4 }])
  assert.deepEqual(await targets.addressesOf('one.example.com'), [{ address: '10.1.2.3', family: 4 }])
  await assert.rejects(targets.addressesOf('other.example.com'), ForbiddenTarget)
})

test('of the addresses behind a name only public ones are reached', async () => {
  const targets = new SafeTargets({
    allow: [],
    resolve: resolving({
      'mixed.example.com': ['127.0.0.1', '93.184.216.34', '::1', '2606:4700::1111'],
      'inside.example.com': ['::ffff:127.0.0.1', '169.254.169.254'],
    }),
  })
  assert.deepEqual(await targets.addressesOf('mixed.example.com'), [
    { address: '93.184.216.34', family: 4 },
    { address: '2606:4700::1111', family: 6 },
  ])
  await assert.rejects(targets.addressesOf('inside.example.com'), ForbiddenTarget)
  await assert.rejects(targets.addressesOf('nowhere.example.com'), /nowhere\.example\.com has no address/)
})

test('no spelling of a loopback address is taken, and no IPv6 address that holds an IPv4 one', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 24 - 1), fc.constantFrom(10, 8, 16), (rest, base) => {
      const number = 0x7f000000 + rest
      const spelled = base === 10 ? String(number) : base === 8 ? `0${number.toString(8)}` : `0x${number.toString(16)}`
      assert.notEqual(strict.problemOf(`http://${spelled}/`), null)
    }),
  )
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      assert.equal(isPublic({ address: `::ffff:${address}`, family: 6 }), false)
    }),
  )
})
