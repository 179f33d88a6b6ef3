import type { AskedField, ProcessFigures } from '@taskmanager/contracts'
import type {
  AskedFields,
  AskedSample,
  FiguresProvider,
  RunDelaySample,
} from '@taskmanager/platform'
import { keyOf, presentFigures } from './present/figures.ts'

const KEPT_MS = 2000
/** An older baseline would tell of a time nobody looked at. */
const BASELINE_MS = 30_000

interface Kept {
  fields: AskedFields
  reading: Promise<Reading>
  atMs: number
}

/** A sample with the waiting times of the one before, by process. */
export interface Reading {
  sample: AskedSample
  before: ReadonlyMap<string, RunDelaySample>
}

/** Takes a sample when somebody asks for figures, shares it for two seconds, and keeps the one before for rates. */
export class AskedFiguresReader {
  readonly #provider: FiguresProvider
  readonly #now: () => number
  #kept: Kept | null = null
  #last: { delays: ReadonlyMap<string, RunDelaySample>; atMs: number } | null = null

  /** @param now monotonic milliseconds */
  constructor(provider: FiguresProvider, now: () => number = () => performance.now()) {
    this.#provider = provider
    this.#now = now
  }

  async read(fields: ReadonlySet<AskedField>): Promise<ProcessFigures> {
    return presentFigures(await this.#reading(fields), fields)
  }

  #reading(fields: ReadonlySet<AskedField>): Promise<Reading> {
    const now = this.#now()
    const kept = this.#kept !== null && now - this.#kept.atMs < KEPT_MS ? this.#kept : null
    const asked = {
      descriptors: fields.has('num_fds'),
      runDelay: fields.has('run_delay_percent'),
    }
    if (kept !== null && covers(kept.fields, asked)) return kept.reading
    // Two who ask for different figures share the next reading.
    const together = {
      descriptors: asked.descriptors || kept?.fields.descriptors === true,
      runDelay: asked.runDelay || kept?.fields.runDelay === true,
    }
    const reading = this.#take(together, now)
    const next = { fields: together, reading, atMs: now }
    this.#kept = next
    // A reading that failed is not kept: the next caller tries again.
    reading.catch(() => {
      if (this.#kept === next) this.#kept = null
    })
    return reading
  }

  async #take(fields: AskedFields, atMs: number): Promise<Reading> {
    const sample = await this.#provider.sample(fields)
    const last = this.#last
    const isBaseline = last !== null && atMs - last.atMs < BASELINE_MS
    const before = isBaseline ? last.delays : new Map<string, RunDelaySample>()
    if (fields.runDelay) {
      const delays = sample.processes.flatMap(({ pid, startId, runDelay }) =>
        runDelay == null ? [] : [[keyOf(pid, startId), runDelay] as const],
      )
      this.#last = { delays: new Map(delays), atMs }
    }
    return { sample, before }
  }
}

const covers = (kept: AskedFields, asked: AskedFields): boolean =>
  (kept.descriptors || !asked.descriptors) && (kept.runDelay || !asked.runDelay)
