import type { ProcessRow } from '@taskmanager/contracts'
import type { StreamHub } from '@taskmanager/service-kit'
import type { Lists, SampleFacts } from './lists.ts'
import type { Sampler } from './sampler.ts'

/** The newest sample as JSON, made and encoded once per tick however many ask. */
export class Answers {
  readonly #lists: Lists
  readonly #sampler: Sampler
  readonly #hub: StreamHub
  readonly #encoded = new Map<'processes' | 'apps', { of: SampleFacts; bytes: Buffer }>()

  constructor(lists: Lists, sampler: Sampler, hub: StreamHub) {
    this.#lists = lists
    this.#sampler = sampler
    this.#hub = hub
  }

  /** Who asks is a viewer for a while, so that polling gets fresh figures too. */
  latest(): Promise<SampleFacts> {
    this.#hub.noteReader()
    return this.#sampler.latest()
  }

  rows(): ProcessRow[] {
    return [...this.#lists.processes.values()]
  }

  processes(facts: SampleFacts): Buffer {
    return this.#bytes('processes', facts, () => this.#lists.processList(facts))
  }

  apps(facts: SampleFacts): Buffer {
    return this.#bytes('apps', facts, () => this.#lists.appList(facts))
  }

  #bytes(kind: 'processes' | 'apps', of: SampleFacts, make: () => object): Buffer {
    const known = this.#encoded.get(kind)
    if (known?.of === of) return known.bytes
    const bytes = Buffer.from(JSON.stringify(make()))
    this.#encoded.set(kind, { of, bytes })
    return bytes
  }
}
