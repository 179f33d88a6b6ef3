import type { ContainerList } from '@taskmanager/contracts'
import type { ContainersProvider, ContainersSample } from '@taskmanager/platform'
import { KeptReading } from './kept-reading.ts'
import { presentContainers } from './present/containers.ts'

/** An older baseline would tell of a time nobody looked at. */
const BASELINE_MS = 30_000

/** Takes a sample when somebody asks, shares it for two seconds, and keeps the one before for rates. */
export class ContainersReader {
  readonly #provider: ContainersProvider
  readonly #kept: KeptReading<ContainerList>
  #last: ContainersSample | null = null

  /** @param now monotonic milliseconds */
  constructor(provider: ContainersProvider, now?: () => number) {
    this.#provider = provider
    this.#kept = new KeptReading(() => this.#take(), now)
  }

  read(): Promise<ContainerList> {
    return this.#kept.get()
  }

  async #take(): Promise<ContainerList> {
    const sample = await this.#provider.sample()
    const last = this.#last
    const isBaseline = last !== null && sample.monotonicMs - last.monotonicMs < BASELINE_MS
    this.#last = sample
    return presentContainers(isBaseline ? last : null, sample)
  }
}
