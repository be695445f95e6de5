import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { runToEnd } from './server-process.ts'

/** A place for a database that no mistake may bring into being. */
const nowhere = join(tmpdir(), `rollcall-untouched-${process.pid}`)
const env = { ROLLCALL_DATA_DIR: nowhere }

const mistakes: [command: string, line: RegExp][] = [
  ['bogus', /^error: unknown command 'bogus'\. The commands are start, .*key/],
  ['tenants list', /^error: unknown command 'tenants'/],
  ['tenant remove acme', /^error: unknown command 'remove'/],
  ['start now', /^error: too many arguments for 'start'/],
  ['--port 80', /^error: unknown option '--port'/],
  ['tenant list --all', /^error: unknown option '--all'/],
  ['tenant create', /^error: missing required argument 'name'|^error: required option/],
  ['tenant create acme', /^error: required option '--admin-email <address>' not specified/],
  ['tenant create ACME --admin-email a@acme.example', /argument 'name'\. It must be 1 to 63 of a-z, 0-9 and "-"/],
  ['tenant create acme --admin-email nobody', /'nobody' is invalid\. It must be an email address/],
  ['tenant create acme --admin-email a@acme.example --admin-password short', /--admin-password must have 8 to 256/],
  ['tenant create acme --admin-email a@acme.example --admin-password-stdin', /standard input is empty/],
  ['user create', /^error: required option '--email <address>' not specified/],
  ['user create --email nobody', /'nobody' is invalid\. It must be an email address/],
  ['user create --email a@acme.example --password longenough --password-stdin', /cannot be used with option/],
  ['key', /^Usage: rollcall key/],
  ['key create --user a@acme.example', /^error: required option '--dialect <name>' not specified/],
  ['key create --dialect cotalker', /^error: required option '--user <email>' not specified/],
  [
    'key create --dialect icq --user a@acme.example',
    /'icq' is invalid\. Allowed choices are cotalker, rocketchat, cometchat\./,
  ],
  ['key create --dialect cotalker --user a@acme.example --days 1.5', /'1\.5' is invalid\. It must be a whole number/],
  ['key create --dialect cotalker --user a@acme.example --days 0', /'0' is invalid\. It must be a whole number/],
  ['key revoke --dialect cotalker', /^error: missing required argument 'id'/],
]

test('a mistake gets one line, exit code 2, and starts nothing', { timeout: 60_000 }, async (t) => {
  for (const [command, line] of mistakes) {
    await t.test(`rollcall ${command}`, async () => {
      const { code, output, errors } = await runToEnd(command.split(' '), env)
      assert.equal(code, 2, errors)
      assert.equal(output, '')
      assert.match(errors, line)
      if (!errors.startsWith('Usage')) assert.equal(errors.trimEnd().split('\n').length, 1, errors)
      assert.equal(existsSync(nowhere), false)
    })
  }
})

test('a setting that can not be used gets one line and exit code 2', { timeout: 60_000 }, async () => {
  const run = await runToEnd(['tenant', 'list'], { ...env, PORT: 'eighty', ROLLCALL_DOMAN: 'x.example' })
  assert.equal(run.code, 2)
  assert.match(run.errors, /^ROLLCALL_DOMAN is not a setting of Rollcall\. Did you mean ROLLCALL_DOMAIN\?$/m)
  assert.match(run.errors, /^PORT must be a whole number from 0 to 65535, not "eighty"\.$/m)
})

test('an API token has a name', { timeout: 60_000 }, async () => {
  for (const name of ['', '  ', 'x'.repeat(201)]) {
    const args = ['key', 'create', '--dialect', 'cotalker', '--user', 'a@acme.example', '--name', name]
    const { code, errors } = await runToEnd(args, env)
    assert.equal(code, 2)
    assert.match(errors, /^error: option '--name <text>' .*It must have 1 to 200 characters/)
    assert.equal(existsSync(nowhere), false)
  }
})

test('--version tells the version and starts nothing', { timeout: 60_000 }, async () => {
  const { version }: { version: string } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  for (const option of ['--version', '-V']) {
    const { code, output, errors } = await runToEnd([option], env)
    assert.deepEqual({ code, output, errors }, { code: 0, output: `${version}\n`, errors: '' })
  }
  assert.equal(existsSync(nowhere), false)
})

const commands = ['', 'start', 'tenant create', 'tenant list', 'user create', 'key create', 'key list', 'key revoke']

test('every command explains itself with an example', { timeout: 60_000 }, async (t) => {
  for (const command of commands) {
    await t.test(`rollcall ${command} --help`, async () => {
      const { code, output, errors } = await runToEnd(`${command} --help`.trim().split(' '), env)
      assert.equal(code, 0)
      assert.equal(errors, '')
      assert.match(output, /^Usage: rollcall/)
      assert.match(output, /^Example:\n {2}.*npm start/m)
    })
  }
})
