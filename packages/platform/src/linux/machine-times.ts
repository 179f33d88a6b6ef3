import type { MachineTimes } from '../process-table.ts'
import { ProcParseError } from '../read-result.ts'
import { KeptFile } from './kept-file.ts'
import { parseProcStat, type ProcStat } from './parse-proc-stat.ts'

/**
 * Busy time of the machine between two sweeps. Busy is what was not idle: elapsed time × CPUs − idle − iowait. The
 * kernel measures idle spans where user and system time are sampled by the tick, so this is the more exact sum, and
 * it holds on machines that hide some modes.
 */
export class MachineClock {
  readonly #file: KeptFile
  readonly #msPerTick: number
  #last: ProcStat | null = null

  constructor(procRoot: string, ticksPerSecond: number) {
    this.#file = new KeptFile(`${procRoot}/stat`)
    this.#msPerTick = 1000 / ticksPerSecond
  }

  /** CPUs online at the last read. */
  get cpuCount(): number {
    return this.#last?.cores.length ?? 0
  }

  /** null on the first call, after CPUs came or went, and when a counter ran backwards. */
  read(intervalMs: number | null): MachineTimes | null {
    const last = this.#last
    if (this.#file.read().kind !== 'ok') return null
    const next = this.#parse()
    this.#last = next
    if (
      last === null ||
      next === null ||
      intervalMs === null ||
      last.cores.length !== next.cores.length
    )
      return null
    const ms = (mode: 'idle' | 'iowait' | 'irq' | 'softirq' | 'steal') =>
      ((next.total[mode] ?? 0) - (last.total[mode] ?? 0)) * this.#msPerTick
    // iowait may step back by itself (proc_stat(5)); only what all idleness does counts.
    const idle = ms('idle') + ms('iowait')
    const irqMs = ms('irq') + ms('softirq')
    const stealMs = ms('steal')
    if (idle < 0 || irqMs < 0 || stealMs < 0) return null
    const busyMs = Math.max(0, intervalMs * next.cores.length - idle)
    return { busyMs, irqMs, stealMs, forks: difference(last.forks, next.forks) }
  }

  /** null when the file is not as its manual says: one interval without accounting, and no list is lost for it. */
  #parse(): ProcStat | null {
    try {
      return parseProcStat(this.#file.bytes, this.#file.length)
    } catch (error) {
      if (error instanceof ProcParseError) return null
      throw error
    }
  }

  close(): void {
    this.#file.close()
  }
}

function difference(last: number | null, next: number | null): number | null {
  return last === null || next === null || next < last ? null : next - last
}
