/** Index of the instant nearest to `atMs` in a rising list; −1 when it is empty. */
export function nearestIndex(times: readonly number[], atMs: number): number {
  let nearest = -1
  let distance = Number.POSITIVE_INFINITY
  for (const [index, time] of times.entries()) {
    const away = Math.abs(time - atMs)
    if (away < distance) {
      nearest = index
      distance = away
    }
  }
  return nearest
}
