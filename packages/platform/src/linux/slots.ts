import type { KeptDescriptors } from './kept-descriptors.ts'

const NONE = -1

/** Which slot of the columns belongs to which process, and the descriptors kept for it. */
export class Slots {
  readonly ofPid = new Map<number, number>()
  readonly #free: number[] = []
  readonly #kept: KeptDescriptors
  #next = 0
  /** Kept descriptors of stat, statm and io by slot; -1 for none. */
  readonly stat: number[] = []
  readonly statm: number[] = []
  readonly io: number[] = []

  constructor(kept: KeptDescriptors) {
    this.#kept = kept
  }

  /** Slots ever in use: what the columns need room for. */
  get size(): number {
    return this.#next
  }

  take(pid: number): number {
    const slot = this.#free.pop() ?? this.#next++
    this.ofPid.set(pid, slot)
    this.stat[slot] = NONE
    this.statm[slot] = NONE
    this.io[slot] = NONE
    return slot
  }

  release(pid: number, slot: number): void {
    this.ofPid.delete(pid)
    for (const fds of [this.stat, this.statm, this.io]) {
      this.#kept.close(fds[slot] ?? NONE)
      fds[slot] = NONE
    }
    this.#free.push(slot)
  }

  /** Gives up to `count` kept descriptors back; what they were for is then opened for each reading. */
  shed(count: number): void {
    this.#kept.ranOut = false
    let left = count
    for (const fds of [this.io, this.statm, this.stat]) {
      for (let slot = 0; slot < fds.length && left > 0; slot++) {
        const fd = fds[slot] ?? NONE
        if (fd === NONE) continue
        this.#kept.close(fd)
        fds[slot] = NONE
        left--
      }
    }
  }

  closeAll(): void {
    for (const [pid, slot] of this.ofPid) this.release(pid, slot)
  }
}
