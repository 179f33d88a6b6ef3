import type { ProcessRow } from '@taskmanager/contracts'
import type { StreamHub } from '@taskmanager/service-kit'
import type { Lists, SampleFacts } from './lists.ts'
import type { Sampler } from './sampler.ts'

/** The newest sample as text, made once per tick however many ask. */
export class Answers {
  readonly #lists: Lists
  readonly #sampler: Sampler
  readonly #hub: StreamHub
  readonly #texts = new Map<'processes' | 'apps', { of: SampleFacts; text: string }>()

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

  processes(facts: SampleFacts): string {
    return this.#text('processes', facts, () => this.#lists.processList(facts))
  }

  apps(facts: SampleFacts): string {
    return this.#text('apps', facts, () => this.#lists.appList(facts))
  }

  #text(kind: 'processes' | 'apps', of: SampleFacts, make: () => object): string {
    const known = this.#texts.get(kind)
    if (known?.of === of) return known.text
    const text = JSON.stringify(make())
    this.#texts.set(kind, { of, text })
    return text
  }
}
