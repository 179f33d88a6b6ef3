/** What is worth finding in one look at all. */
const ROOM = 8

/** The few slots of greatest weight among those offered, taken greatest first. Allocates nothing after its making. */
export class BiggestFirst {
  readonly #slots = new Int32Array(ROOM)
  readonly #weights = new Float64Array(ROOM)
  #count = 0
  #taken = 0

  get isEmpty(): boolean {
    return this.#taken === this.#count
  }

  clear(): void {
    this.#count = 0
    this.#taken = 0
  }

  offer(slot: number, weight: number): void {
    const isFull = this.#count === ROOM
    if (isFull && weight <= (this.#weights[ROOM - 1] as number)) return
    let at = isFull ? ROOM - 1 : this.#count++
    for (; at > 0 && (this.#weights[at - 1] as number) < weight; at--) {
      this.#slots[at] = this.#slots[at - 1] as number
      this.#weights[at] = this.#weights[at - 1] as number
    }
    this.#slots[at] = slot
    this.#weights[at] = weight
  }

  /** -1 when there is none left. */
  take(): number {
    return this.isEmpty ? -1 : (this.#slots[this.#taken++] as number)
  }
}
