/** The middle value; of an even number the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const upper = sorted[Math.floor(middle)] ?? Number.NaN
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? Number.NaN) + upper) / 2 : upper
}

/** The least value that `percent` of all values do not exceed (nearest rank). NaN of none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const rank = Math.ceil((percent / 100) * sorted.length)
  return sorted[Math.max(0, rank - 1)] ?? Number.NaN
}

/**
 * How many times `mine` goes into `theirs`: the median of the quotients of each round. Both were measured one after
 * the other in a round, so the quotient holds on a machine that gets slower and faster from round to round.
 */
export function pairedRatio(theirs: readonly number[], mine: readonly number[]): number {
  const quotients: number[] = []
  for (let round = 0; round < Math.min(theirs.length, mine.length); round++) {
    const divisor = mine[round] ?? 0
    if (divisor > 0) quotients.push((theirs[round] ?? Number.NaN) / divisor)
  }
  return median(quotients)
}

export const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0)
