import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline'
import { type Command, Option } from 'commander'
import { BadValue, parsePassword } from '../config-values.ts'
import { badArgument, tell } from './command.ts'

/** Adds `--NAME <password>` and `--NAME-stdin`, of which one may be given. `name` is `password` or ends in it. */
export function passwordOptions(command: Command, name: string): Command {
  const key = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
  const stdin = new Option(`--${name}-stdin`, 'read the password from the first line of standard input')
  return command
    .addOption(new Option(`--${name} <password>`, 'visible to others in ps; generated and printed when absent'))
    .addOption(stdin.conflicts(key))
}

export interface ChosenPassword {
  readonly password: string
  readonly generated: boolean
}

/** The password by argument, by standard input, or a new one. `name` is the option's, for messages. */
export async function choosePassword(
  name: string,
  given: string | undefined,
  fromStdin: boolean | undefined,
): Promise<ChosenPassword> {
  if (given !== undefined) return { password: acceptable(`--${name}`, given), generated: false }
  if (fromStdin !== true) return { password: randomBytes(12).toString('base64url'), generated: true }
  return { password: acceptable(`--${name}-stdin: the password`, await firstLine(name)), generated: false }
}

function acceptable(what: string, password: string): string {
  try {
    return parsePassword(password)
  } catch (error) {
    throw error instanceof BadValue ? badArgument(`${what} ${error.message}`) : error
  }
}

async function firstLine(name: string): Promise<string> {
  if (process.stdin.isTTY) tell('Type the password and press Enter (it is shown as you type):')
  const lines = createInterface({ input: process.stdin })
  try {
    for await (const line of lines) return line
  } finally {
    lines.close()
    process.stdin.destroy()
  }
  throw badArgument(`--${name}-stdin: standard input is empty`)
}
