import { setTimeout as sleep } from 'node:timers/promises'
import { isMissing } from './line-worker.ts'
import { median, pairedRatio } from './measure.ts'
import type { Opponent, Runner, SweepCost } from './opponents/opponent.ts'

/**
 * How long a comparison goes on: at least so many rounds, then until the time is over. In a round everybody has a turn
 * of several sweeps, at the pace of a monitor. The first of a turn does not count: between the turns of one that is
 * kept alive the programs of the others began and ended, and took its place in the caches.
 */
export interface Rounds {
  least: number
  most: number
  /** No further round begins after this. */
  forMs: number
  /** Sweeps that count in a turn. */
  sweeps: number
  /** From one sweep to the next in a turn, and before the first. */
  everyMs: number
}

/** All that one of them has to show. */
export interface Measured {
  name: string
  /** As many per round as count in a turn, in the order of the rounds. */
  costs: readonly SweepCost[]
  /** Why there are none, or no more; null when all went well. */
  failure: string | null
}

interface Competitor {
  name: string
  runner: Runner | null
  costs: SweepCost[]
  failure: string | null
}

/** Lets everybody take turns (A A A B B B, A A A B B B, …). Who fails is out, and the reason is kept. */
export async function takeTurns(
  opponents: readonly Opponent[],
  rounds: Rounds,
): Promise<Measured[]> {
  const competitors = await Promise.all(opponents.map(enter)) // warming up need not take turns
  try {
    const startedAt = performance.now()
    for (let round = 0; round < rounds.most; round++) {
      if (round >= rounds.least && performance.now() - startedAt > rounds.forMs) break
      for (const competitor of competitors) await turn(competitor, rounds)
    }
  } finally {
    for (const { runner } of competitors) await runner?.[Symbol.asyncDispose]()
  }
  return competitors.map(({ name, costs, failure }) => ({ name, costs, failure }))
}

async function enter(opponent: Opponent): Promise<Competitor> {
  const { name } = opponent
  try {
    const runner = await opponent.start()
    if (isMissing(runner))
      return { name, runner: null, costs: [], failure: `missing: ${runner.missing}` }
    return { name, runner, costs: [], failure: null }
  } catch (error) {
    return { name, runner: null, costs: [], failure: `failed: ${wordsOf(error)}` }
  }
}

async function turn(competitor: Competitor, { sweeps, everyMs }: Rounds): Promise<void> {
  const { runner } = competitor
  if (runner === null) return
  try {
    for (let sweep = 0; sweep <= sweeps; sweep++) {
      await sleep(everyMs)
      const cost = await runner.sweep()
      if (sweep > 0) competitor.costs.push(cost)
    }
  } catch (error) {
    competitor.failure = `failed: ${wordsOf(error)}`
    competitor.runner = null
    await runner[Symbol.asyncDispose]()
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** CPU time of somebody in times of another's, sweep by sweep of each round; NaN when one of them has nothing to show. */
export function cpuRatio(of: Measured | undefined, to: Measured | undefined): number {
  const cpu = (measured: Measured | undefined) => measured?.costs.map((cost) => cost.cpuMs) ?? []
  return pairedRatio(cpu(of), cpu(to))
}

export const medianOf = (measured: Measured, key: keyof SweepCost): number =>
  median(measured.costs.map((cost) => cost[key]))
