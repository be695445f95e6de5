import { setFlagsFromString } from 'node:v8'
import type { CliCommand } from './command.ts'

/**
 * How much of what is in use may lie about as garbage, in percent, before all of it is looked through. V8 lets it become
 * several times as much: with 200,000 people read at random, all of a machine's memory free, a process grew to 550 MB for
 * 90 MB that were in use; with this, and the young generation that `npm start` sets, to 265 MB, at the same rate.
 */
const mostGarbage = 30

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
        setFlagsFromString(`--heap-growing-percent=${mostGarbage}`)
        // Loaded here: no other command needs it, and it takes a while.
        const { serve } = await import('./serve.ts')
        await serve(settings)
      })
  },
}
