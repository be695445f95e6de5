import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { Agent } from 'node:https'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { portOf } from '../src/cli/listen.ts'
import { selfSigned } from '../src/cli/self-signed.ts'
import { tlsSource } from '../src/cli/tls-source.ts'
import { readConfig } from '../src/config.ts'
import { bounded, eventually, freshDataDir } from './embedded-support.ts'
import { runToEnd, type ServerProcess, startServer } from './server-process.ts'
import { databaseEnded, embeddedEnv, livingPostmaster, openRequest, servedDataDir } from './server-support.ts'
import { localPair, pemFiles, secureGet } from './tls-support.ts'

const fingerprintOf = ({ cert }: { cert: string }): string => new X509Certificate(cert).fingerprint256

/** Where the greeting says that HTTPS is served. */
function secureUrl(server: ServerProcess): string {
  const [, url] = /^ {2}HTTPS +(https:\S+)$/m.exec(server.output()) ?? []
  return url ?? assert.fail(server.output())
}

test('files: both are served, SIGHUP renews what is new, and a stop ends both', bounded, async (t) => {
  const files = pemFiles(t)
  const [first, second] = [localPair(), localPair()]
  files.write(first)
  const dataDir = await servedDataDir(t)
  const server = await startServer(t, {
    ...embeddedEnv(dataDir),
    ROLLCALL_LOG_LEVEL: 'info',
    ROLLCALL_TLS_CERT: files.cert,
    ROLLCALL_TLS_KEY: files.key,
    ROLLCALL_TLS_PORT: '0',
  })
  const url = secureUrl(server)
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200)
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false })
  t.after(() => agent.destroy())
  const kept = await secureGet(`${url}/healthz`, { agent })
  assert.deepEqual([kept.status, kept.fingerprint], [200, fingerprintOf(first)])
  assert.ok(!server.output().includes('self-signed'))

  files.write({ cert: second.cert })
  server.child.kill('SIGHUP')
  await eventually('it refuses', () => server.errors().includes('can not be renewed; the one before stays'))
  assert.match(server.errors(), /is not the key of the first certificate/)
  assert.equal((await secureGet(`${url}/healthz`)).fingerprint, fingerprintOf(first))

  files.write({ key: second.key })
  server.child.kill('SIGHUP')
  await eventually('it renews', () => server.errors().includes(`goes on with the certificate ${fingerprintOf(second)}`))
  assert.equal((await secureGet(`${url}/healthz`, { ca: second.cert })).fingerprint, fingerprintOf(second))
  assert.equal((await secureGet(`${url}/healthz`, { agent })).fingerprint, fingerprintOf(first), 'still connected')

  const database = livingPostmaster(dataDir)
  const open = await openRequest(url)
  const began = performance.now()
  const ended = server.stop()
  await eventually('it listens no more', () =>
    Promise.any([fetch(`${server.url}/healthz`), secureGet(`${url}/healthz`)]).then(
      () => false,
      () => true,
    ),
  )
  assert.equal(await open.finish(), 200)
  assert.equal(await ended, 0)
  assert.ok(performance.now() - began < 5000, 'a connection that is kept alive does not hold it up')
  await databaseEnded(dataDir, database)
})

test('self-signed: the fingerprint that is printed is served, made once, and has the names', bounded, async (t) => {
  const dataDir = await servedDataDir(t)
  const env = {
    ...embeddedEnv(dataDir),
    ROLLCALL_TLS: 'self-signed',
    ROLLCALL_TLS_PORT: '0',
    ROLLCALL_DOMAIN: 'people.example.com',
  }
  const printed = (server: ServerProcess) => /self-signed; SHA-256 (\S+)$/m.exec(server.output())?.[1]
  const server = await startServer(t, env)
  const path = join(dataDir, 'tls-self-signed.pem')
  assert.equal(statSync(path).mode & 0o777, 0o600)
  const ca = readFileSync(path, 'utf8')
  const url = `${secureUrl(server)}/healthz`
  const served = await secureGet(url, { ca })
  assert.equal(served.status, 200)
  assert.equal(served.fingerprint, printed(server))
  const names = ['localhost', 'acme.people.example.com', 'people.example.com']
  const services = ['us', 'eu', 'in'].flatMap((region) => [`api-${region}`, `apiclient-${region}`])
  for (const servername of [...names, ...services.map((service) => `acme.${service}.people.example.com`)]) {
    assert.equal((await secureGet(url, { ca, servername, headers: { host: servername } })).status, 200, servername)
  }
  assert.equal(await server.stop(), 0)

  const again = await startServer(t, env)
  assert.equal(printed(again), served.fingerprint)
  assert.equal((await secureGet(`${secureUrl(again)}/healthz`, { ca })).fingerprint, served.fingerprint)
  assert.equal(await again.stop(), 0)

  const renamed = await startServer(t, { ...env, ROLLCALL_DOMAIN: 'people.example.org' })
  assert.notEqual(printed(renamed), served.fingerprint, 'the certificate of before lacks a name')
  assert.equal(await renamed.stop(), 0)

  const { cert, key } = selfSigned(
    ['localhost', '127.0.0.1', '::1', 'people.example.org', '*.people.example.org'],
    new Date(),
  )
  writeFileSync(path, key + cert)
  const source = tlsSource(
    readConfig({ ROLLCALL_DATA_DIR: dataDir, ROLLCALL_TLS: 'self-signed', ROLLCALL_DOMAIN: 'people.example.org' }),
  )
  const remade = new X509Certificate((await source?.read())?.cert ?? '')
  assert.ok(remade.checkHost('acme.apiclient-in.people.example.org'), 'one of an earlier release is remade')
})

for (const [name, tls] of [
  ['without HTTPS', {}],
  ['with a self-signed certificate', { ROLLCALL_TLS: 'self-signed', ROLLCALL_TLS_PORT: '0' }],
] as const) {
  test(`SIGHUP ends no server ${name}: it says that nothing is reloaded`, bounded, async (t) => {
    const env = { ...embeddedEnv(await servedDataDir(t)), ...tls, ROLLCALL_LOG_LEVEL: 'info' }
    const server = await startServer(t, env)
    for (const count of [1, 2]) {
      server.child.kill('SIGHUP')
      await eventually('it says so, or ends', () => {
        assert.equal(server.child.signalCode, null)
        return server.errors().split('SIGHUP: there are no certificate files').length === count + 1
      })
    }
    assert.equal((await fetch(`${server.url}/healthz`)).status, 200)
    assert.equal(await server.stop(), 0)
  })
}

test('files that can not be served with are refused before anything is started', bounded, async (t) => {
  const files = pemFiles(t)
  const dataDir = freshDataDir(t)
  files.write({ cert: localPair().cert, key: localPair().key })
  const env = { ...embeddedEnv(dataDir), PORT: '0', ROLLCALL_TLS_CERT: files.cert, ROLLCALL_TLS_KEY: files.key }
  const { code, errors, output } = await runToEnd(['start'], env)
  assert.equal(code, 2, errors)
  assert.match(errors, /^error: ROLLCALL_TLS_KEY .* is not the key of the first certificate .*\n$/)
  assert.equal(output, '')
  assert.ok(!existsSync(dataDir))
})

test('a certificate that has ended is served with, and the log says so', bounded, async (t) => {
  const files = pemFiles(t)
  const old = localPair(new Date('2020-01-01T00:00:00Z'))
  files.write(old)
  const env = { ROLLCALL_TLS_CERT: files.cert, ROLLCALL_TLS_KEY: files.key, ROLLCALL_TLS_PORT: '0' }
  const server = await startServer(t, { ...embeddedEnv(await servedDataDir(t)), ...env })
  assert.equal((await secureGet(`${secureUrl(server)}/healthz`)).fingerprint, fingerprintOf(old))
  await eventually('it says so', () => /valid from Dec 31 .* 2019 GMT to .* only/.test(server.errors()))
  assert.equal(await server.stop(), 0)
})

test('a port for HTTPS that is taken is told, and nothing stays behind', bounded, async (t) => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.after(() => taken.close())
  const dataDir = await servedDataDir(t)
  const port = String(portOf(taken))
  const env = { ...embeddedEnv(dataDir), PORT: '0', ROLLCALL_TLS: 'self-signed', ROLLCALL_TLS_PORT: port }
  const { code, errors } = await runToEnd(['start'], env)
  assert.equal(code, 1, errors)
  assert.match(errors, new RegExp(`Port ${port} of 127.0.0.1 is in use. Set ROLLCALL_TLS_PORT to another one`))
  assert.ok(!existsSync(join(dataDir, 'postgres/postmaster.pid')))
})
