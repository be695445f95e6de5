/** How near to the original something is, and which test holds it: `file: title of the test`. */
export type Judgement =
  | { readonly is: 'exact' }
  | { readonly is: 'tolerant' | 'different'; readonly why: string; readonly test: string }
  | { readonly is: 'absent'; readonly why: string }

/** An operation of the platform, by method and documented path, and each of its parameters. */
export interface OperationFidelity {
  readonly itself: Judgement
  readonly parameters: Readonly<Record<string, Judgement>>
}

/** What a dialect says of itself; docs/fidelity.md is made of it. */
export interface Fidelity {
  readonly title: string
  /** What of all operations is meant, in Markdown. */
  readonly about: string
  readonly operations: Readonly<Record<string, OperationFidelity>>
  /** What holds for several operations, by topic. */
  readonly everywhere: Readonly<Record<string, Judgement>>
  /** What users of the platform's clients should know besides, in Markdown, by its heading. */
  readonly notes: Readonly<Record<string, string>>
}

export const exact: Judgement = { is: 'exact' }
export const tolerant = (why: string, test: string): Judgement => ({ is: 'tolerant', why, test })
export const different = (why: string, test: string): Judgement => ({ is: 'different', why, test })
export const absent = (why: string): Judgement => ({ is: 'absent', why })

/** Every judgement of a dialect, with what it is about. */
export const judgementsOf = ({ operations, everywhere }: Fidelity): [string, Judgement][] => [
  ...Object.entries(operations).flatMap(([name, { itself, parameters }]): [string, Judgement][] => [
    [name, itself],
    ...Object.entries(parameters).map(([parameter, judgement]): [string, Judgement] => [
      `${name}: ${parameter}`,
      judgement,
    ]),
  ]),
  ...Object.entries(everywhere),
]

const head = `# Fidelity

How near each dialect is to the platform whose API it speaks. *exact*: as documented. *tolerant*: as documented, and more is
taken. *different*: something else than the documentation says, or a choice where it says nothing. *absent*: not served.

This page is made from each dialect's \`fidelity.ts\` by \`npm run gen\`; tests named without a folder are in
\`packages/server/test/\` or beside the dialect.
`

/** The text of docs/fidelity.md. */
export const fidelityPage = (dialects: readonly Fidelity[]): string => `${[head, ...dialects.map(section)].join('\n')}`

const section = ({ title, about, operations, everywhere, notes }: Fidelity): string =>
  [
    `## ${title}\n`,
    `${about}\n`,
    '### Operations\n',
    table(
      'operation',
      Object.entries(operations).map(([name, { itself }]) => [`\`${name}\``, itself]),
    ),
    '### Parameters\n',
    ...Object.entries(operations).flatMap(([name, { parameters }]) => {
      const rows = Object.entries(parameters).map(([key, judgement]): [string, Judgement] => [`\`${key}\``, judgement])
      return rows.length === 0 ? [] : [`\`${name}\`\n`, table('parameter', rows)]
    }),
    '### Everywhere\n',
    table('what', Object.entries(everywhere)),
    ...Object.entries(notes).map(([heading, text]) => `### ${heading}\n\n${text}\n`),
  ].join('\n')

function table(first: string, rows: readonly [string, Judgement][]): string {
  const lines = rows.map(([name, judgement]) => {
    const [why, test] = [
      'why' in judgement ? judgement.why : '',
      'test' in judgement ? `\`${judgement.test.replace(': ', '`: ')}` : '',
    ]
    return `| ${name} | ${judgement.is} | ${why} | ${test} |`
  })
  return [`| ${first} | | why | held by |`, '| --- | --- | --- | --- |', ...lines, ''].join('\n')
}
