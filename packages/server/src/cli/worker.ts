import type { CliCommand } from './command.ts'

export const worker: CliCommand = {
  register: (program, config) => {
    program
      .command('worker')
      .description('Do what runs beside requests, without serving: deliver webhooks, retry mail, take people offline')
      .addHelpText(
        'after',
        '\nFor servers that are started with ROLLCALL_WORKER=off. Any number may run; they share the work.' +
          '\n\nExample:\n  DATABASE_URL=postgres://… ROLLCALL_SECRET=… npm start -- worker',
      )
      .action(async () => {
        const settings = config()
        // Loaded here: no other command needs it.
        const { work } = await import('./work.ts')
        await work(settings)
      })
  },
}
