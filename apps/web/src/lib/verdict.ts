import type { SystemStats } from '@taskmanager/contracts'

/** How the machine is, in the order of how bad. `memory` and `disk` name the resource that holds work up. */
export type Verdict = 'calm' | 'busy' | 'disk' | 'memory' | 'overloaded'

/** What the verdict is drawn from. Percent; `null` where this system does not tell. */
export interface VerdictReading {
  readonly cpuPercent: number | null
  readonly cpuPressure: number | null
  readonly memoryPressure: number | null
  readonly ioFullPressure: number | null
  readonly ioPressure: number | null
  readonly swappingBothWays: boolean
}

export interface VerdictState {
  readonly verdict: Verdict
  /** What the readings have come to since they left the verdict to one side, and since when; the verdict: they have not. */
  readonly candidate: Verdict
  readonly candidateSinceMs: number
}

const SEVERITY: Record<Verdict, number> = { calm: 0, busy: 1, disk: 2, memory: 3, overloaded: 4 }
const WORSE_AFTER_MS = 5000
const OVERLOADED_AFTER_MS = 10_000
const BETTER_AFTER_MS = 15_000
/** Both directions at once, bytes per second: pages are being exchanged, not merely put away. */
const SWAPPING_BYTES_PER_SECOND = 256 * 1024

export function verdictReading(stats: SystemStats): VerdictReading {
  const { pressure, memory } = stats
  return {
    cpuPercent: stats.cpu_usage,
    cpuPressure: pressure.cpu?.some?.avg10 ?? null,
    memoryPressure: pressure.memory?.some?.avg10 ?? null,
    ioPressure: pressure.io?.some?.avg10 ?? null,
    ioFullPressure: pressure.io?.full?.avg10 ?? null,
    swappingBothWays:
      (memory.swap_in_bytes_per_second ?? 0) > SWAPPING_BYTES_PER_SECOND &&
      (memory.swap_out_bytes_per_second ?? 0) > SWAPPING_BYTES_PER_SECOND,
  }
}

/** What one reading says by itself. */
export function judge(reading: VerdictReading): Verdict {
  const cpu = reading.cpuPercent ?? 0
  const cpuPressure = reading.cpuPressure ?? 0
  if (cpu >= 95 || cpuPressure >= 25) return 'overloaded'
  if ((reading.memoryPressure ?? 0) >= 10 || reading.swappingBothWays) return 'memory'
  if ((reading.ioFullPressure ?? 0) >= 10) return 'disk'
  const waits = Math.max(cpuPressure, reading.memoryPressure ?? 0, reading.ioPressure ?? 0)
  if (cpu >= 60 || waits >= 5) return 'busy'
  return 'calm'
}

/**
 * Worse after 5 s without a break (10 s for overload by use), better only after 15 s: the sentence does not flicker. A
 * load that wavers between two levels, both worse or both better, comes to the mildest of the worse, the worst of the
 * better.
 */
export function nextVerdict(
  before: VerdictState | null,
  reading: VerdictReading,
  nowMs: number,
): VerdictState {
  const said = judge(reading)
  if (before === null || (said === before.verdict && before.candidate !== said)) {
    return { verdict: said, candidate: said, candidateSinceMs: nowMs }
  }
  const { verdict } = before
  if (said === verdict) return before
  const goesOn = isWorse(said, verdict) === isWorse(before.candidate, verdict)
  const isPending = before.candidate !== verdict && goesOn
  const candidate = isPending ? nearest(verdict, before.candidate, said) : said
  const since = isPending ? before.candidateSinceMs : nowMs
  if (nowMs - since < patience(verdict, candidate, reading)) {
    return { verdict, candidate, candidateSinceMs: since }
  }
  return { verdict: candidate, candidate: said, candidateSinceMs: nowMs }
}

const isWorse = (one: Verdict, than: Verdict): boolean => SEVERITY[one] > SEVERITY[than]

/** The one of two, on the same side of `from`, that is less far from it. */
function nearest(from: Verdict, one: Verdict, other: Verdict): Verdict {
  return isWorse(one, other) === isWorse(one, from) ? other : one
}

function patience(from: Verdict, to: Verdict, reading: VerdictReading): number {
  if (SEVERITY[to] < SEVERITY[from]) return BETTER_AFTER_MS
  const byUseOnly = to === 'overloaded' && (reading.cpuPressure ?? 0) < 25
  return byUseOnly ? OVERLOADED_AFTER_MS : WORSE_AFTER_MS
}
