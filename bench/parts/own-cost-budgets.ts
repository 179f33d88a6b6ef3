import { bytes, ms, percent } from '../report/figures.ts'
import { budget, type Budget } from '../report/part-result.ts'

/** A figure of each service. */
export interface Pair {
  stats: number
  accuracy: number
}

/** What was measured of our own services; NaN is not measured. */
export interface OwnCost {
  /** Share of one core. */
  idle: Pair
  watched: Pair
  longWatched: Pair
  /** Bytes. */
  startPss: Pair
  viewerPss: Pair
  longPss: Pair
  firstStartMs: number
  nextStartMs: number
  btopPercent: number
}

const MOST_WATCHED_PERCENT = 0.8
const MOST_IDLE_PERCENT = 0.2
const MOST_BYTES = 110_000_000
const MOST_START_MS = 1000

export function ownCostBudgets(cost: OwnCost, isLong: boolean): Budget[] {
  const watched = together(cost.watched)
  return [
    most('both services, one viewer, 1 s', watched, MOST_WATCHED_PERCENT, percent),
    budget('the same, against btop', `below btop (${percent(cost.btopPercent)})`, {
      text: percent(watched),
      value: Number.isNaN(cost.btopPercent) ? Number.NaN : watched,
      keeps: (share) => share < cost.btopPercent,
    }),
    most('both services, no viewer', together(cost.idle), MOST_IDLE_PERCENT, percent),
    most('memory of both, soon after the start', together(cost.viewerPss), MOST_BYTES, bytes),
    ...longBudgets(cost).map((line) =>
      isLong ? line : { ...line, measured: 'run with --long', kept: null },
    ),
    most('start of both to first figures', cost.firstStartMs, MOST_START_MS, ms),
  ]
}

function longBudgets({ longWatched, longPss }: OwnCost): Budget[] {
  const after = 'after 10 minutes with a viewer'
  return [
    most(`both services, ${after}`, together(longWatched), MOST_WATCHED_PERCENT, percent),
    most(`memory of both, ${after}`, together(longPss), MOST_BYTES, bytes),
  ]
}

const together = ({ stats, accuracy }: Pair): number => stats + accuracy

const most = (
  what: string,
  value: number,
  limit: number,
  spell: (value: number) => string,
): Budget =>
  budget(what, `<= ${spell(limit)}`, { text: spell(value), value, keeps: (it) => it <= limit })
