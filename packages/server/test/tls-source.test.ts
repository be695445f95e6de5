import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import { tlsSource } from '../src/cli/tls-source.ts'
import { readConfig } from '../src/config.ts'
import { localPair, pemFiles } from './tls-support.ts'

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const locked = (type: 'pkcs8' | 'sec1'): string =>
  privateKey.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'word' }).toString()
const good = localPair()

const refused: Record<string, { cert?: string; key?: string; message: RegExp }> = {
  'no certificate file': { key: good.key, message: /^ROLLCALL_TLS_CERT .*cert\.pem can not be read \(ENOENT/ },
  'no key file': { cert: good.cert, message: /^ROLLCALL_TLS_KEY .*key\.pem can not be read \(ENOENT/ },
  'an empty certificate': { ...good, cert: '', message: /^ROLLCALL_TLS_CERT .* holds no certificate in PEM form/ },
  'the key as certificate': { ...good, cert: good.key, message: /^ROLLCALL_TLS_CERT .* holds no certificate/ },
  'half a certificate': { ...good, cert: good.cert.slice(0, 200), message: /^ROLLCALL_TLS_CERT .* no certificate/ },
  'no key': { ...good, key: 'nothing', message: /^ROLLCALL_TLS_KEY .* holds no private key in PEM form/ },
  'the certificate as key': { ...good, key: good.cert, message: /^ROLLCALL_TLS_KEY .* holds no private key/ },
  'a locked key': { ...good, key: locked('pkcs8'), message: /^ROLLCALL_TLS_KEY .* is locked with a passphrase/ },
  'an old locked key': { ...good, key: locked('sec1'), message: /^ROLLCALL_TLS_KEY .* is locked with a passphrase/ },
  "another certificate's key": {
    ...good,
    key: localPair().key,
    message: /^ROLLCALL_TLS_KEY .* is not the key of the first certificate in ROLLCALL_TLS_CERT/,
  },
  'the chain in the wrong order': {
    ...good,
    cert: localPair().cert + good.cert,
    message: /^ROLLCALL_TLS_KEY .* The server's own certificate comes first/,
  },
  'a chain that breaks off': {
    ...good,
    cert: `${good.cert}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`,
    message: /^ROLLCALL_TLS_CERT .* can not be served with/,
  },
}

for (const [name, { message, ...pair }] of Object.entries(refused)) {
  test(`${name} is refused, with what to do`, async (t) => {
    const files = pemFiles(t)
    files.write(pair)
    const source = tlsSource(readConfig({ ROLLCALL_TLS_CERT: files.cert, ROLLCALL_TLS_KEY: files.key }))
    assert.equal(source?.kind, 'files')
    await assert.rejects(async () => source?.read(), { name: 'CommandError', exitCode: 2, message })
  })
}

test('files are read at each time; one may hold both', async (t) => {
  const files = pemFiles(t)
  files.write({ cert: good.cert, key: good.key })
  const source = tlsSource(readConfig({ ROLLCALL_TLS_CERT: files.cert, ROLLCALL_TLS_KEY: files.key }))
  assert.deepEqual(await source?.read(), good)
  const next = localPair()
  files.write({ cert: next.cert + localPair().cert, key: next.key })
  assert.equal((await source?.read())?.key, next.key)

  rmSync(files.key)
  files.write({ cert: good.key + good.cert })
  const one = tlsSource(readConfig({ ROLLCALL_TLS_CERT: files.cert, ROLLCALL_TLS_KEY: files.cert }))
  assert.equal((await one?.read())?.cert, good.key + good.cert)
})

test('without settings there is no HTTPS', () => assert.equal(tlsSource(readConfig({})), null))
