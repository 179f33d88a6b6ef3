import { ZOMBIE, type ProcessColumns } from '../process-table.ts'
import type { ExitRecord } from './exit-records/parse-exit-records.ts'

/** What ended under one living process, by the kernel's records. */
export interface Tally {
  count: number
  /** CPU time nobody was charged for yet, milliseconds: at least so much. */
  leastMs: number
  names: Map<string, number>
}

/** What the tally asks about the processes that are and were. */
export interface Family {
  slotOf: ReadonlyMap<number, number>
  columns: ProcessColumns
  /** CPU of an ended process that earlier sweeps told of, milliseconds; 0 for one nobody ever listed. */
  toldMs: (pid: number) => number
  /** Parent of a process that ended, of those that were listed. */
  parentOf: (pid: number) => number | undefined
  /** Found gone by this sweep. */
  hasDeparted: (pid: number) => boolean
  /** Ended after the instant of this sweep: the next one counts it. */
  isLate: (pid: number) => boolean
}

const INIT = 1
const MOST_GENERATIONS = 64

/** Sorts exit records under the nearest ancestors that live. A zombie is still listed: its record is kept until it is not. */
export class ExitTally {
  #kept = new Map<number, ExitRecord>()
  readonly #counted = new Map<number, ExitRecord>()

  /** The record of a process that ended: counted in the last tally, or kept for the next. */
  recordOf(pid: number): ExitRecord | undefined {
    return this.#counted.get(pid) ?? this.#kept.get(pid)
  }

  /** @param later records of what ended after the instant: counted if it was found gone all the same, else next time */
  tally(
    records: readonly ExitRecord[],
    later: readonly ExitRecord[],
    family: Family,
  ): Map<number, Tally> {
    const { slotOf, columns } = family
    const again = this.#kept
    this.#kept = new Map()
    this.#counted.clear()
    const take = (record: ExitRecord, isNew: boolean) => {
      const slot = slotOf.get(record.pid)
      // A new record's process was read just before it ended; an old one's pid is a zombie's, or another process's.
      const isListed = slot !== undefined && (isNew || columns.status[slot] === ZOMBIE)
      if (isListed || family.isLate(record.pid)) this.#kept.set(record.pid, record)
      else this.#counted.set(record.pid, record)
    }
    for (const record of again.values()) take(record, false)
    for (const record of records) take(record, true)
    for (const record of later) {
      const to = family.hasDeparted(record.pid) ? this.#counted : this.#kept
      to.set(record.pid, record)
    }
    const tallies = new Map<number, Tally>()
    for (const record of this.#counted.values()) this.#add(record, family, tallies)
    return tallies
  }

  #add(record: ExitRecord, family: Family, tallies: Map<number, Tally>): void {
    const parent = this.livingAncestor(record.ppid, family)
    let tally = tallies.get(parent)
    if (tally === undefined) {
      tally = { count: 0, leastMs: 0, names: new Map() }
      tallies.set(parent, tally)
    }
    tally.count++
    tally.leastMs += Math.max(0, record.leastCpuNs / 1e6 - family.toldMs(record.pid))
    tally.names.set(record.name, (tally.names.get(record.name) ?? 0) + 1)
  }

  /** The process itself where it lives, else the nearest of those it descends from; init where the line is lost. */
  livingAncestor(of: number, { slotOf, parentOf }: Family): number {
    let pid = of
    for (let steps = 0; pid > 0 && steps < MOST_GENERATIONS; steps++) {
      if (slotOf.has(pid)) return pid
      pid = this.recordOf(pid)?.ppid ?? parentOf(pid) ?? 0
    }
    return INIT
  }
}

/** The name that most of them had; null for none. */
export function mostFrequent(names: ReadonlyMap<string, number>): string | null {
  let most: string | null = null
  let count = 0
  for (const [name, times] of names) {
    if (times <= count) continue
    most = name
    count = times
  }
  return most
}
