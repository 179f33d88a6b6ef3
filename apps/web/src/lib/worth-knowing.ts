import { formatClock, formatDuration } from './format.ts'
import type { Observation } from './worth-knowing-rules.ts'

/** What is said of the last ten minutes. */
export const HORIZON_MS = 10 * 60_000
const MOST = 3
/** Samples further apart than this leave a hole: nobody knows what was between. */
const LONGEST_STEP_MS = 10_000

/** An unbroken stretch in which something was so. */
interface Run {
  readonly fromMs: number
  readonly untilMs: number
  readonly amount: number
}

interface Episode {
  /** The newest. */
  readonly observation: Observation
  /** Oldest first. */
  readonly runs: readonly Run[]
}

/** What the rules saw in the samples of one service. */
export interface WorthKnowingLog {
  readonly startedAtMs: number
  readonly atMs: number
  readonly episodes: ReadonlyMap<string, Episode>
}

export interface Finding {
  readonly id: string
  readonly kind: 'warn' | 'info'
  readonly fact: string
  readonly rest: string
  /** Since when, or when it was. */
  readonly when: string
  readonly detail: string
  readonly href: string
}

/** Takes what the rules see in the sample of `atMs`. Pure. */
export function nextLog(
  before: WorthKnowingLog | null,
  observations: readonly Observation[],
  atMs: number,
): WorthKnowingLog {
  // The clock was set back: what was seen lies in a future that has not come.
  const log = before !== null && atMs >= before.atMs ? before : null
  const seen = new Map(observations.map((observation) => [observation.id, observation]))
  const episodes = new Map<string, Episode>()
  for (const [id, { observation, runs }] of log?.episodes ?? []) {
    const kept = runs.filter((run) => run.untilMs > atMs - HORIZON_MS)
    const isOver = !seen.has(id) && !observation.isEvent
    if (kept.length > 0 && !isOver) episodes.set(id, { observation, runs: kept })
  }
  for (const [id, observation] of seen) {
    const runs = episodes.get(id)?.runs ?? []
    const last = runs.at(-1)
    const amount = observation.amount ?? 0
    const goesOn =
      last !== undefined && last.untilMs === log?.atMs && atMs - last.untilMs <= LONGEST_STEP_MS
    const next = goesOn
      ? [...runs.slice(0, -1), { ...last, untilMs: atMs, amount: last.amount + amount }]
      : [...runs, { fromMs: atMs, untilMs: atMs, amount }]
    episodes.set(id, { observation, runs: next })
  }
  return { startedAtMs: log?.startedAtMs ?? atMs, atMs, episodes }
}

/** The most pressing first, at most three, each once. Never red: nothing here needs an answer now. */
export function worthKnowing(logs: readonly (WorthKnowingLog | null)[]): Finding[] {
  const known = logs.filter((log) => log !== null)
  const newestMs = Math.max(...known.map((log) => log.atMs))
  const findings = known.flatMap((log) =>
    [...log.episodes.values()].flatMap((episode) => {
      const found = findingOf(episode, log)
      return found !== null && found.untilMs > newestMs - HORIZON_MS ? [found] : []
    }),
  )
  return findings
    .toSorted(
      (a, b) =>
        Number(a.finding.kind === 'info') - Number(b.finding.kind === 'info') ||
        Number(b.isNow) - Number(a.isNow) ||
        b.untilMs - a.untilMs,
    )
    .slice(0, MOST)
    .map(({ finding }) => finding)
}

function findingOf(episode: Episode, log: WorthKnowingLog) {
  const { observation, runs } = episode
  const last = runs.at(-1)
  if (last === undefined) return null
  const lastedMs = runs.reduce((sum, run) => sum + run.untilMs - run.fromMs, 0)
  if (lastedMs < observation.leastMs) return null
  const isNow = last.untilMs === log.atMs
  const amount = runs.reduce((sum, run) => sum + run.amount, 0)
  const { id, kind, detail, href } = observation
  const when = whenOf(episode, isNow, log.startedAtMs)
  const finding: Finding = { id, kind, ...observation.say(isNow, amount), when, detail, href }
  return { finding, isNow, untilMs: last.untilMs }
}

function whenOf({ observation, runs }: Episode, isNow: boolean, startedAtMs: number): string {
  const [first, last] = [runs[0], runs.at(-1)]
  if (first === undefined || last === undefined) return ''
  const lastedMs = runs.reduce((sum, run) => sum + run.untilMs - run.fromMs, 0)
  if (runs.length > 1) {
    const inAll =
      lastedMs < 1000 ? `${runs.length} times` : `${formatDuration(lastedMs / 1000)} in all`
    const end = isNow ? 'and now' : `last at ${formatClock(last.untilMs)}`
    return `${inAll} since ${formatClock(first.fromMs)}, ${end}`
  }
  const isInstant = observation.isEvent && observation.leastMs === 0
  if (lastedMs === 0 && (isInstant || !isNow)) return `at ${formatClock(first.fromMs)}`
  const from = `${first.fromMs === startedAtMs ? 'before ' : ''}${formatClock(first.fromMs)}`
  return isNow ? `since ${from}` : `${from} to ${formatClock(last.untilMs)}`
}
