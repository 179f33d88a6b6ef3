import type { WorkLog } from './work-log.ts'

/** What a tool said of one process over an interval, CLOCK_MONOTONIC milliseconds. */
export interface Reading {
  fromMs: number
  toMs: number
  percentOfCore: number
}

/** Distance of each reading from the truth over the same interval, in percent of one core. */
export const errorsOf = (readings: readonly Reading[], truth: WorkLog): number[] =>
  readings.map(({ fromMs, toMs, percentOfCore }) =>
    Math.abs(percentOfCore - truth.percentOfCore(fromMs, toMs)),
  )

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
