import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sealerOf } from '../src/crypto/sealer.ts'
import { wire } from '../src/wire.ts'
import { appOrigin, openApp } from './apps.ts'
import { secret, startRollcall } from './support.ts'

const later = 'the secret that follows it, 32 characters at least'

test('what was sealed opens under the same secret and, during a rotation, under the one before', () => {
  const sealed = sealerOf(secret, null).seal('Ключ 1')
  assert.equal(sealerOf(secret, null).open(sealed), 'Ключ 1')
  assert.equal(sealerOf(later, secret).open(sealed), 'Ключ 1')
  assert.equal(sealerOf(later, null).open(sealed), null)
  const fresh = sealerOf(later, secret).seal('Ключ 1')
  assert.equal(sealerOf(later, null).open(fresh), 'Ключ 1')
  assert.equal(sealerOf(secret, null).open(fresh), null)
  assert.notEqual(sealerOf(secret, null).seal('Ключ 1'), sealed, 'the same text twice')
  assert.equal(sealerOf(secret, null).open(sealerOf(secret, null).seal('')), '')
})

test('a changed, shortened or lengthened one does not open', () => {
  const { seal, open } = sealerOf(later, secret)
  const bytes = Buffer.from(seal('abc'), 'base64url')
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes)
    changed.writeUInt8(bytes.readUInt8(at) ^ 1, at)
    assert.equal(open(changed.toString('base64url')), null, `byte ${at}`)
    assert.equal(open(bytes.subarray(0, at).toString('base64url')), null, `${at} bytes`)
  }
  assert.equal(open(Buffer.concat([bytes, Buffer.from('x')]).toString('base64url')), null)
  for (const text of ['', 'no such thing', '\0']) assert.equal(open(text), null)
})

test('keys are shown and work through a rotation; after it the old ones work but can no longer be shown', async (t) => {
  const rollcall = await startRollcall(t)
  const { value } = await openApp(rollcall).key('full-access')
  const { mails: _mails, connection, clock, operator } = rollcall
  const rotated = (previousSecret: string | null) => {
    const wired = wire({
      connection,
      secret: later,
      previousSecret,
      clock: clock.now,
      mailer: { send: async () => {} },
      onError: () => {},
    })
    t.after(() => wired.store.close())
    return { directory: wired.directory, app: openApp({ directory: wired.directory, operator }) }
  }
  const during = rotated(secret)
  assert.deepEqual(
    (await during.directory.listKeys(during.app.keeper, {})).map((key) => key.value),
    [value],
  )
  const ended = rotated(null)
  assert.deepEqual(await ended.directory.listKeys(ended.app.keeper, {}), [])
  const actor = await ended.app.actorBy(value, appOrigin, 'rollcall')
  assert.equal((await ended.directory.getTenant(actor, {})).appId, 'rollcall')
})
