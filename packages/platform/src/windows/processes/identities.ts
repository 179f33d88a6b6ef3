import type { ProcessList } from './process-list.ts'

/** Which process each slot belongs to: its pid and the exact instant of its start. */
export class Identities {
  readonly #slotOf = new Map<number, number>()
  readonly #free: number[] = []
  #count = 0
  #startLow = new Uint32Array(0)
  #startHigh = new Uint32Array(0)
  /** Parent as the process was told at its start; it may have ended since, and its pid be another's. */
  #parent = new Uint32Array(0)

  /** Slots that were ever used. */
  get slotCount(): number {
    return this.#count
  }

  /** Processes there are. */
  get size(): number {
    return this.#slotOf.size
  }

  slots(): Iterable<number> {
    return this.#slotOf.values()
  }

  slotOf(pid: number): number | undefined {
    return this.#slotOf.get(pid)
  }

  /** Whether the process in a slot is the one that the list stands at, and not another with its pid. */
  isAt(slot: number, list: ProcessList): boolean {
    return this.#startLow[slot] === list.startLow && this.#startHigh[slot] === list.startHigh
  }

  /** A slot for the process that the list stands at. */
  take(list: ProcessList): number {
    const slot = this.#free.pop() ?? this.#count++
    if (slot >= this.#startLow.length) this.#grow()
    this.#slotOf.set(list.pid, slot)
    this.#startLow[slot] = list.startLow
    this.#startHigh[slot] = list.startHigh
    this.#parent[slot] = list.parentPid
    return slot
  }

  release(pid: number, slot: number): void {
    this.#slotOf.delete(pid)
    this.#free.push(slot)
  }

  startOf(slot: number): readonly [low: number, high: number] {
    return [this.#startLow[slot] as number, this.#startHigh[slot] as number]
  }

  /** As told at its start. */
  toldParentOf(slot: number): number {
    return this.#parent[slot] as number
  }

  /** Pid of the parent if that lives; 0 where a later process has its pid. */
  parentOf(slot: number): number {
    const pid = this.toldParentOf(slot)
    const parent = this.#slotOf.get(pid)
    const isParent = parent !== undefined && parent !== slot && !this.#beganAfter(parent, slot)
    return isParent ? pid : 0
  }

  clear(): void {
    this.#slotOf.clear()
  }

  /** By both halves: a number of milliseconds holds no unit of 100 ns. */
  #beganAfter(slot: number, other: number): boolean {
    const [low, high] = this.startOf(slot)
    const [otherLow, otherHigh] = this.startOf(other)
    return high === otherHigh ? low > otherLow : high > otherHigh
  }

  #grow(): void {
    const capacity = Math.max(512, this.#startLow.length * 2)
    const larger = (old: Uint32Array<ArrayBuffer>) => {
      const array = new Uint32Array(capacity)
      array.set(old)
      return array
    }
    this.#startLow = larger(this.#startLow)
    this.#startHigh = larger(this.#startHigh)
    this.#parent = larger(this.#parent)
  }
}
