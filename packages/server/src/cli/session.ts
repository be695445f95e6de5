import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../config.ts'
import { DirectoryError, type Mailer, type Tenant } from '../core/index.ts'
import { outboxMailer } from '../mail/outbox.ts'
import { smtpMailer } from '../mail/smtp.ts'
import { type Database, openDatabase } from '../store/database.ts'
import { isConnectionError } from '../store/errors.ts'
import { migrate } from '../store/migrate.ts'
import { type Wired, wire } from '../wire.ts'
import { CommandError } from './command.ts'
import { firstKey, firstSecret, forgetFirstSecrets, unseenSecret } from './first-secrets.ts'
import { isPrivate } from './listen.ts'
import { serverSecret } from './secret.ts'

/** How long statements under way may hold up the end, in milliseconds; then their connections are cut off. */
const longestClose = 3000

/** What the first start made, to be shown once. */
export interface FirstAdmin {
  readonly email: string
  /** `null` when it was given by the configuration. */
  readonly generatedPassword: string | null
  /** A key of CometChat's dialect that may do anything; `null` likewise. */
  readonly generatedKey: string | null
}

/** An open directory: database, migrations, default tenant and all. */
export interface Session extends Wired {
  readonly database: Database
  readonly defaultTenant: Tenant
  /** `null` unless this very call made the default tenant, or something generated has not been shown yet. */
  readonly firstAdmin: FirstAdmin | null
  /** To be called once `firstAdmin` was shown. */
  forgetFirstSecrets(): Promise<void>
  close(): Promise<void>
}

export interface SessionOptions {
  readonly log: (level: 'info' | 'warn', message: string) => void
  /** What went wrong in the background. */
  readonly onError: (error: unknown) => void
  /** Runs as soon as the database answers, before anything is changed in it. */
  readonly opened?: (database: Database) => Promise<void>
}

/**
 * What every command begins with: opens the database (starting our own if need be), migrates it, and makes the default
 * tenant if nobody has. Throws `DatabaseError` or `CommandError` with a message for the person at the terminal.
 */
export async function openSession(config: Config, options: SessionOptions): Promise<Session> {
  const { log, onError, opened } = options
  const database = await openDatabase({ url: config.databaseUrl ?? undefined, dataDir: config.dataDir, log })
  const closers: (() => Promise<void>)[] = [() => database.close()]
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }
  try {
    await opened?.(database)
    const { connection, ensure } = database
    await migrateOn(database, log)
    const secret = await serverSecret(config)
    const wired = wire({
      connection,
      ensure,
      secret,
      previousSecret: config.previousSecret,
      mailer: mailerOf(config, log),
      // A server that only its own machine reaches has no strangers.
      openRegistration: isPrivate(config),
      webhooks: { allow: config.webhookAllow ?? [] },
      onError,
    })
    closers.push(() => Promise.race([wired.store.close(), sleep(longestClose, undefined, { ref: false })]))
    return {
      ...wired,
      ...(await defaultTenantOf(wired, config)),
      database,
      forgetFirstSecrets: () => forgetFirstSecrets(config),
      close,
    }
  } catch (error) {
    await close()
    throw error instanceof DirectoryError ? new CommandError(error.detail.reason ?? error.message) : error
  }
}

/** The mail server of the configuration, or a folder of messages in the data directory. */
function mailerOf({ smtpUrl, mailFrom, dataDir }: Config, log: SessionOptions['log']): Mailer {
  if (smtpUrl !== null) return smtpMailer(smtpUrl, mailFrom)
  return outboxMailer(join(dataDir, 'outbox'), mailFrom, (file) =>
    log('info', `no mail server is configured; wrote ${file}`),
  )
}

async function migrateOn({ connection, ensure }: Database, log: SessionOptions['log']): Promise<void> {
  try {
    await migrate(connection, log)
  } catch (error) {
    const broken = isConnectionError(error) || (error instanceof Error && isConnectionError(error.cause))
    if (!broken) throw notMigrated(error)
    // The process that had started the database has just stopped it.
    await ensure()
    await migrate(connection, log).catch((again: unknown) => {
      throw notMigrated(again)
    })
  }
}

/** A database that may not be written, was migrated by a newer version, or holds somebody else's tables. */
function notMigrated(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof TypeError) return error
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : ''
  return new CommandError(`The database can not be brought up to date: ${error.message}${cause}`)
}

async function defaultTenantOf(wired: Wired, config: Config) {
  const { appId } = config
  // One look at all: between two, another process may make the tenant.
  const others = await wired.store.reads.tenants()
  const known = others.find((tenant) => tenant.appId === appId)
  if (known !== undefined) return { defaultTenant: known, firstAdmin: await untoldAdmin(config) }
  if (others.length > 0) {
    const names = others.map((tenant) => tenant.appId).join(', ')
    throw new CommandError(
      `ROLLCALL_APP_ID is ${appId}, but this database has the tenants ${names}. Set ROLLCALL_APP_ID to one of them.`,
    )
  }
  try {
    return await makeDefaultTenant(wired, config)
  } catch (error) {
    const raced = error instanceof DirectoryError && error.code === 'value_taken'
    const made = raced ? await wired.directory.tenantByAppId(appId) : null
    if (made === null) throw error
    await forgetFirstSecrets(config)
    return { defaultTenant: made, firstAdmin: null }
  }
}

async function untoldAdmin(config: Config): Promise<FirstAdmin | null> {
  const [generatedPassword, generatedKey] = [await unseenSecret(config, 'password'), await unseenSecret(config, 'key')]
  if (generatedPassword === null && generatedKey === null) return null
  return { email: config.adminEmail, generatedPassword, generatedKey }
}

async function makeDefaultTenant({ directory }: Wired, config: Config) {
  const { appId, adminEmail: email, adminUsername: username, adminPassword, apiKey } = config
  const generatedPassword = adminPassword === null ? await firstSecret(config, 'password') : null
  const generatedKey = apiKey === null ? await firstSecret(config, 'key') : null
  const admin = { email, username, password: adminPassword ?? generatedPassword ?? '' }
  const actor = await directory.operator(directory.newId())
  const key = firstKey(apiKey ?? generatedKey ?? '')
  const { tenant } = await directory.createTenant(actor, { appId, name: 'Rollcall', admin, key })
  return { defaultTenant: tenant, firstAdmin: { email, generatedPassword, generatedKey } }
}
