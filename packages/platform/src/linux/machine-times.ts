import type { MachineTimes } from '../process-table.ts'
import { understoodOrNull } from '../read-result.ts'
import { KeptFile } from './kept-file.ts'
import { parseProcStat, type ProcStat } from './parse-proc-stat.ts'

/**
 * Busy time of the machine between two sweeps. Busy is what was not idle: elapsed time × CPUs − idle − iowait. The
 * kernel measures idle spans in nanoseconds (get_cpu_idle_time_us) where user and system time are sampled by its
 * tick, so this is the more exact sum, and it holds on machines that hide some modes.
 *
 * What stays is the rounding of the file: idle and iowait are summed over CPUs and then cut to 10 ms, so one interval
 * may be off by 20 ms in all, whatever the number of CPUs; over many intervals it does not grow. `/proc/uptime` has the
 * same idle time cut alike. `/proc/schedstat` counts the running time of each CPU in nanoseconds, but only when a task
 * leaves it: one that computes for a second without a pause is not in it yet, so it cannot be the sum of an interval.
 */
export class MachineClock {
  readonly #file: KeptFile
  readonly #msPerTick: number
  readonly #monotonicMs: () => number
  #last: ProcStat | null = null
  #lastAtMs = NaN
  #atMs = NaN
  #isRead = false

  constructor(procRoot: string, ticksPerSecond: number, monotonicMs: () => number) {
    this.#file = new KeptFile(`${procRoot}/stat`)
    this.#msPerTick = 1000 / ticksPerSecond
    this.#monotonicMs = monotonicMs
  }

  /** CPUs online at the last read. */
  get cpuCount(): number {
    return this.#last?.cores.length ?? 0
  }

  /** Reads now. Of several reads in one sweep the last counts. */
  read(): void {
    // The kernel sums up the CPUs first thing in the first read of the file.
    this.#atMs = this.#monotonicMs()
    this.#isRead = this.#file.read().kind === 'ok'
  }

  /**
   * Times between the reads of two sweeps, brought to the length of the interval between their clocks.
   * @returns null on the first call, after CPUs came or went, and when a counter ran backwards
   */
  times(intervalMs: number | null): MachineTimes | null {
    const last = this.#last
    const sinceMs = this.#atMs - this.#lastAtMs
    if (!this.#isRead) return null
    const next = this.#parse()
    this.#last = next
    this.#lastAtMs = this.#atMs
    if (
      last === null ||
      next === null ||
      intervalMs === null ||
      !(sinceMs > 0) ||
      last.cores.length !== next.cores.length
    )
      return null
    const ms = (mode: 'idle' | 'iowait' | 'irq' | 'softirq' | 'steal') =>
      ((next.total[mode] ?? 0) - (last.total[mode] ?? 0)) * this.#msPerTick
    // iowait may step back by itself (proc_stat(5)); only what all idleness does counts.
    const idleMs = ms('idle') + ms('iowait')
    const irqMs = ms('irq') + ms('softirq')
    const stealMs = ms('steal')
    if (idleMs < 0 || irqMs < 0 || stealMs < 0) return null
    const scale = intervalMs / sinceMs
    return {
      busyMs: Math.max(0, sinceMs * next.cores.length - idleMs) * scale,
      irqMs: irqMs * scale,
      // Sampled by the tick, which is itself an interrupt, this is 0 for ever (CONFIG_IRQ_TIME_ACCOUNTING is off).
      isIrqMeasured: (next.total.irq ?? 0) > 0,
      stealMs: stealMs * scale,
      forks: difference(last.forks, next.forks),
    }
  }

  /** null when the file is not as its manual says: one interval without accounting, and no list is lost for it. */
  #parse(): ProcStat | null {
    return understoodOrNull(() => parseProcStat(this.#file.bytes, this.#file.length))
  }

  close(): void {
    this.#file.close()
  }
}

function difference(last: number | null, next: number | null): number | null {
  return last === null || next === null || next < last ? null : next - last
}
