/** The text with what stands between its two `<!-- generated: NAME -->` and `<!-- end: NAME -->` lines replaced. */
export function replaceBetween(text: string, name: string, content: string): string {
  const [open, close] = [`<!-- generated: ${name} -->\n`, `<!-- end: ${name} -->`]
  const from = text.indexOf(open)
  const to = text.indexOf(close)
  if (from < 0 || to < from) throw new Error(`The lines "${open.trim()}" and "${close}" are missing or misplaced.`)
  return `${text.slice(0, from + open.length)}${content}\n${text.slice(to)}`
}

const shownLines = 3

/** The first place where two texts differ, a few lines of each, in the manner of a diff. */
export function firstDifference(before: string, after: string): string {
  const [old, fresh] = [before.split('\n'), after.split('\n')]
  const at = fresh.findIndex((line, index) => line !== old[index])
  const from = at < 0 ? fresh.length : at
  const part = (lines: string[], sign: string) => lines.slice(from, from + shownLines).map((line) => `${sign} ${line}`)
  return [`@@ line ${from + 1} @@`, ...part(old, '-'), ...part(fresh, '+')].join('\n')
}
