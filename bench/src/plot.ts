/** Small charts as SVG: no script, no font of our own, readable on light and dark pages. */

export interface Chart {
  readonly title: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
  readonly xScale: 'log' | 'linear'
  readonly xLabel: (x: number) => string
  readonly yLabel: (y: number) => string
}

const [width, height, gap] = [260, 170, 16]
const box = { left: 52, right: 12, top: 26, bottom: 24 }
const columns = 3

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')

/** The charts side by side; the vertical axis of each begins at zero. */
export function plot(charts: readonly Chart[]): string {
  const lines = Math.ceil(charts.length / columns)
  const size = { width: columns * (width + gap) + gap, height: lines * (height + gap) + gap }
  const drawn = charts.map((chart, at) => {
    const left = gap + (at % columns) * (width + gap)
    const top = gap + Math.floor(at / columns) * (height + gap)
    return `<g transform="translate(${left} ${top})">${drawChart(chart)}</g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}" font-family="sans-serif" font-size="11">
<rect width="100%" height="100%" fill="#ffffff"/>
${drawn.join('\n')}
</svg>
`
}

function drawChart({ title, points, xScale, xLabel, yLabel }: Chart): string {
  const along = xScale === 'log' ? Math.log : (x: number) => x
  const xs = points.map(({ x }) => along(x))
  const [least, most] = [Math.min(...xs), Math.max(...xs)]
  const top = roundUp(Math.max(...points.map(({ y }) => y)))
  const inner = { width: width - box.left - box.right, height: height - box.top - box.bottom }
  const place = ({ x, y }: { x: number; y: number }) => ({
    x: round(box.left + (most === least ? 0.5 : (along(x) - least) / (most - least)) * inner.width),
    y: round(box.top + (1 - y / top) * inner.height),
  })
  const placed = points.map(place)
  const path = placed.map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${x} ${y}`).join(' ')
  const levels = [0, top / 2, top].map((level) => {
    const y = round(box.top + (1 - level / top) * inner.height)
    return `<path d="M${box.left} ${y}h${inner.width}" stroke="#d0d7de"/><text x="${box.left - 6}" y="${y + 4}" text-anchor="end" fill="#57606a">${yLabel(level)}</text>`
  })
  // A few of many points are named.
  const named = points.length <= 4 ? points : [points[0], points.at(-1)].flatMap((point) => point ?? [])
  const names = named.map((point) => {
    const { x } = place(point)
    return `<text x="${x}" y="${height - 8}" text-anchor="middle" fill="#57606a">${escaped(xLabel(point.x))}</text>`
  })
  const dots = points.length <= 8 ? placed.map(({ x, y }) => `<circle cx="${x}" cy="${y}" r="3" fill="#0969da"/>`) : []
  return [
    `<text x="0" y="13" font-weight="bold" fill="#1f2328">${escaped(title)}</text>`,
    ...levels,
    ...names,
    `<path d="${path}" fill="none" stroke="#0969da" stroke-width="2"/>`,
    ...dots,
  ].join('')
}

const round = (value: number) => Math.round(value * 10) / 10

/** The next of 1, 2, 5, 10, 20… */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value) ?? 10 * power
}
