import { type Command, InvalidArgumentError } from 'commander'
import type { Config } from '../config.ts'
import { BadValue } from '../config-values.ts'

/** One command of `rollcall`: a file in this folder, a line in main.ts. */
export interface CliCommand {
  /** Adds itself to the program; its actions get the configuration when they run. */
  readonly register: (program: Command, config: () => Config) => void
}

/** Something that the person at the terminal can mend; the message says how. Ends the process with this exit code. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly exitCode: number

  constructor(message: string, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

/** For a wrong argument. */
export const badArgument = (message: string) => new CommandError(message, 2)

/** Lets commander refuse a value before anything is opened; `parse` throws `BadValue`. The value is repeated: no secrets. */
export const checked =
  <T>(parse: (text: string) => T) =>
  (text: string): T => {
    try {
      return parse(text)
    } catch (error) {
      throw error instanceof BadValue ? new InvalidArgumentError(`It ${error.message}.`) : error
    }
  }

export const say = (line: string): void => {
  process.stdout.write(`${line}\n`)
}
/** What happens meanwhile: not the command's result, so not on standard output. */
export const tell = (line: string): void => {
  process.stderr.write(`${line}\n`)
}
