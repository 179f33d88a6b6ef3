import type { OwnCost } from '@taskmanager/contracts'
import type { MachineReading } from '@taskmanager/metrics'
import { presentStats } from './present/stats.ts'

/** The newest figures as JSON, made and encoded once per tick and shared by every request and every stream. */
export class LatestStats {
  #bytes: Buffer | null = null
  #last: { reading: MachineReading; ownCost: OwnCost } | null = null
  #waiting: (() => void)[] = []

  set(reading: MachineReading, seq: number, ownCost: OwnCost): string {
    const text = JSON.stringify(presentStats(reading, { seq, ownCost }))
    this.#bytes = Buffer.from(text)
    this.#last = { reading, ownCost }
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
    return text
  }

  /** What the newest figures were made from; null before the first sample. */
  get last(): { readonly reading: MachineReading; readonly ownCost: OwnCost } | null {
    return this.#last
  }

  /** At once, or, before the first sample, when it is there; null when it does not come in time. */
  async get(withinMs: number): Promise<Buffer | null> {
    if (this.#bytes !== null) return this.#bytes
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve)
      timer = setTimeout(resolve, withinMs)
    })
    clearTimeout(timer)
    return this.#bytes
  }
}
