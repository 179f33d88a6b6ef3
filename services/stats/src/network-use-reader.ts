import type { NetworkUse } from '@taskmanager/contracts'
import type { NetworkUseProvider, NetworkUseSample } from '@taskmanager/platform'
import { KeptReading } from './kept-reading.ts'
import { presentNetworkUse } from './present/network-use.ts'

/** An older baseline would tell of a time nobody looked at. */
const BASELINE_MS = 30_000

/** Takes a sample when somebody asks, shares it for two seconds, and keeps the one before for rates. */
export class NetworkUseReader {
  readonly #provider: NetworkUseProvider
  readonly #kept: KeptReading<NetworkUse | null>
  #last: NetworkUseSample | null = null

  /** @param now monotonic milliseconds */
  constructor(provider: NetworkUseProvider, now?: () => number) {
    this.#provider = provider
    this.#kept = new KeptReading(() => this.#take(), now)
  }

  /** null: the kernel does not tell. */
  read(): Promise<NetworkUse | null> {
    return this.#kept.get()
  }

  async #take(): Promise<NetworkUse | null> {
    const sample = await this.#provider.sample()
    if (sample === null) return null
    const last = this.#last
    const isBaseline = last !== null && sample.monotonicMs - last.monotonicMs < BASELINE_MS
    this.#last = sample
    return presentNetworkUse(isBaseline ? last : null, sample)
  }
}
