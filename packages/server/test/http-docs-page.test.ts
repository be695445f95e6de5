import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import { docsPage } from '../src/http/docs-page.ts'

const document = (title: string) => ({ openapi: '3.1.0', info: { title, version: '1' }, paths: {} })

async function docsApp() {
  const app = Fastify()
  let asked = 0
  await app.register(docsPage, {
    documents: {
      cotalker: () => {
        asked++
        return document('Cotalker')
      },
      rollcall: () => document('Rollcall'),
    },
  })
  return { app, asked: () => asked }
}

test('each document is served whole, and made once', async () => {
  const { app, asked } = await docsApp()
  for (let i = 0; i < 2; i++) {
    const reply = await app.inject('/docs/cotalker.json')
    assert.equal(reply.headers['content-type'], 'application/json; charset=utf-8')
    assert.deepEqual(reply.json(), document('Cotalker'))
  }
  assert.equal(asked(), 1)
  assert.deepEqual((await app.inject('/docs/rollcall.json')).json(), document('Rollcall'))
  assert.equal((await app.inject('/docs/other.json')).statusCode, 404)
})

test('the page offers every document, and no validator', async () => {
  const { app } = await docsApp()
  const script = (await app.inject('/docs/static/swagger-initializer.js')).body
  assert.match(
    script,
    /"urls":\[\{"name":"cotalker","url":"\/docs\/cotalker\.json"\},\{"name":"rollcall","url":"\/docs\/rollcall\.json"\}\]/,
  )
  assert.match(script, /"validatorUrl":null/)
})

test('whatever the page names is served from here, and the browser is told to load nothing else', async () => {
  const { app } = await docsApp()
  for (const page of ['/docs', '/docs/']) {
    const reply = await app.inject(page)
    assert.equal(reply.statusCode, 200)
    assert.equal(
      reply.headers['content-security-policy'],
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    )
    assert.doesNotMatch(reply.body, /https?:|<script>|<style|\son\w+=/)

    const named = [...reply.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, target = '']) => target)
    assert.ok(named.length >= 5)
    for (const target of named) {
      const asset = await app.inject(new URL(target, `http://localhost${page}`).pathname)
      assert.equal(asset.statusCode, 200, target)
      assert.equal(asset.headers['x-content-type-options'], 'nosniff')
    }
  }
})
