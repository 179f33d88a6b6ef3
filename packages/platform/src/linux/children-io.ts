import type { ProcessColumns } from '../process-table.ts'

interface Told {
  readBytes: number
  writeBytes: number
  /** Sweeps it has waited for its parent's counters to have it. */
  sweeps: number
}

/** A parent that did not wait for it by then never will: it ignores SIGCHLD, or another process waited. */
const MOST_SWEEPS = 2

/**
 * When a parent waits for a child, the kernel adds all that the child ever read and wrote to the counters of the parent
 * (proc_pid_io(5)), though every second of it was told as the child's own. So it is taken off the parent's rise: what
 * is left is what the parent did, and the last moments of the child.
 */
export class ChildrenIo {
  readonly #columns: ProcessColumns
  readonly #slotOf: ReadonlyMap<number, number>
  readonly #byParent = new Map<number, Told[]>()

  constructor(columns: ProcessColumns, slotOf: ReadonlyMap<number, number>) {
    this.#columns = columns
    this.#slotOf = slotOf
  }

  get size(): number {
    return this.#byParent.size
  }

  /** A listed process is gone. Call while its slot still has its figures. */
  depart(slot: number): void {
    const { ppid, readBytes, writeBytes } = this.#columns
    const told = {
      readBytes: readBytes[slot] as number,
      writeBytes: writeBytes[slot] as number,
      sweeps: 0,
    }
    if (!(told.readBytes + told.writeBytes > 0)) return // NaN: nobody told anything of it
    const parent = ppid[slot] as number
    this.#byParent.set(parent, [...(this.#byParent.get(parent) ?? []), told])
  }

  /** Call once a sweep, when all rows are read and all that ended have departed. */
  settle(): void {
    for (const [parent, all] of this.#byParent) {
      const slot = this.#slotOf.get(parent)
      const left = slot === undefined ? [] : all.filter((told) => !this.#takeOff(slot, told))
      const waiting = left.filter((told) => ++told.sweeps < MOST_SWEEPS)
      if (waiting.length === 0) this.#byParent.delete(parent)
      else this.#byParent.set(parent, waiting)
    }
  }

  /** False when the parent's counters have not risen by so much yet. */
  #takeOff(slot: number, told: Told): boolean {
    const { readBytes, writeBytes, previousReadBytes, previousWriteBytes } = this.#columns
    const read = (readBytes[slot] as number) - (previousReadBytes[slot] as number)
    const written = (writeBytes[slot] as number) - (previousWriteBytes[slot] as number)
    if (!(read >= told.readBytes && written >= told.writeBytes)) return false
    previousReadBytes[slot] = (previousReadBytes[slot] as number) + told.readBytes
    previousWriteBytes[slot] = (previousWriteBytes[slot] as number) + told.writeBytes
    return true
  }
}
