import { randomBytes } from 'node:crypto'
import type { Config } from '../config.ts'
import type { Tenant } from '../core/index.ts'
import { type Database, openDatabase } from '../store/database.ts'
import { migrate } from '../store/migrate.ts'
import { type Wired, wire } from '../wire.ts'
import { CommandError } from './command.ts'
import { serverSecret } from './secret.ts'

/** What the first start made, to be shown once. */
export interface FirstAdmin {
  readonly email: string
  /** `null` when it was given by the configuration. */
  readonly generatedPassword: string | null
}

/** An open directory: database, migrations, default tenant and all. */
export interface Session extends Wired {
  readonly database: Database
  readonly defaultTenant: Tenant
  /** `null` unless this very call made the default tenant. */
  readonly firstAdmin: FirstAdmin | null
  close(): Promise<void>
}

export type Log = (level: 'info' | 'warn', message: string) => void

/** What every command begins with: opens the database (starting our own if need be), migrates it, makes the default tenant. */
export async function openSession(config: Config, log: Log, onError: (error: unknown) => void): Promise<Session> {
  const database = await openDatabase({ url: config.databaseUrl ?? undefined, dataDir: config.dataDir, log })
  try {
    const { connection, ensure } = database
    await migrate(connection, log)
    const secret = await serverSecret(config)
    const wired = wire({ connection, ensure, secret, previousSecret: config.previousSecret, onError })
    const close = async () => {
      await wired.store.close()
      await database.close()
    }
    return { ...wired, ...(await defaultTenantOf(wired, config)), database, close }
  } catch (error) {
    await database.close()
    throw error
  }
}

async function defaultTenantOf({ directory, store }: Wired, config: Config) {
  const { appId, adminEmail: email, adminUsername: username, adminPassword } = config
  const known = await directory.tenantByAppId(appId)
  if (known !== null) return { defaultTenant: known, firstAdmin: null }
  const others = await store.reads.tenants()
  if (others.length > 0) {
    const names = others.map((tenant) => tenant.appId).join(', ')
    throw new CommandError(
      `ROLLCALL_APP_ID is ${appId}, but this database has the tenants ${names}. Set it to one of them, or make it with: npm start -- tenant create ${appId} --admin-email ...`,
    )
  }
  const generatedPassword = adminPassword === null ? randomBytes(12).toString('base64url') : null
  const admin = { email, username, password: adminPassword ?? generatedPassword ?? '' }
  const actor = await directory.operator(directory.newId())
  const { tenant } = await directory.createTenant(actor, { appId, name: 'Rollcall', admin })
  return { defaultTenant: tenant, firstAdmin: { email, generatedPassword } }
}
