import type { EndedUnder, ProcessColumns } from '../process-table.ts'

/** A process that is no more: what of its CPU time has been told already, and whose child it was. */
interface Departed {
  ppid: number
  /** Own and waited-for CPU time at the last sweep, milliseconds. */
  toldMs: number
}

/** How far the waited-for time of one living process rose, and what of it is not yet explained. */
interface Rise {
  slot: number
  leftMs: number
  listedCount: number
}

/** Rounding of `cutime` and `cstime` to ticks of 10 ms each, at both ends of an interval. */
const MOST_ROUNDING_MS = 40
const INIT = 1
const MOST_GENERATIONS = 64

/**
 * CPU of processes that ended between two sweeps. When a parent waits for a child, the child's whole life is added
 * to `cutime` and `cstime` of the parent (proc_pid_stat(5)), its own waited-for children included. What earlier
 * sweeps told of that child is taken off: the rest is news.
 *
 * Who waited is not written anywhere: an orphan goes to init or a subreaper, and where a parent ignores SIGCHLD the
 * kernel adds nothing to anybody. But a whole life must fit into the rise of whoever waited. So a departed process is
 * taken off the nearest living ancestor whose rise can hold it, init last; where none can, nobody waited, and its
 * last moments stay unattributed. Without this, a terminal closed over an hour of work would show that hour as news.
 */
export class EndedTime {
  readonly #departed = new Map<number, Departed>()
  /** What rounding owes, by pid of the parent. */
  readonly #owed = new Map<number, number>()

  /** Entries kept. */
  get size(): number {
    return this.#departed.size + this.#owed.size
  }

  /** Call for each process that ended, before its slot is used again. Times are those the last sweep told of. */
  depart(pid: number, ppid: number, cpuMs: number, childrenCpuMs: number): void {
    this.#owed.delete(pid)
    this.#departed.set(pid, { ppid, toldMs: (Number.isNaN(cpuMs) ? 0 : cpuMs) + childrenCpuMs })
  }

  /**
   * @param slotOf living slots by pid
   * @param risen milliseconds that the waited-for time of a living slot rose since the sweep before
   * @param mostMs CPU time all processors had in the interval: no news can be larger, so a larger one is an old life
   *   that could not be recognised, and is dropped
   */
  settle(
    slotOf: ReadonlyMap<number, number>,
    columns: ProcessColumns,
    risen: ReadonlyMap<number, number>,
    nameOf: (slot: number) => string,
    mostMs = Infinity,
  ): EndedUnder[] {
    const rises = this.#rises(columns, risen)
    this.#takeOffTold(slotOf, columns, rises)
    const ended: EndedUnder[] = []
    for (const [pid, { slot, leftMs, listedCount }] of rises) {
      if (leftMs < 0) this.#owed.set(pid, Math.max(leftMs, -MOST_ROUNDING_MS))
      else this.#owed.delete(pid)
      const newsMs = leftMs > mostMs + MOST_ROUNDING_MS ? 0 : Math.max(0, leftMs)
      if (newsMs === 0 && listedCount === 0) continue
      ended.push({ parentPid: pid, parentName: nameOf(slot), cpuNs: newsMs * 1e6, listedCount })
    }
    this.#departed.clear()
    return ended.toSorted((a, b) => b.cpuNs - a.cpuNs)
  }

  #rises(columns: ProcessColumns, risen: ReadonlyMap<number, number>): Map<number, Rise> {
    const rises = new Map<number, Rise>()
    for (const [slot, riseMs] of risen) {
      const pid = columns.pid[slot] as number
      rises.set(pid, { slot, leftMs: riseMs + (this.#owed.get(pid) ?? 0), listedCount: 0 })
    }
    return rises
  }

  /** Longest lives first: they fit into the fewest rises. */
  #takeOffTold(
    slotOf: ReadonlyMap<number, number>,
    columns: ProcessColumns,
    rises: Map<number, Rise>,
  ): void {
    const all = [...this.#departed.values()].toSorted((a, b) => b.toldMs - a.toldMs)
    for (const departed of all) {
      const rise = this.#waiterOf(departed, slotOf, columns, rises)
      if (rise === null) continue
      rise.leftMs -= departed.toldMs
      rise.listedCount++
    }
  }

  #waiterOf(
    { ppid, toldMs }: Departed,
    slotOf: ReadonlyMap<number, number>,
    columns: ProcessColumns,
    rises: ReadonlyMap<number, Rise>,
  ): Rise | null {
    const fits = (pid: number) => {
      const rise = rises.get(pid)
      return rise !== undefined && rise.leftMs + MOST_ROUNDING_MS >= toldMs ? rise : null
    }
    let pid = ppid
    for (let steps = 0; pid > 0 && steps < MOST_GENERATIONS; steps++) {
      const rise = fits(pid)
      if (rise !== null) return rise
      const slot = slotOf.get(pid)
      pid =
        slot === undefined ? (this.#departed.get(pid)?.ppid ?? 0) : (columns.ppid[slot] as number)
    }
    return fits(INIT)
  }
}
