import type { ProcessTable } from '@taskmanager/platform'
import { cpuDeltaNs } from './process-reading.ts'

/** Where the busy time of the interval went, percent of the whole machine. listed + ended + irq + steal + unattributed = busy. */
export interface AccountingReading {
  busyPercent: number | null
  listedPercent: number | null
  endedPercent: number | null
  irqPercent: number | null
  stealPercent: number | null
  /** Slightly negative where the kernel's ticks round the other way. */
  unattributedPercent: number | null
  /** Processes that ended: those listed before, and those that came and went unseen, counted by the forks. */
  endedCount: number | null
  ended: EndedReading[]
}

export interface EndedReading {
  parentPid: number
  parentName: string
  count: number | null
  cpuPercent: number
}

const MOST_PARENTS = 5

const NOTHING_KNOWN: AccountingReading = {
  busyPercent: null,
  listedPercent: null,
  endedPercent: null,
  irqPercent: null,
  stealPercent: null,
  unattributedPercent: null,
  endedCount: null,
  ended: [],
}

export function account(table: ProcessTable): AccountingReading {
  const { intervalMs, logicalCpuCount, machine } = table
  if (intervalMs === null || intervalMs <= 0) return NOTHING_KNOWN
  const wholeMs = intervalMs * logicalCpuCount
  const percent = (ms: number) => (ms / wholeMs) * 100
  const listed = percent(listedMs(table))
  const endedMs = table.endedUnder.reduce((sum, each) => sum + each.cpuNs / 1e6, 0)
  const ended = percent(endedMs)
  const common = {
    listedPercent: listed,
    endedPercent: ended,
    endedCount: table.ended.length + unseenCount(table),
    ended: table.endedUnder.slice(0, MOST_PARENTS).map((each) => ({
      parentPid: each.parentPid,
      parentName: each.parentName,
      // Where more came and went than were listed, nobody counted them by parent.
      count: unseenCount(table) > 0 ? null : each.listedCount,
      cpuPercent: percent(each.cpuNs / 1e6),
    })),
  }
  if (machine === null) return { ...NOTHING_KNOWN, ...common }
  const busy = Math.min(100, percent(machine.busyMs))
  const irq = percent(machine.irqMs)
  const steal = percent(machine.stealMs)
  return {
    ...common,
    busyPercent: busy,
    irqPercent: irq,
    stealPercent: steal,
    unattributedPercent: busy - listed - ended - irq - steal,
  }
}

/** CPU of all listed processes over the interval, milliseconds. */
export function listedMs(table: ProcessTable): number {
  let sum = 0
  for (let i = 0; i < table.count; i++) {
    sum += cpuDeltaNs(table, table.slots[i] as number) ?? 0
  }
  return sum / 1e6
}

/**
 * Processes that came and went between two sweeps. The kernel counts new threads among the forks, so this is only
 * told where something was waited for that nobody listed; never more than the forks.
 */
function unseenCount({ machine, added, endedUnder }: ProcessTable): number {
  if (machine?.forks == null || endedUnder.every((each) => each.cpuNs === 0)) return 0
  return Math.max(0, machine.forks - added.length)
}
