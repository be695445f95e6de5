import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  type Actor,
  type Condition,
  DirectoryError,
  type FieldPath,
  memberFields,
  publicFields,
  rowFields,
  type SortKey,
  type User,
} from '../src/core/index.ts'
import { openApp } from './apps.ts'
import { openStored } from './stored.ts'
import { startRollcall } from './support.ts'

const rollcall = await startRollcall({ after })
const { directory, operator, admin } = rollcall
const app = openApp(rollcall)
const stored = await openStored({ after }, rollcall.connection)
const forbidden = { code: 'forbidden' }
const page = { limit: 100, offset: 0, total: true } as const
const byId = [{ field: 'id', path: [], direction: 'asc' }] as const
const refusing = (field: string) => (error: unknown) =>
  error instanceof DirectoryError && error.code === 'forbidden' && error.detail.field === field
const exists = (at: FieldPath): Condition => ({ at, test: { op: 'exists' } })
const definitions = { open: { type: 'text', public: true }, shut: { type: 'text', public: false } }

describe('what the users of an app see of each other', () => {
  let [viewer, other, key, asOther]: Actor[] = []
  let subject: User
  let seen: unknown

  before(async () => {
    await directory.updateTenant(operator, { changes: { settings: { customFields: JSON.stringify(definitions) } } })
    const member = await app.user('viewer')
    subject = await app.user('subject', {
      email: 'subject@example.com',
      username: 'subject.name',
      tags: ['t'],
      phone: '1',
      bosses: [admin.id],
      settings: { a: 1 },
      customFields: { open: 'yes', shut: 'no' },
      extensions: {
        metadata: { '@private': { contact: 'c' }, shirt: { '@private': 1, size: 'M' } },
        company: { n: 1 },
      },
    })
    viewer = (await app.token(member.id)).actor
    other = (await app.token((await app.user('other')).id)).actor
    key = (await app.key('full-access')).actor
    asOther = await directory.actAs(key, { userId: other.userId ?? '' })
    const picked: Partial<Record<string, unknown>> = subject
    seen = {
      ...Object.fromEntries(memberFields.map((field) => [field, picked[field]])),
      extensions: { customFields: { open: 'yes' }, metadata: { shirt: { '@private': 1, size: 'M' } } },
    }
  })
  const actor = (one: Actor | undefined): Actor => {
    assert.ok(one)
    return one
  }

  test('is exactly the part of members, by every road; oneself and for keys it is all', async () => {
    for (const one of [actor(viewer), actor(asOther)]) {
      const where: Condition = { at: { field: 'uid', path: [] }, test: { op: 'in', values: ['subject'] } }
      const { view, users, total } = await directory.browseUsers(one, { where, order: byId, ...page })
      assert.deepEqual({ view, users, total }, { view: 'member', users: [seen], total: 1 })
      const members = await directory.browseMembers(one, { where, ...page })
      assert.deepEqual([members.view, members.users, members.total], ['member', [seen], 1])
      for (const found of [{ id: subject.id }, { uid: 'SUBJECT' }, { username: 'Subject.Name' }]) {
        const { view, user, isSelf } = (await directory.findUser(one, { keys: [found] })) ?? {}
        assert.deepEqual({ view, user, isSelf }, { view: 'member', user: seen, isSelf: false })
      }
      assert.equal(await directory.findUser(one, { keys: [{ email: subject.email }] }), null)
      const own = await directory.findUser(one, { keys: [{ id: one.userId ?? '' }] })
      assert.deepEqual([own?.view, own?.isSelf], ['full', true])
    }
    const whole = await directory.findUser(actor(key), { keys: [{ uid: 'subject' }] })
    assert.deepEqual([whole?.view, whole?.user], ['full', subject])
  })

  test('is what they may filter and order by, and nothing else', async () => {
    const plain = [...rowFields, 'active', 'status'] as const
    const readable = new Set<string>([...memberFields.filter((field) => field !== 'extensions'), 'status'])
    const paths: [FieldPath, boolean][] = [
      ...plain.map((field): [FieldPath, boolean] => [{ field, path: [] }, readable.has(field)]),
      [{ field: 'extensions', path: ['metadata'] }, false],
      [{ field: 'extensions', path: ['metadata', 'shirt'] }, true],
      [{ field: 'extensions', path: ['metadata', 'shirt', 'size'] }, true],
      [{ field: 'extensions', path: ['metadata', '@private'] }, false],
      [{ field: 'extensions', path: ['metadata', '@private', 'contact'] }, false],
      [{ field: 'extensions', path: ['customFields'] }, false],
      [{ field: 'extensions', path: ['customFields', 'open'] }, true],
      [{ field: 'extensions', path: ['customFields', 'shut'] }, false],
      [{ field: 'extensions', path: ['customFields', 'unknown'] }, false],
      [{ field: 'extensions', path: ['company', 'n'] }, false],
      [{ field: 'avatar', path: ['original'] }, true],
      [{ field: 'accessRoles', path: ['0'] }, true],
      [{ field: 'settings', path: ['a'] }, false],
    ]
    assert.ok(paths.filter(([, allowed]) => allowed).length > publicFields.length)
    for (const [at, allowed] of paths) {
      const name = [at.field, ...at.path].join('.')
      const trees = [exists(at), { not: exists(at) }, { any: [exists(byId[0]), { all: [exists(at)] }] }]
      const order: SortKey[] = [{ ...at, direction: 'asc' }]
      for (const one of [actor(viewer), actor(asOther)]) {
        const calls = [
          ...trees.map((where) => () => directory.browseUsers(one, { where, order: byId, ...page })),
          ...trees.map((where) => () => directory.browseMembers(one, { where, ...page })),
          () => directory.browseUsers(one, { order, ...page }),
        ]
        for (const call of calls) {
          if (allowed) await call()
          else await assert.rejects(call, refusing(name), name)
        }
      }
    }
    const within: Condition = { contains: 'x', within: ['shownName', 'email'] }
    await assert.rejects(directory.browseUsers(actor(viewer), { where: within, order: byId, ...page }), forbidden)
  })

  test('of links only their own are told', async () => {
    const one = actor(viewer)
    for (const link of ['friend', 'blocked-by', 'has-blocked'] as const) {
      const own = { link, of: one.userId ?? '' }
      const others = { link, of: subject.id }
      await directory.browseUsers(one, { where: { not: own }, order: byId, ...page })
      for (const where of [others, { not: others }, { any: [own, { all: [others] }] }]) {
        await assert.rejects(directory.browseUsers(one, { where, order: byId, ...page }), forbidden)
        await assert.rejects(directory.browseMembers(one, { where, ...page }), forbidden)
        await directory.browseUsers(actor(key), { where, order: byId, ...page })
      }
    }
  })

  test('a key that acts as a user sees what that user sees and changes nothing', async () => {
    const one = actor(asOther)
    const userId = one.userId ?? ''
    assert.deepEqual([userId, [...one.capabilities]], [other?.userId, ['users.list-members']])
    await stored.unchanged(async () => {
      const refused = [
        () => directory.updateUser(one, { userId, changes: { name: 'x' } }),
        () => directory.updateUser(one, { userId, changes: { password: 'another long one' } }),
        () => directory.updateUser(one, { userId: subject.id, changes: { name: 'x' } }),
        () => directory.blockUsers(one, { userId, otherIds: [subject.id] }),
        () => directory.setPresence(one, { userId, status: 'busy' }),
        () => directory.issueUserToken(one, { userId, value: 'v' }),
        () => directory.getUser(one, { userId: subject.id }),
      ]
      for (const call of refused) await assert.rejects(call, forbidden)
    })
    const actAs = (by: Actor, id: string) => directory.actAs(by, { userId: id })
    await assert.rejects(actAs(actor(key), 'f'.repeat(24)), { code: 'not_found' })
    await assert.rejects(actAs(actor(viewer), subject.id), forbidden)
    await assert.rejects(actAs((await app.key('auth-only')).actor, subject.id), forbidden)
    await assert.rejects(actAs((await app.token(admin.id)).actor, subject.id), { code: 'not_found' })
    await directory.deactivateUser(operator, { userId: subject.id })
    const later = (await app.key('full-access')).actor
    await assert.rejects(actAs(later, subject.id), { code: 'not_found' })
  })
})
