import type { Line } from './bench.ts'

const heads = ['work', 'Rollcall', 'beside', 'ratio', 'to reach', ''] as const
const cellsOf = ({ work, rollcall, beside, ratio, reach, reached }: Line): string[] => [
  ...[work, rollcall, beside, ratio, reach],
  reached === null ? '' : reached ? 'yes' : 'no',
]

/** For a terminal, in aligned columns. */
export function table(lines: readonly Line[]): string {
  const rows = [[...heads], ...lines.map(cellsOf)]
  const widths = heads.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** In Markdown; columns that are empty throughout are left out. */
export function markdownTable(lines: readonly Line[]): string {
  const rows = lines.map(cellsOf)
  const used = heads.map((_, at) => rows.some((row) => row[at] !== ''))
  const line = (cells: readonly string[]) => `| ${cells.filter((_, at) => used[at]).join(' | ')} |`
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n')
}
