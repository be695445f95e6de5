import assert from 'node:assert/strict'
import { test } from 'node:test'
import { appIdOfHost } from '../src/dialects/_kit/host-tenant.ts'

const names = { domain: 'people.example.com', defaultAppId: 'rollcall' }

test('a host below the domain names the tenant of its label', () => {
  assert.equal(appIdOfHost('acme.people.example.com', names), 'acme')
  assert.equal(appIdOfHost('ACME.People.Example.COM', names), 'acme')
  assert.equal(appIdOfHost('acme.people.example.com.', names), 'acme')
  assert.equal(appIdOfHost('a.b.people.example.com', names), 'a.b')
  assert.equal(appIdOfHost('acme.api-us.people.example.com', names), 'acme')
  assert.equal(appIdOfHost('Acme.apiclient-EU2.people.example.com', names), 'acme')
  assert.equal(appIdOfHost('acme.call-us.people.example.com', names), 'acme.call-us')
  assert.equal(appIdOfHost('api-us.people.example.com', names), 'api-us')
})

test('any other host names none', () => {
  for (const host of [
    'people.example.com',
    'xpeople.example.com',
    'acme.example.com',
    '127.0.0.1',
    '[::1]',
    'localhost',
    '',
  ]) {
    assert.equal(appIdOfHost(host, names), null, host)
  }
  assert.equal(appIdOfHost('acme.people.example.com', { ...names, domain: null }), null)
})
