import type { AppReading } from './app-reading.ts'

/** One series of each figure of an app; counters only rise. */
export interface AppTotals {
  /** Name of the app, fit for a label. */
  name: string
  cpuSeconds: number
  readBytes: number
  writeBytes: number
  memoryBytes: number
  threads: number
  processes: number
}

/** What one sample adds. */
export interface AppSample {
  readings: Iterable<AppReading>
  /** Measured; null on the first sample, which adds to no counter. */
  intervalMs: number | null
  /** CPU time of processes that came and went between the samples, milliseconds. */
  endedCpuMs: number
  /** Monotonic milliseconds. */
  nowMs: number
  /** Memory of the machine. */
  memoryTotalBytes: number
}

export const OTHER_APPS = '_other'

const MOST_APPS = 12
const MOST_NEW_NAMES_A_DAY = 50
const DAY_MS = 86_400_000
/** A share of one core, or of memory, that makes an app worth a series of its own. */
const LEAST_SHARE = 0.01
const BUSY_FOR_MS = 60_000
const AVERAGE_OVER_MS = 300_000
const IDLE_FOR_MS = 3_600_000
const MOST_NAME = 64

interface Watched {
  counters: Counters
  /** Share of one core, averaged over five minutes. */
  average: number
  busySinceMs: number | null
  lastBusyMs: number
  isAdmitted: boolean
  /** Ever. */
  wasAdmitted: boolean
}

interface Counters {
  cpuSeconds: number
  readBytes: number
  writeBytes: number
}

interface Now extends Counters {
  memoryBytes: number
  threads: number
  processes: number
  coreShare: number
}

/**
 * Figures of apps for a time-series store, which must not get a series for everything that ever ran: an app has its
 * own after a minute at a percent of a core, or with a percent of the memory, twelve at once and fifty new names a day
 * at most; all others add up in `_other`, so that the sum is that of the machine.
 */
export class AppSeries {
  readonly #watched = new Map<string, Watched>()
  readonly #other: Counters = { cpuSeconds: 0, readBytes: 0, writeBytes: 0 }
  #admittedAtMs: number[] = []
  #newest = new Map<string, Now>()
  #atMs: number | null = null

  /** Call once a sample. */
  update({ readings, intervalMs, endedCpuMs, nowMs, memoryTotalBytes }: AppSample): void {
    const seconds = (intervalMs ?? 0) / 1000
    this.#newest = byName(readings, seconds)
    const passedMs = this.#atMs === null ? 0 : nowMs - this.#atMs
    this.#atMs = nowMs
    for (const [name, now] of this.#newest) {
      const isBig = now.memoryBytes >= memoryTotalBytes * LEAST_SHARE
      this.#watch(name, now, { passedMs, nowMs, isBig })
    }
    this.#forgetIdle(nowMs, passedMs)
    this.#admit(nowMs)
    for (const [name, now] of this.#newest) {
      const known = this.#watched.get(name)
      add(known?.isAdmitted === true ? known.counters : this.#other, now)
    }
    this.#other.cpuSeconds += endedCpuMs / 1000
  }

  /** Those with a series of their own, and the sum of all others last. */
  totals(): AppTotals[] {
    const rest: Now = { ...NOTHING }
    const totals: AppTotals[] = []
    for (const [name, now] of this.#newest) {
      const known = this.#watched.get(name)
      if (known?.isAdmitted === true) totals.push(totalsOf(name, known.counters, now))
      else {
        rest.memoryBytes += now.memoryBytes
        rest.threads += now.threads
        rest.processes += now.processes
      }
    }
    // One that is admitted and has no process now keeps its counters.
    for (const [name, { isAdmitted, counters }] of this.#watched) {
      if (isAdmitted && !this.#newest.has(name)) totals.push(totalsOf(name, counters, NOTHING))
    }
    return [...totals, totalsOf(OTHER_APPS, this.#other, rest)]
  }

  #watch(
    name: string,
    { coreShare }: Now,
    { passedMs, nowMs, isBig }: { passedMs: number; nowMs: number; isBig: boolean },
  ): void {
    const known = this.#watched.get(name)
    const weight = 1 - Math.exp(-passedMs / AVERAGE_OVER_MS)
    const average = (known?.average ?? 0) + (coreShare - (known?.average ?? 0)) * weight
    const isBusy = isBig || average >= LEAST_SHARE
    if (known === undefined && !isBusy && coreShare === 0) return // most never do anything
    this.#watched.set(name, {
      counters: known?.counters ?? { cpuSeconds: 0, readBytes: 0, writeBytes: 0 },
      average,
      busySinceMs: isBusy ? (known?.busySinceMs ?? nowMs) : null,
      lastBusyMs: isBusy ? nowMs : (known?.lastBusyMs ?? nowMs),
      isAdmitted: known?.isAdmitted ?? false,
      wasAdmitted: known?.wasAdmitted ?? false,
    })
  }

  #forgetIdle(nowMs: number, passedMs: number): void {
    for (const [name, watched] of this.#watched) {
      if (nowMs - watched.lastBusyMs >= IDLE_FOR_MS) watched.isAdmitted = false
      if (this.#newest.has(name)) continue
      watched.busySinceMs = null
      watched.average *= Math.exp(-passedMs / AVERAGE_OVER_MS)
      // Counters that were told are kept: were it admitted again from zero, they would fall.
      const wasTold = watched.isAdmitted || watched.wasAdmitted
      if (!wasTold && watched.average < LEAST_SHARE) this.#watched.delete(name)
    }
  }

  #admit(nowMs: number): void {
    this.#admittedAtMs = this.#admittedAtMs.filter((at) => nowMs - at < DAY_MS)
    let admitted = 0
    for (const { isAdmitted } of this.#watched.values()) if (isAdmitted) admitted++
    const waiting = [...this.#watched]
      .filter(([, { isAdmitted, busySinceMs }]) => !isAdmitted && isLong(busySinceMs, nowMs))
      .toSorted(([, a], [, b]) => b.average - a.average)
    for (const [, watched] of waiting) {
      if (admitted >= MOST_APPS) return
      if (!watched.wasAdmitted && this.#admittedAtMs.length >= MOST_NEW_NAMES_A_DAY) continue
      if (!watched.wasAdmitted) this.#admittedAtMs.push(nowMs)
      watched.isAdmitted = true
      watched.wasAdmitted = true
      admitted++
    }
  }
}

const NOTHING: Readonly<Now> = {
  cpuSeconds: 0,
  readBytes: 0,
  writeBytes: 0,
  memoryBytes: 0,
  threads: 0,
  processes: 0,
  coreShare: 0,
}

const isLong = (sinceMs: number | null, nowMs: number) =>
  sinceMs !== null && nowMs - sinceMs >= BUSY_FOR_MS

/** Apps of one name are one series. */
function byName(readings: Iterable<AppReading>, seconds: number): Map<string, Now> {
  const sums = new Map<string, Now>()
  for (const reading of readings) {
    const name = labelOf(reading.app.name)
    const sum = sums.get(name) ?? { ...NOTHING }
    const share = (reading.cpuPercentOfCore ?? 0) / 100
    sum.coreShare += share
    sum.cpuSeconds += share * seconds
    sum.readBytes += (reading.readBytesPerSecond ?? 0) * seconds
    sum.writeBytes += (reading.writeBytesPerSecond ?? 0) * seconds
    sum.memoryBytes += reading.memoryBytes ?? 0
    sum.threads += reading.threads ?? 0
    sum.processes += reading.pids.length
    sums.set(name, sum)
  }
  return sums
}

/** A label that no name of a process can make into something else. */
function labelOf(name: string): string {
  const label = name.replaceAll(/[^A-Za-z0-9._ -]+/g, '_').slice(0, MOST_NAME) || '_'
  return label === OTHER_APPS ? `${OTHER_APPS}_` : label
}

function add(counters: Counters, { cpuSeconds, readBytes, writeBytes }: Counters): void {
  counters.cpuSeconds += cpuSeconds
  counters.readBytes += readBytes
  counters.writeBytes += writeBytes
}

const totalsOf = (name: string, counters: Counters, now: Now): AppTotals => ({
  name,
  ...counters,
  memoryBytes: now.memoryBytes,
  threads: now.threads,
  processes: now.processes,
})
