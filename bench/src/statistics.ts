/** The middle one, or the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.ceil((sorted.length - 1) / 2)]]
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2
}

/** The smallest value that at least this share of all are not above. NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

/** One thing's rate in the other's, by rounds in which both ran one right after the other. */
export interface Ratio {
  readonly median: number
  readonly least: number
  readonly most: number
  readonly rounds: readonly number[]
}

/** The median of each round's own ratio: what slows a whole round, such as a neighbour of a rented machine, divides out. */
export function pairedRatio(ours: readonly number[], theirs: readonly number[]): Ratio {
  const rounds = ours.map((rate, at) => rate / (theirs[at] ?? Number.NaN))
  return { median: median(rounds), least: Math.min(...rounds), most: Math.max(...rounds), rounds }
}
