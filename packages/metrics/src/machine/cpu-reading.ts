import type { CoreTimes, CpuSample, CpuTimes } from '@taskmanager/platform'
import { delta, perSecond } from './counters.ts'

/** Percent of all time by mode. The busy ones and `idle` and `iowait` together are 100; `guest` is part of `user`. */
export interface CpuModesReading {
  user: number | null
  nice: number | null
  system: number | null
  irq: number | null
  softirq: number | null
  steal: number | null
  guest: number | null
  iowait: number | null
  idle: number | null
}

export interface CpuShare {
  usagePercent: number | null
  kernelPercent: number | null
  modes: CpuModesReading
}

export interface CpuReading extends CpuShare {
  cores: { index: number; usagePercent: number | null; kernelPercent: number | null }[]
  contextSwitchesPerSecond: number | null
  interruptsPerSecond: number | null
  forksPerSecond: number | null
  throttled: boolean | null
}

export interface Interval {
  elapsedMs: number
  /** The machine slept or the sampler was held up: the clock tells nothing about how busy it was. */
  gap: boolean
}

/** What two samples tell about the CPU; everything that needs an interval is null without a former sample. */
export function readCpu(
  previous: CpuSample | undefined,
  next: CpuSample,
  interval: Interval,
): CpuReading {
  const cores = next.cores.map((core) => {
    const { usagePercent, kernelPercent } = shareOf(
      previousCore(previous, core),
      core,
      next.ticksPerSecond,
      1,
      interval,
    )
    return { index: core.index, usagePercent, kernelPercent }
  })
  const rate = (of: (sample: CpuSample) => number | null) =>
    previous === undefined ? null : perSecond(delta(of(previous), of(next)), interval.elapsedMs)
  const throttles = delta(previous?.throttleEvents, next.throttleEvents)
  return {
    ...totalShare(previous, next, interval),
    cores,
    contextSwitchesPerSecond: rate((sample) => sample.contextSwitches),
    interruptsPerSecond: rate((sample) => sample.interrupts),
    forksPerSecond: rate((sample) => sample.forks),
    throttled: throttles === null ? null : throttles > 0,
  }
}

const previousCore = (previous: CpuSample | undefined, core: CoreTimes) =>
  previous?.cores.find(({ index }) => index === core.index)

/**
 * The line for all CPUs is rounded once where the cores are rounded each, but it also holds the CPUs that are offline.
 * When CPUs came or went, only those in both samples are added up.
 */
function totalShare(
  previous: CpuSample | undefined,
  next: CpuSample,
  interval: Interval,
): CpuShare {
  if (previous === undefined) return UNKNOWN_SHARE
  const pairs = next.cores.flatMap((core) => {
    const before = previousCore(previous, core)
    return before === undefined ? [] : [{ before, core }]
  })
  const same = pairs.length === next.cores.length && pairs.length === previous.cores.length
  if (same || pairs.length === 0) {
    return shareOf(
      previous.total,
      next.total,
      next.ticksPerSecond,
      Math.max(1, next.cores.length),
      interval,
    )
  }
  const before = addTimes(pairs.map((pair) => pair.before))
  const after = addTimes(pairs.map((pair) => pair.core))
  return shareOf(before, after, next.ticksPerSecond, pairs.length, interval)
}

const BUSY_MODES = ['user', 'nice', 'system', 'irq', 'softirq', 'steal'] as const
const MODES = [...BUSY_MODES, 'idle', 'iowait', 'guest'] as const

function addTimes(cores: readonly CpuTimes[]): CpuTimes {
  const sum = {} as Record<(typeof MODES)[number], number | null>
  for (const mode of MODES) {
    const known = cores.map((core) => core[mode]).filter((value) => value !== null)
    sum[mode] = known.length === 0 ? null : known.reduce((total, value) => total + value, 0)
  }
  return sum as CpuTimes
}

const UNKNOWN_SHARE: CpuShare = {
  usagePercent: null,
  kernelPercent: null,
  modes: {
    user: null,
    nice: null,
    system: null,
    irq: null,
    softirq: null,
    steal: null,
    guest: null,
    iowait: null,
    idle: null,
  },
}

/** An idle CPU is brought up to date when it wakes or is looked at; so far may what is read be behind. */
const MOST_LATE_SECONDS = 0.2

/**
 * Usage is what was not idle: the kernel measures idle spans by the clock, while it samples the busy modes by its tick
 * and misses short work. So idle and iowait are shares of the clock's time, and the busy modes divide the rest in
 * proportion. Across a gap the modes are all there is, and the whole is their sum.
 */
function shareOf(
  previous: CpuTimes | undefined,
  next: CpuTimes,
  ticksPerSecond: number,
  cpuCount: number,
  { elapsedMs, gap }: Interval,
): CpuShare {
  const idle = delta(previous?.idle, next.idle)
  if (previous === undefined || idle === null || elapsedMs <= 0) return UNKNOWN_SHARE
  // iowait moves to idle when the waiting task moves to another CPU: a step back is known behaviour (proc_stat(5)).
  const iowait = Math.max(0, (next.iowait ?? 0) - (previous.iowait ?? 0))
  const busy = BUSY_MODES.map(
    (mode) => [mode, Math.max(0, (next[mode] ?? 0) - (previous[mode] ?? 0))] as const,
  )
  const busyTicks = busy.reduce((sum, [, ticks]) => sum + ticks, 0)
  const clockTicks = (elapsedMs / 1000) * ticksPerSecond * cpuCount
  const whole = gap ? busyTicks + idle + iowait : clockTicks
  // Far more rest than there was time: a counter that was wrong for one sample and is right again.
  const isJump =
    !gap && idle + iowait > clockTicks * 2 + MOST_LATE_SECONDS * ticksPerSecond * cpuCount
  if (whole <= 0 || isJump) return UNKNOWN_SHARE
  const atRest = Math.min(whole, idle + iowait)
  const usagePercent = ((whole - atRest) / whole) * 100
  const share = (ticks: number) => (busyTicks === 0 ? 0 : (ticks / busyTicks) * usagePercent)
  const restScale = idle + iowait === 0 ? 0 : atRest / (idle + iowait)
  const modes: CpuModesReading = {
    ...UNKNOWN_SHARE.modes,
    ...Object.fromEntries(
      busy.map(([mode, ticks]) => [mode, next[mode] === null ? null : share(ticks)]),
    ),
    guest: next.guest === null ? null : share(Math.max(0, next.guest - (previous.guest ?? 0))),
    idle: ((idle * restScale) / whole) * 100,
    iowait: next.iowait === null ? null : ((iowait * restScale) / whole) * 100,
  }
  const kernelPercent = (modes.system ?? 0) + (modes.irq ?? 0) + (modes.softirq ?? 0)
  return { usagePercent, kernelPercent, modes }
}
