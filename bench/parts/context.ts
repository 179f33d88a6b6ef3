import type { BenchOptions } from '../options.ts'
import type { PartResult } from '../report/part-result.ts'

export interface PartContext {
  options: BenchOptions
  /** Tells a person who waits what is going on. */
  say: (what: string) => void
}

/** One part of the benchmark: measures, and says what it found. */
export type Part = (context: PartContext) => Promise<PartResult>

/** Processes on the machine wherever the budgets do not say otherwise. */
export const USUAL_PROCESSES = 500
