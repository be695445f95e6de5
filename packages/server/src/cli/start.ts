import type { CliCommand } from './command.ts'

export const start: CliCommand = {
  register: (program, config) => {
    program
      .command('start', { isDefault: true })
      .description('Serve every dialect (what `npm start` does)')
      .addHelpText(
        'after',
        '\nExample:\n  PORT=8080 npm start\n  DATABASE_URL=postgres://… ROLLCALL_SECRET=… npm start',
      )
      .action(async () => {
        const settings = config()
        // Loaded here: no other command needs it, and it takes a while.
        const { serve } = await import('./serve.ts')
        await serve(settings)
      })
  },
}
