interface VisibleRange {
  readonly startIndex: number
  readonly endIndex: number
  readonly count: number
}

/**
 * Indexes of the rows that have elements: those in sight and `overscan` more on both sides, but never fewer than
 * `least` while the list has them. A window that keeps its size gives the element of each row that leaves to the one
 * that comes.
 */
export function rowWindow(
  { startIndex, endIndex, count }: VisibleRange,
  overscan: number,
  least: number,
): number[] {
  const inSight = endIndex - startIndex + 1
  const size = Math.min(count, Math.max(least, inSight + 2 * overscan))
  const before = Math.floor((size - inSight) / 2)
  const first = Math.max(0, Math.min(startIndex - before, count - size))
  return Array.from({ length: size }, (_, at) => first + at)
}
