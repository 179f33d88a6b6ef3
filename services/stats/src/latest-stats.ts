import type { OwnCost } from '@taskmanager/contracts'
import type { MachineReading } from '@taskmanager/metrics'
import { FirstSample } from '@taskmanager/service-kit'
import { presentStats } from './present/stats.ts'

/** The newest figures as JSON, made and encoded once per tick and shared by every request and every stream. */
export class LatestStats {
  #bytes: Buffer | null = null
  #last: { reading: MachineReading; ownCost: OwnCost } | null = null
  readonly #first = new FirstSample()

  set(reading: MachineReading, seq: number, ownCost: OwnCost): string {
    const text = JSON.stringify(presentStats(reading, { seq, ownCost }))
    this.#bytes = Buffer.from(text)
    this.#last = { reading, ownCost }
    this.#first.tell()
    return text
  }

  /** What the newest figures were made from; null before the first sample. */
  get last(): { readonly reading: MachineReading; readonly ownCost: OwnCost } | null {
    return this.#last
  }

  /** At once, or, before the first sample, when it is there; null when it does not come in time. */
  async get(): Promise<Buffer | null> {
    if (this.#bytes === null) await this.#first.wait()
    return this.#bytes
  }
}
