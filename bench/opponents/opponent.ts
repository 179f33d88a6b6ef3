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
/** Sweeps before the first that counts: so many, or as many as this time allows. */
export interface WarmUp {
  sweeps: number
  forMs: number
}

/** Tables fill, caches of pids settle. */
const SHORT_WARM_UP: WarmUp = { sweeps: 2, forMs: 0 }
/** For what V8 runs: it compiles again what ran some hundred times, and a service has that behind it within minutes. */
export const V8_WARM_UP: WarmUp = { sweeps: 500, forMs: 6000 }

export interface LineOpponent {
  name: string
  find: () => Promise<Command | Missing>
  /** Where two sweeps are not enough. */
  warmUp?: WarmUp
}

/** An opponent that is driven over its standard input: a line asks for one sweep. */
export function lineOpponent({ name, find, warmUp = SHORT_WARM_UP }: LineOpponent): Opponent {
  return {
    name,
    async start() {
      const found = await find()
      if (isMissing(found)) return found
      const worker = new LineWorker(found)
      try {
        await warm(worker, warmUp)
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

/** At least two, since a first sweep has no interval. */
async function warm(worker: LineWorker, { sweeps, forMs }: WarmUp): Promise<void> {
  const stopAt = performance.now() + forMs
  for (let i = 0; i < sweeps && (i < 2 || performance.now() < stopAt); i++)
    await worker.ask('sweep', WITHIN_MS)
}
