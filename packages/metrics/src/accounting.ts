import type { ProcessTable } from '@taskmanager/platform'
import { cpuDeltaNs } from './process-reading.ts'

/** Where the busy time of the interval went, percent of the whole machine. listed + ended + irq + steal + unattributed = busy. */
export interface AccountingReading {
  busyPercent: number | null
  listedPercent: number | null
  /** Of the listed: kernel threads. */
  kernelPercent: number | null
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
  /** Most frequent name; null when nobody saw them. */
  name: string | null
  count: number | null
  cpuPercent: number
}

const MOST_PARENTS = 5

const NOTHING_KNOWN: AccountingReading = {
  busyPercent: null,
  listedPercent: null,
  kernelPercent: null,
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
  const listed = listedMs(table)
  const endedMs = table.endedUnder.reduce((sum, each) => sum + each.cpuNs / 1e6, 0)
  const ended = percent(endedMs)
  const common = {
    listedPercent: percent(listed.allMs),
    kernelPercent: percent(listed.kernelMs),
    endedPercent: ended,
    endedCount: table.exitCount ?? table.ended.length + unseenCount(table),
    ended: table.endedUnder.slice(0, MOST_PARENTS).map((each) => ({
      parentPid: each.parentPid,
      parentName: each.parentName,
      name: each.name,
      // Without records, and where more came and went than were listed, nobody counted them by parent.
      count: each.count ?? (unseenCount(table) > 0 ? null : each.listedCount),
      cpuPercent: percent(each.cpuNs / 1e6),
    })),
  }
  if (machine === null) return { ...NOTHING_KNOWN, ...common }
  const busy = Math.min(100, percent(machine.busyMs))
  const steal = machine.stealMs === null ? null : percent(machine.stealMs)
  const rest = busy - common.listedPercent - ended - (steal ?? 0)
  const irq =
    machine.irqMs === null ? null : uncharged(percent(machine.irqMs), rest, machine.isIrqMeasured)
  return {
    ...common,
    busyPercent: busy,
    irqPercent: irq,
    stealPercent: steal,
    unattributedPercent: rest - (irq ?? 0),
  }
}

/**
 * Interrupts that no process is charged for. Where they are not measured, processes pay for those that interrupt
 * them, so only what nobody paid for can be other than that.
 */
function uncharged(irqPercent: number, restPercent: number, isMeasured: boolean): number {
  return isMeasured ? irqPercent : Math.min(irqPercent, Math.max(0, restPercent))
}

/** CPU of all listed processes over the interval and of the kernel threads among them, milliseconds. */
function listedMs(table: ProcessTable): { allMs: number; kernelMs: number } {
  let all = 0
  let kernel = 0
  for (let i = 0; i < table.count; i++) {
    const slot = table.slots[i] as number
    const cpuNs = cpuDeltaNs(table, slot) ?? 0
    all += cpuNs
    if (cpuNs > 0 && table.facts[slot]?.isKernel === true) kernel += cpuNs
  }
  return { allMs: all / 1e6, kernelMs: kernel / 1e6 }
}

/**
 * Processes that came and went between two sweeps. The kernel counts new threads among the forks, so this is only
 * told where something was waited for that nobody listed; never more than the forks.
 */
function unseenCount({ machine, added, endedUnder }: ProcessTable): number {
  if (machine?.forks == null || endedUnder.every((each) => each.cpuNs === 0)) return 0
  return Math.max(0, machine.forks - added.length)
}
