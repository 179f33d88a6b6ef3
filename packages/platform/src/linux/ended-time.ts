import type { EndedUnder, ProcessColumns } from '../process-table.ts'
import type { ExitRecord } from './exit-records/parse-exit-records.ts'
import { ExitTally, mostFrequent, type Family, type Tally } from './exit-tally.ts'

interface Times {
  /** Own CPU time, milliseconds. */
  ownMs: number
  /** CPU time of waited-for children, milliseconds. */
  childrenMs: number
}

/** A process that is no more: what of its CPU time has been told already, and whose child it was. */
interface Departed extends Times {
  /** 0: it was never seen. */
  ppid: number
}

/** How far the waited-for time of one living process rose, and what of it is not yet explained. */
interface Rise {
  leftMs: number
  listedCount: number
}

export interface Settling {
  /** Living slots by pid. */
  slotOf: ReadonlyMap<number, number>
  columns: ProcessColumns
  /** Milliseconds that the waited-for time of a living slot rose since the sweep before. */
  risen: ReadonlyMap<number, number>
  nameOf: (slot: number) => string
  /**
   * CPU time all processors had in the interval: no news can be larger, so a larger one is an old life that could not
   * be recognised, and is dropped.
   */
  mostMs?: number
  /** Whether a rise was read with the clocks, at the instant of the sweep; all of them where it is left out. */
  isOfInstant?: (pid: number) => boolean
  /** The kernel's records up to the instant of the sweep; null: not to be had, or some were lost. */
  records?: readonly ExitRecord[] | null
  /** Those that came while it read files. */
  laterRecords?: readonly ExitRecord[] | null
}

export interface Settled {
  under: EndedUnder[]
  /** Processes that ended; null when nobody counted them. */
  count: number | null
  /** Processes that ended and have no record, though there are records. */
  unrecorded: number
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
 *
 * Exit records, where there are any, count what ended and name it. Of its CPU time they know the least it was: the
 * waited-for time is the truth in the long run, and the records stand in where it is late (it counts in ticks) or
 * never comes (nobody waits).
 */
export class EndedTime {
  readonly #tally = new ExitTally()
  #departed = new Map<number, Departed>()
  /** Ended after the instant of this sweep: in the waited-for time of the next. */
  #late = new Map<number, Departed>()
  /** Departed that no record is waited for: they were zombies, perhaps before anybody listened, or had theirs. */
  #excused = new Set<number>()
  #settlings = 0
  /** What the late used and waited for between the sweep before and the instant of this one, by pid. */
  readonly #lateNews = new Map<number, Times>()
  /** What rounding owes, by pid of the parent. */
  readonly #owed = new Map<number, number>()

  /** Entries kept. */
  get size(): number {
    return this.#departed.size + this.#owed.size
  }

  /** Call for each process that ended, before its slot is used again. Times are those the last sweep told of. */
  depart(pid: number, { ppid, ownMs, childrenMs }: Departed, wasZombie = false): void {
    this.#owed.delete(pid)
    this.#departed.set(pid, { ppid, ownMs: Number.isNaN(ownMs) ? 0 : ownMs, childrenMs })
    if (wasZombie) this.#excused.add(pid)
  }

  /**
   * Call for a process that ended after the instant of the sweep and before its files were read.
   * @param now its times at the instant
   * @param told what the last sweep told of it
   */
  departLate(pid: number, now: Times, told: Departed): void {
    this.#owed.delete(pid)
    this.#late.set(pid, { ppid: told.ppid, ...now })
    this.#lateNews.set(pid, {
      ownMs: Math.max(0, now.ownMs - told.ownMs),
      childrenMs: Math.max(0, now.childrenMs - told.childrenMs),
    })
  }

  /** How a process that departed before the last settling ended, as wait(2) has it; null without its record. */
  waitStatusOf(pid: number): number | null {
    return this.#tally.recordOf(pid)?.waitStatus ?? null
  }

  settle(settling: Settling): Settled {
    const { columns, records = null, laterRecords = [] } = settling
    const rises = this.#rises(settling)
    this.#hastenLate(settling, rises)
    const family: Family = {
      slotOf: settling.slotOf,
      columns,
      toldMs: (pid) => this.#departed.get(pid)?.ownMs ?? 0,
      hasDeparted: (pid) => this.#departed.has(pid),
      parentOf: (pid) => this.#departed.get(pid)?.ppid ?? this.#late.get(pid)?.ppid,
      isLate: (pid) => this.#late.has(pid),
    }
    const tallies = this.#tally.tally(records ?? [], laterRecords ?? [], family)
    for (const [pid, { childrenMs }] of this.#lateNews) {
      if (childrenMs > 0) rises.set(pid, { leftMs: childrenMs, listedCount: 0 })
    }
    const unmatched = this.#takeOffTold(settling, rises)
    const isWhole = records !== null && laterRecords !== null
    // What the first sweep found may have been ending already when nobody listened yet.
    const unrecorded = isWhole && ++this.#settlings > 2 ? this.#countUnrecorded() : 0
    const isCounted = isWhole && unrecorded === 0
    const late = this.#lateByParent(family, rises)
    const under = this.#news(settling, rises, tallies, late, isCounted)
    let count = 0
    for (const tally of tallies.values()) count += tally.count
    // Who waited for an unmatched one may itself have ended late; then the next sweep finds both.
    const again = this.#late.size > 0 ? unmatched : []
    this.#departed = new Map([...again, ...this.#late])
    this.#excused = new Set(again.map(([pid]) => pid))
    this.#late = new Map()
    this.#lateNews.clear()
    return { under, count: isCounted ? count : null, unrecorded }
  }

  #news(
    { slotOf, nameOf, mostMs = Infinity }: Settling,
    rises: ReadonlyMap<number, Rise>,
    tallies: ReadonlyMap<number, Tally>,
    late: ReadonlyMap<number, number>,
    isCounted: boolean,
  ): EndedUnder[] {
    const under: EndedUnder[] = []
    for (const pid of new Set([...rises.keys(), ...tallies.keys(), ...late.keys()])) {
      const tally = tallies.get(pid)
      const rise = rises.get(pid)
      const leftMs = (rise?.leftMs ?? 0) + (this.#owed.get(pid) ?? 0)
      const leastMs = tally?.leastMs ?? 0
      const waitedMs = leftMs > mostMs + MOST_ROUNDING_MS ? 0 : leftMs
      const newsMs = Math.max(0, waitedMs, leastMs)
      // Told ahead of the waited-for time, whether by rounding or by a record.
      const aheadMs = Math.min(MOST_ROUNDING_MS + leastMs, newsMs - waitedMs)
      if (aheadMs > 0 && slotOf.has(pid)) this.#owed.set(pid, -aheadMs)
      else this.#owed.delete(pid)
      const cpuMs = newsMs + (late.get(pid) ?? 0)
      const listedCount = rise?.listedCount ?? 0
      if (cpuMs === 0 && listedCount === 0 && tally === undefined) continue
      const slot = slotOf.get(pid)
      under.push({
        parentPid: slot === undefined ? 0 : pid,
        parentName: slot === undefined ? '' : nameOf(slot),
        cpuNs: cpuMs * 1e6,
        listedCount,
        count: isCounted ? (tally?.count ?? 0) : null,
        name: isCounted && tally !== undefined ? mostFrequent(tally.names) : null,
      })
    }
    return under.toSorted((a, b) => b.cpuNs - a.cpuNs)
  }

  #rises({ risen, columns }: Settling): Map<number, Rise> {
    const rises = new Map<number, Rise>()
    for (const [slot, riseMs] of risen) {
      const pid = columns.pid[slot] as number
      rises.set(pid, { leftMs: riseMs, listedCount: 0 })
    }
    return rises
  }

  /** A parent read after the instant, too, may have the whole life of a late child already: then it ended now. */
  #hastenLate({ isOfInstant }: Settling, rises: ReadonlyMap<number, Rise>): void {
    if (isOfInstant === undefined) return
    for (const [pid, late] of this.#late) {
      const rise = isOfInstant(late.ppid) ? undefined : rises.get(late.ppid)
      const lifeMs = late.ownMs + late.childrenMs
      if (rise === undefined || rise.leftMs + MOST_ROUNDING_MS < lifeMs) continue
      const news = this.#lateNews.get(pid) ?? { ownMs: 0, childrenMs: 0 }
      this.#departed.set(pid, {
        ppid: late.ppid,
        ownMs: late.ownMs - news.ownMs,
        childrenMs: late.childrenMs - news.childrenMs,
      })
      this.#late.delete(pid)
      this.#lateNews.delete(pid)
    }
  }

  /** News of the late and of those they waited for, milliseconds; under 0 where nobody saw whose child it was. */
  #lateByParent(family: Family, rises: Map<number, Rise>): Map<number, number> {
    const byParent = new Map<number, number>()
    for (const [pid, { ownMs }] of this.#lateNews) {
      const newsMs = ownMs + Math.max(0, rises.get(pid)?.leftMs ?? 0)
      rises.delete(pid)
      const ppid = this.#parentOf(pid)
      const parent = ppid === 0 ? 0 : this.#tally.livingAncestor(ppid, family)
      byParent.set(parent, (byParent.get(parent) ?? 0) + newsMs)
    }
    return byParent
  }

  /** Longest lives first: they fit into the fewest rises. Answers those that nobody's rise holds. */
  #takeOffTold(settling: Settling, rises: Map<number, Rise>): [number, Departed][] {
    const told = ([, { ownMs, childrenMs }]: [number, Departed]) => ownMs + childrenMs
    const all = [...this.#departed].toSorted((a, b) => told(b) - told(a))
    return all.filter((each) => {
      const rise = this.#waiterOf(each[0], told(each), settling, rises)
      if (rise === null) return true
      rise.leftMs -= told(each)
      rise.listedCount++
      return false
    })
  }

  #waiterOf(
    departed: number,
    toldMs: number,
    { slotOf, columns }: Settling,
    rises: ReadonlyMap<number, Rise>,
  ): Rise | null {
    const fits = (rise: Rise | undefined) =>
      rise !== undefined && rise.leftMs + MOST_ROUNDING_MS >= toldMs ? rise : null
    let pid = this.#parentOf(departed)
    // Nobody saw whose child it was.
    if (pid === 0) return fits([...rises.values()].toSorted((a, b) => b.leftMs - a.leftMs)[0])
    for (let steps = 0; pid > 0 && steps < MOST_GENERATIONS; steps++) {
      const rise = fits(rises.get(pid))
      if (rise !== null) return rise
      const slot = slotOf.get(pid)
      pid = slot === undefined ? this.#parentOf(pid) : (columns.ppid[slot] as number)
    }
    return fits(rises.get(INIT))
  }

  /** Parent of one that ended; 0 when not known. A record's is newer than a listing's. */
  #parentOf(pid: number): number {
    return (
      this.#tally.recordOf(pid)?.ppid ??
      this.#departed.get(pid)?.ppid ??
      this.#late.get(pid)?.ppid ??
      0
    )
  }

  #countUnrecorded(): number {
    let unrecorded = 0
    for (const pid of this.#departed.keys()) {
      if (this.#tally.recordOf(pid) === undefined && !this.#excused.has(pid)) unrecorded++
    }
    return unrecorded
  }
}
