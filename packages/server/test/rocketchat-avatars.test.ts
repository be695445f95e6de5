import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Member, workspaceOf } from './rocketchat-people.ts'
import { openStored } from './stored.ts'
import { at, startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { call } = rollcall
const { get, memberIn, post } = workspaceOf(rollcall)
const stored = await openStored({ after }, rollcall.connection)
const admin = await memberIn(['admin'])
const ann = await memberIn(['user'], { username: 'Ann.Archer' })

type Part = readonly [name: string, content: string, filename?: string]
const part = ([name, content, filename]: Part) =>
  `--b\r\ncontent-disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n\r\n${content}\r\n`
const upload = (as: Member, ...parts: readonly Part[]) =>
  call('POST', '/api/v1/users.setAvatar', {
    headers: { ...as.headers, 'content-type': 'multipart/form-data; boundary=b' },
    body: `${parts.map(part).join('')}--b--\r\n`,
  })
const gif = 'GIF89a and so on'
const policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

const headersThatMatter = ({ headers }: { headers: Record<string, unknown> }) =>
  ['content-type', 'x-content-type-options', 'content-security-policy'].map((name) => headers[name])

test('without a picture there are initials, and they say nothing about who there is', async () => {
  for (const [name, initials] of [
    ['Ann.Archer', 'AA'],
    ['nobody', 'N'],
    ['%3Cscript%3E%26', 'S'],
    ['%3C%3E', '?'],
    ['%F0%9F%98%80', '?'],
    ['@ann', 'A'],
  ] as const) {
    const reply = await call('GET', `/avatar/${name}`)
    assert.equal(reply.status, 200)
    assert.deepEqual(headersThatMatter(reply), ['image/svg+xml; charset=utf-8', 'nosniff', policy])
    assert.ok(reply.text.endsWith(`>${initials}</text></svg>`), reply.text)
  }
  const ofId = await call('GET', `/avatar/uid/${ann.id}`)
  assert.equal(ofId.text, (await call('GET', '/avatar/uid/nobody')).text, 'an id would tell a name')
})

test('an uploaded picture is served as what its bytes say, with its mark, until it is removed', async () => {
  assert.equal((await upload(ann, ['image', gif, 'me.svg'])).status, 200)
  const info = await get(`users.info?userId=${ann.id}`, ann)
  const etag = at(info.body, 'user', 'avatarETag')
  for (const path of ['Ann.Archer', 'ann.archer', 'ANN.ARCHER.jpg', 'ann.archer.png', `uid/${ann.id}`]) {
    const reply = await call('GET', `/avatar/${path}`)
    assert.equal(reply.text, gif, path)
    assert.deepEqual(headersThatMatter(reply), ['image/gif', 'nosniff', policy])
    assert.equal(reply.headers.etag, `"${etag}"`)
    const again = await call('GET', `/avatar/${path}`, { headers: { 'if-none-match': `W/"x", "${etag}"` } })
    assert.deepEqual([again.status, again.text], [304, ''])
  }
  assert.equal((await post('users.resetAvatar', {}, ann)).status, 200)
  assert.match((await call('GET', '/avatar/ann.archer')).text, /^<svg/)
  assert.equal(at((await get(`users.info?userId=${ann.id}`, ann)).body, 'user', 'avatarETag'), undefined)
})

test('each kind of picture', async () => {
  for (const [type, content] of [
    ['image/jpeg', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0])],
    ['image/png', Buffer.from('89504e470d0a1a0a0000', 'hex')],
    ['image/webp', Buffer.from('RIFF\0\0\0\0WEBPVP8 ')],
  ] as const) {
    const form = new FormData()
    form.set('image', new Blob([content]), 'picture')
    form.set('username', 'ann.archer')
    const encoded = new Response(form)
    const reply = await call('POST', '/api/v1/users.setAvatar', {
      headers: { ...admin.headers, 'content-type': encoded.headers.get('content-type') ?? '' },
      body: Buffer.from(await encoded.arrayBuffer()),
    })
    assert.equal(reply.status, 200, reply.text)
    assert.equal((await call('GET', '/avatar/ann.archer')).headers['content-type'], type)
  }
})

test('a picture may have all of 1 MiB, whatever its form adds', async () => {
  const image = `GIF89a${'x'.repeat(1_048_576 - 6)}`
  const reply = await upload(ann, ['username', 'ann.archer'], ['image', image, `${'long name'.repeat(100)}.gif`])
  assert.equal(reply.status, 200, reply.text)
  assert.equal((await call('GET', '/avatar/ann.archer')).text, image)
})

test('uploads that are refused write nothing', async () => {
  const cases: [parts: Part[], status: number, error: string][] = [
    [
      [['image', '<svg/>', 'me.png']],
      400,
      'Only PNG, JPEG, GIF and WebP pictures can be served [error-avatar-invalid]',
    ],
    [[['image', '', 'me.png']], 400, 'Only PNG, JPEG, GIF and WebP pictures can be served [error-avatar-invalid]'],
    [[['picture', gif, 'me.gif']], 400, 'A file is needed in the part "image" [error-avatar-invalid]'],
    [[['image', gif]], 400, 'A file is needed in the part "image" [error-avatar-invalid]'],
    [[], 400, 'A file is needed in the part "image" [error-avatar-invalid]'],
    [[['image', `GIF89a${'x'.repeat(1_048_576)}`, 'me.gif']], 413, 'The picture is larger than 1 MiB.'],
    [
      [
        ['image', gif, 'a.gif'],
        ['image', gif, 'b.gif'],
      ],
      400,
      'The form has more than a picture and the name of its user [error-avatar-invalid]',
    ],
    [
      [...Array(6).keys()].map((n): Part => [`field${n}`, 'x']),
      400,
      'The form has more than a picture and the name of its user [error-avatar-invalid]',
    ],
    [[['__proto__', 'x']], 400, 'The form can not be read [error-avatar-invalid]'],
    [
      [
        ['userId', 'x'.repeat(2000)],
        ['image', gif, 'a.gif'],
      ],
      400,
      'The form has a part that is no short text [invalid-params]',
    ],
    [[['avatarUrl', 'http://127.0.0.1/']], 400, 'Invalid avatar URL: http://127.0.0.1/ [error-avatar-invalid-url]'],
    [
      [
        ['username', 'nobody'],
        ['image', gif, 'a.gif'],
      ],
      403,
      'User does not have the permissions required for this action [error-unauthorized]',
    ],
  ]
  for (const [parts, status, error] of cases) {
    const reply = await stored.unchanged(() => upload(ann, ...parts))
    assert.deepEqual([reply.status, at(reply.body, 'error')], [status, error])
  }
  const cut = await stored.unchanged(() =>
    call('POST', '/api/v1/users.setAvatar', {
      headers: { ...ann.headers, 'content-type': 'multipart/form-data; boundary=b' },
      body: part(['image', gif, 'me.gif']).slice(0, -2),
    }),
  )
  assert.deepEqual([cut.status, at(cut.body, 'error')], [400, 'The form can not be read [error-avatar-invalid]'])
  const elsewhere = await stored.unchanged(() =>
    call('POST', '/api/v1/users.setAvatar', {
      headers: { ...ann.headers, 'content-type': 'application/json' },
      body: { image: 'x'.repeat(1_200_000) },
    }),
  )
  assert.deepEqual([elsewhere.status, at(elsewhere.body, 'error')], [413, 'The picture is larger than 1 MiB.'])
  const noBoundary = await stored.unchanged(() =>
    call('POST', '/api/v1/users.setAvatar', {
      headers: { ...ann.headers, 'content-type': 'multipart/form-data' },
      body: part(['image', gif, 'me.gif']),
    }),
  )
  assert.deepEqual(
    [noBoundary.status, at(noBoundary.body, 'error')],
    [400, 'The form can not be read [error-avatar-invalid]'],
  )
})

test('who may not set pictures sets none', async () => {
  await post('settings/Accounts_AllowUserAvatarChange', { value: false }, admin)
  const { status } = await stored.unchanged(() => upload(ann, ['image', gif, 'me.gif']))
  assert.equal(status, 400)
})
