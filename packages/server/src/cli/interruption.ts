/** Somebody who wants a long piece of work to end. */
export interface Interruption {
  readonly aborted: boolean
  release(): void
}

/** The first Ctrl-C lets what is under way end, a second one ends the process: whole transactions stay either way. */
export function untilInterrupted(): Interruption {
  const signals = ['SIGINT', 'SIGTERM'] as const
  const interruption = {
    aborted: false,
    release: () => {
      for (const signal of signals) process.off(signal, interrupt)
    },
  }
  const interrupt = () => {
    if (interruption.aborted) process.exit(130)
    interruption.aborted = true
  }
  for (const signal of signals) process.on(signal, interrupt)
  return interruption
}
