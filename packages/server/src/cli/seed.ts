import type { Command } from 'commander'
import { badArgument, type CliCommand } from './command.ts'
import { seedDemo } from './seed/demo.ts'
import type { Session } from './session.ts'
import { withSession } from './with-session.ts'

interface SeedOptions {
  readonly demo?: true
  readonly tenant?: string
}

export const seed: CliCommand = {
  register: (program: Command, config) => {
    program
      .command('seed')
      .description('Load sample people: a small company to try things out with')
      .option('--demo', 'about 120 people with roles, job titles, bosses and logins; once')
      .option('--tenant <name>', 'the tenant; the default one when absent')
      .addHelpText('after', '\nExample:\n  npm start -- seed --demo')
      .action((options: SeedOptions) => {
        if (options.demo !== true) throw badArgument('Say what to load: --demo')
        return withSession(config(), async (session) => {
          const tenant = await tenantOf(session, options.tenant)
          const actor = await session.directory.operator(tenant.id)
          await seedDemo(session, config(), actor, tenant)
        })
      })
  },
}

async function tenantOf({ directory, defaultTenant }: Session, appId: string | undefined) {
  const tenant = appId === undefined ? defaultTenant : await directory.tenantByAppId(appId)
  if (tenant === null) throw badArgument(`--tenant: there is no tenant ${appId}. See: npm start -- tenant list`)
  return tenant
}
