import { parseEmail } from '../config-values.ts'
import { type CliCommand, checked, say, tell } from './command.ts'
import { actorOf, roleIdsOf } from './lookup.ts'
import { choosePassword, passwordOptions } from './password.ts'
import { withSession } from './with-session.ts'

interface CreateOptions {
  readonly email: string
  readonly name?: string
  readonly role?: readonly string[]
  readonly password?: string
  readonly passwordStdin?: boolean
  readonly tenant?: string
}

export const user: CliCommand = {
  register: (program, config) => {
    const command = program.command('user').description('Make users')
    const create = command
      .command('create')
      .description('Make a user who can log in')
      .requiredOption('--email <address>', 'nobody else may have it', checked(parseEmail))
      .option('--name <text>', 'the name that is shown')
      .option('--role <role>', 'code, id or name of an access role; may be repeated (default: user)', collect)
    passwordOptions(create, 'password')
      .option('--tenant <name>', 'the tenant; the default one when absent')
      .addHelpText(
        'after',
        '\nExample:\n  npm start -- user create --email ada@example.com --name "Ada Example" --role read-admin',
      )
      .action(async ({ email, name, role = [], ...options }: CreateOptions) => {
        const chosen = await choosePassword('password', options.password, options.passwordStdin)
        await withSession(
          config(),
          async (session) => {
            const actor = await actorOf(session, options)
            const accessRoles = await roleIdsOf(session, actor, role)
            const { user: made } = await session.directory.createUser(actor, {
              email,
              password: chosen.password,
              ...(name !== undefined && { displayName: name }),
              ...(accessRoles.length > 0 && { accessRoles }),
            })
            say(`id        ${made.id}`)
            say(`email     ${made.email}`)
            say(`username  ${made.username}`)
            if (chosen.generated) {
              say(`password  ${chosen.password}`)
              tell('The password is shown only this once.')
            }
          },
          { email: `--email ${email}`, displayName: '--name', accessRoles: '--role' },
        )
      })
  },
}

const collect = (value: string, before: readonly string[] = []) => [...before, value]
