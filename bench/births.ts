import { readFileSync } from 'node:fs'

/** Counts processes and threads that begin; `perSecond` is since it was made. Source: `processes` of proc_stat(5). */
export function countBirths(): { perSecond: () => number } {
  const startedAt = performance.now()
  const before = born()
  return { perSecond: () => ((born() - before) / (performance.now() - startedAt)) * 1000 }
}

const born = (): number =>
  Number(/^processes (\d+)/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? Number.NaN)
