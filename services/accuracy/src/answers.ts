import { setImmediate } from 'node:timers/promises'
import type { ProcessRow } from '@taskmanager/contracts'
import { ServiceError, type StreamHub } from '@taskmanager/service-kit'
import type { Lists, SampleFacts } from './lists.ts'
import type { Sampler } from './sampler.ts'

const SLICE_MS = 4

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

  /**
   * Who asks is a viewer for a while, so that polling gets fresh figures too.
   * @throws ServiceError `unavailable` where nothing could be read yet
   */
  async latest(): Promise<SampleFacts> {
    this.#hub.noteReader()
    const facts = await this.#sampler.latest()
    if (facts !== null) return facts
    throw new ServiceError(
      'unavailable',
      'The processes could not be read yet. Try again in a moment.',
      { retryAfterSeconds: 1 },
    )
  }

  rows(): ProcessRow[] {
    return [...this.#lists.processes.values()]
  }

  /** Other requests get their turn while thousands of rows are written. */
  async processes(): Promise<Buffer> {
    let facts = await this.latest()
    for (;;) {
      const until = performance.now() + SLICE_MS
      if (this.#lists.writeProcesses(() => performance.now() < until)) break
      await setImmediate()
      facts = this.#lists.facts ?? facts // A sweep may have come in between.
    }
    return this.#bytes('processes', facts, () => this.#lists.processListJson(facts))
  }

  apps(facts: SampleFacts): Buffer {
    return this.#bytes('apps', facts, () => JSON.stringify(this.#lists.appList(facts)))
  }

  #bytes(kind: 'processes' | 'apps', of: SampleFacts, make: () => string): Buffer {
    const known = this.#encoded.get(kind)
    if (known?.of === of) return known.bytes
    const bytes = Buffer.from(make())
    this.#encoded.set(kind, { of, bytes })
    return bytes
  }
}
