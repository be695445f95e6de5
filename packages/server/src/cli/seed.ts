import type { Command } from 'commander'
import { badArgument, type CliCommand } from './command.ts'
import { seedDemo } from './seed/demo.ts'
import { mostPeople } from './seed/generated-people.ts'
import { seedPeople } from './seed/many-people.ts'
import type { Session } from './session.ts'
import { withSession } from './with-session.ts'

interface SeedOptions {
  readonly demo?: true
  readonly users?: string
  readonly seed: string
  readonly tenant?: string
}

export const seed: CliCommand = {
  register: (program: Command, config) => {
    program
      .command('seed')
      .description('Load sample people, the same every time')
      .option('--demo', 'a company of 130 with roles, job titles, bosses, custom fields and logins')
      .option('--users <number>', 'this many people without logins, 1 to 10000000; a larger number later adds the rest')
      .option('--seed <number>', 'which people --users makes: another seed, other people', '1')
      .option('--tenant <name>', 'the tenant; the default one when absent')
      .addHelpText('after', '\nExample:\n  npm start -- seed --demo\n  npm start -- seed --users 100000')
      .action((options: SeedOptions) => {
        const people = options.users === undefined ? null : numberOf('--users', options.users, 1, mostPeople)
        const which = numberOf('--seed', options.seed, 1, 2 ** 31)
        if (options.demo !== true && people === null) throw badArgument('Say what to load: --demo or --users NUMBER')
        return withSession(config(), async (session) => {
          const tenant = await tenantOf(session, options.tenant)
          const actor = await session.directory.operator(tenant.id)
          if (options.demo === true) await seedDemo(session, config(), actor, tenant)
          if (people !== null) await seedPeople(session, actor, people, which)
        })
      })
  },
}

function numberOf(option: string, text: string, least: number, most: number): number {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (number >= least && number <= most) return number
  throw badArgument(`${option} must be a whole number from ${least} to ${most}`)
}

async function tenantOf({ directory, defaultTenant }: Session, appId: string | undefined) {
  const tenant = appId === undefined ? defaultTenant : await directory.tenantByAppId(appId)
  if (tenant === null) throw badArgument(`--tenant: there is no tenant ${appId}. See: npm start -- tenant list`)
  return tenant
}
