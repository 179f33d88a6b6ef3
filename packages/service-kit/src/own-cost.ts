import { readFileSync } from 'node:fs'
import type { OwnCost } from '@taskmanager/contracts'

/** Counting PSS walks every mapping (about a millisecond), so it is read rarely. */
const MEMORY_EVERY_MS = 10_000

export interface OwnCostWorld {
  /** Monotonic milliseconds. */
  now: () => number
  /** CPU time of this process so far, microseconds. */
  cpuMicros: () => number
  /** Text of `/proc/self/smaps_rollup`; `null` where there is none. */
  smapsRollup: () => string | null
  rssBytes: () => number
}

/** Cost of the last sample, as the sampler measured it; milliseconds. */
export interface SweepCost {
  cpuMs: number
  wallMs: number
  /** Of the whole machine, as the sample has it: this process may be allowed only some of them. */
  logicalCpuCount: number
}

/** What this process itself uses, for `own_cost` on the wire. One instance per service; call `read` once a tick. */
export class OwnCostMeter {
  readonly #world: OwnCostWorld
  #last: { atMs: number; cpuMicros: number } | null = null
  #memory: { atMs: number; bytes: number } | null = null

  constructor(world: Partial<OwnCostWorld> = {}) {
    this.#world = { ...realWorld, ...world }
  }

  /** `cpu_percent` is of the whole machine since the call before; `null` on the first, and where its CPUs are not known. */
  read(sweep: SweepCost): OwnCost {
    const atMs = this.#world.now()
    return {
      cpu_percent: this.#cpuPercent(atMs, sweep.logicalCpuCount),
      memory_bytes: this.#memoryBytes(atMs),
      sweep_cpu_ms: sweep.cpuMs,
      sweep_wall_ms: sweep.wallMs,
    }
  }

  #cpuPercent(atMs: number, logicalCpuCount: number): number | null {
    const cpuMicros = this.#world.cpuMicros()
    const last = this.#last
    this.#last = { atMs, cpuMicros }
    if (last === null || atMs <= last.atMs || logicalCpuCount === 0) return null
    const usedMs = (cpuMicros - last.cpuMicros) / 1000
    const share = usedMs / ((atMs - last.atMs) * logicalCpuCount)
    return Math.round(Math.min(1, Math.max(0, share)) * 100_000) / 1000
  }

  #memoryBytes(atMs: number): number {
    if (this.#memory === null || atMs - this.#memory.atMs >= MEMORY_EVERY_MS) {
      const pss = pssBytes(this.#world.smapsRollup() ?? '')
      this.#memory = { atMs, bytes: pss ?? this.#world.rssBytes() }
    }
    return this.#memory.bytes
  }
}

/** `Pss` of `/proc/<pid>/smaps_rollup`, in bytes (the file says KiB); `null` when there is none. Source: proc_pid_smaps(5). */
export function pssBytes(smapsRollup: string): number | null {
  const kib = /^Pss:\s+(\d+) kB$/m.exec(smapsRollup)?.[1]
  return kib === undefined ? null : Number(kib) * 1024
}

const realWorld: OwnCostWorld = {
  now: () => performance.now(),
  cpuMicros: () => {
    const { user, system } = process.cpuUsage()
    return user + system
  },
  smapsRollup: () => {
    try {
      return readFileSync('/proc/self/smaps_rollup', 'utf8')
    } catch {
      return null // not Linux, or not permitted: RSS is told instead
    }
  },
  rssBytes: () => process.memoryUsage.rss(),
}
