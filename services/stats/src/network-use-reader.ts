import type { NetworkUse } from '@taskmanager/contracts'
import type { NetworkUseProvider, NetworkUseSample } from '@taskmanager/platform'
import { presentNetworkUse } from './present/network-use.ts'

const KEPT_MS = 2000
/** An older baseline would tell of a time nobody looked at. */
const BASELINE_MS = 30_000

/** Takes a sample when somebody asks, shares it for two seconds, and keeps the one before for rates. */
export class NetworkUseReader {
  readonly #provider: NetworkUseProvider
  readonly #now: () => number
  #kept: { reading: Promise<NetworkUse | null>; atMs: number } | null = null
  #last: NetworkUseSample | null = null

  /** @param now monotonic milliseconds */
  constructor(provider: NetworkUseProvider, now: () => number = () => performance.now()) {
    this.#provider = provider
    this.#now = now
  }

  /** null: the kernel does not tell. */
  read(): Promise<NetworkUse | null> {
    const now = this.#now()
    if (this.#kept !== null && now - this.#kept.atMs < KEPT_MS) return this.#kept.reading
    const kept = { reading: this.#take(), atMs: now }
    this.#kept = kept
    // A reading that failed is not kept: the next caller tries again.
    kept.reading.catch(() => {
      if (this.#kept === kept) this.#kept = null
    })
    return kept.reading
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
