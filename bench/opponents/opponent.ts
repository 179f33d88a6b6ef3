import { isMissing, LineWorker, type Command, type Missing } from '../line-worker.ts'

/** What one sweep cost, its child processes included. */
export interface SweepCost {
  /** User and system time. */
  cpuMs: number
  wallMs: number
  /** Processes it saw. */
  rows: number
}

/** One program that lists processes, alive from sweep to sweep unless it is a command of one shot. */
export interface Runner extends AsyncDisposable {
  sweep(): Promise<SweepCost>
}

/** Somebody to compare with. */
export interface Opponent {
  /** As the report names it. */
  readonly name: string
  start(): Promise<Runner | Missing>
}

/** Longer than this is a failure, and said to be one. */
const WITHIN_MS = 30_000
/** Sweeps before the first that counts: tables fill, code gets compiled, caches of pids settle. */
const WARM_UP = 2

export interface LineOpponent {
  name: string
  find: () => Promise<Command | Missing>
  /** Sweeps before the first that counts, where two are not enough: a compiler that works while it runs. */
  warmUp?: number
}

/** An opponent that is driven over its standard input: a line asks for one sweep. */
export function lineOpponent({ name, find, warmUp = WARM_UP }: LineOpponent): Opponent {
  return {
    name,
    async start() {
      const found = await find()
      if (isMissing(found)) return found
      const worker = new LineWorker(found)
      try {
        for (let i = 0; i < warmUp; i++) await worker.ask('sweep', WITHIN_MS)
      } catch (error) {
        await worker[Symbol.asyncDispose]()
        throw error
      }
      return {
        sweep: () => worker.ask<SweepCost>('sweep', WITHIN_MS),
        [Symbol.asyncDispose]: () => worker[Symbol.asyncDispose](),
      }
    },
  }
}
