import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { test } from 'node:test'
import { portOf } from '../src/cli/listen.ts'
import { selfSignedIn } from '../src/cli/own-certificate.ts'
import { selfSigned } from '../src/cli/self-signed.ts'
import { freshDataDir } from './embedded-support.ts'
import { secureGet } from './tls-support.ts'

const names = ['localhost', '127.0.0.1', '::1', 'fe80::0001:ab', 'people.example.com', '*.people.example.com']
const now = new Date('2026-03-01T12:00:00Z')
const days = (count: number) => new Date(now.getTime() + count * 86_400_000)

test('it is for exactly its names, signed with its own key, and nobody else is vouched for', () => {
  const { cert, key } = selfSigned(names, now)
  const certificate = new X509Certificate(cert)
  assert.equal(
    certificate.subjectAltName,
    'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:FE80:0:0:0:0:0:1:AB, ' +
      'DNS:people.example.com, DNS:*.people.example.com',
  )
  assert.equal(certificate.ca, false)
  assert.ok(certificate.verify(certificate.publicKey))
  assert.deepEqual(certificate.validFromDate, new Date('2026-03-01T11:00:00Z'))
  assert.deepEqual(certificate.validToDate, days(800))
  assert.match(key, /^-----BEGIN PRIVATE KEY-----/)
})

test('each has a serial number of its own, positive and 16 bytes long', () => {
  const serials = Array.from(
    { length: 50 },
    () => new X509Certificate(selfSigned(['localhost'], now).cert).serialNumber,
  )
  assert.equal(new Set(serials).size, 50)
  for (const serial of serials) assert.match(serial, /^[4-7][0-9A-F]{31}$/)
})

test('a client that trusts it, and no other, is served under each of its names', async (t) => {
  const { cert, key } = selfSigned(names, new Date())
  const server = createServer({ cert, key }, (_request, response) => response.end('served'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const url = `https://127.0.0.1:${portOf(server)}`
  assert.equal((await secureGet(url, { ca: cert })).text, 'served')
  for (const servername of ['localhost', 'people.example.com', 'acme.people.example.com']) {
    assert.equal((await secureGet(url, { ca: cert, servername, headers: { host: servername } })).text, 'served')
  }
  const stranger = { ca: cert, servername: 'example.org', headers: { host: 'example.org' } }
  await assert.rejects(secureGet(url, stranger), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' })
  await assert.rejects(secureGet(url, { ca: selfSigned(names, new Date()).cert }))
})

test('it is made once, for its owner alone, and remade 30 days before its end', async (t) => {
  const path = join(freshDataDir(t), 'tls.pem')
  const first = await selfSignedIn(path, names, now)
  if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600)
  const fingerprint = new X509Certificate(first.cert).fingerprint256
  for (const [moment, same] of [
    [now, true],
    [days(769), true],
    [days(771), false],
  ] as const) {
    const { cert } = await selfSignedIn(path, names, moment)
    assert.equal(new X509Certificate(cert).fingerprint256 === fingerprint, same, moment.toISOString())
  }
  const renewed = await selfSignedIn(path, names, days(771))
  assert.deepEqual(new X509Certificate(renewed.cert).validToDate, days(771 + 800))
})

test('it is remade for another name, for a clock that was ahead, and when its file is damaged', async (t) => {
  const path = join(freshDataDir(t), 'tls.pem')
  const fingerprint = async (wanted: readonly string[], moment = now) =>
    new X509Certificate((await selfSignedIn(path, wanted, moment)).cert).fingerprint256
  const first = await fingerprint(names)
  assert.equal(await fingerprint(['localhost', '*.people.example.com']), first, 'it may have more names than needed')
  const second = await fingerprint([...names, '192.0.2.7'])
  assert.notEqual(second, first)
  const third = await fingerprint([...names, '*.example.org'])
  assert.notEqual(third, second)
  assert.notEqual(await fingerprint(names, days(-2)), third)

  const whole = readFileSync(path, 'utf8')
  for (const damaged of ['', whole.slice(0, 300), whole.slice(whole.indexOf('-----BEGIN CERT')), 'nothing']) {
    writeFileSync(path, damaged)
    const { cert, key } = await selfSignedIn(path, names, now)
    assert.ok(new X509Certificate(cert).checkHost('localhost'), damaged)
    assert.match(key, /PRIVATE KEY/)
  }
})
