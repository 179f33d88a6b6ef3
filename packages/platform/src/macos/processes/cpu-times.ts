import type { CpuInfo } from 'node:os'
import type { MachineTimes } from '../../process-table.ts'

/** Busy time of all cores between two looks. `os.cpus()` asks `host_processor_info`, in steps of 10 ms. */
export class CpuTimes {
  readonly #cpus: () => CpuInfo[]
  #busyMs: number | null = null
  count = 1

  constructor(cpus: () => CpuInfo[]) {
    this.#cpus = cpus
  }

  /** null at the first look, and when a core came or went and its time with it. */
  take(): MachineTimes | null {
    const cpus = this.#cpus()
    const busy = cpus.reduce((sum, { times }) => sum + times.user + times.nice + times.sys, 0)
    const before = cpus.length === this.count ? this.#busyMs : null
    this.#busyMs = busy
    this.count = Math.max(1, cpus.length)
    if (before === null || busy < before) return null
    return { busyMs: busy - before, irqMs: null, isIrqMeasured: false, stealMs: null, forks: null }
  }
}
