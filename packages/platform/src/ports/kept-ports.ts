import type { PortList } from '@taskmanager/contracts'
import type { Clock } from '../options.ts'

const KEPT_MS = 2000

/** A reading that is shared for two seconds by all who ask. */
export class KeptPorts {
  readonly #clock: Clock
  readonly #take: () => Promise<PortList>
  #kept: { list: Promise<PortList>; untilMs: number } | null = null

  constructor(clock: Clock, take: () => Promise<PortList>) {
    this.#clock = clock
    this.#take = take
  }

  read(): Promise<PortList> {
    const now = this.#clock.monotonicMs()
    if (this.#kept !== null && now < this.#kept.untilMs) return this.#kept.list
    const list = this.#take()
    const kept = { list, untilMs: now + KEPT_MS }
    this.#kept = kept
    // A reading that failed is not kept: the next caller tries again.
    list.catch(() => {
      if (this.#kept === kept) this.#kept = null
    })
    return list
  }
}
