import { setImmediate } from 'node:timers/promises'
import type { AskedField, ProcessFigures } from '@taskmanager/contracts'
import type { AskedSample, Counters, FiguresProvider } from '@taskmanager/platform'
import {
  COUNTED,
  isCounted,
  keyOf,
  presentFigures,
  type Before,
  type CountedField,
} from './present/figures.ts'

const KEPT_MS = 2000
/** An older baseline would tell of a time nobody looked at. */
const BASELINE_MS = 30_000

interface Kept {
  fields: ReadonlySet<AskedField>
  reading: Promise<Reading>
  atMs: number
}

/** A sample, and what was counted by the one before it. */
interface Reading {
  sample: AskedSample
  before: Before
}

/** Counters of one reading by process. */
interface Baseline {
  byProcess: ReadonlyMap<string, Counters>
  atMs: number
}

/** Takes a sample when somebody asks for figures, shares it for two seconds, and keeps the one before for rates. */
export class AskedFiguresReader {
  readonly #provider: FiguresProvider
  readonly #now: () => number
  #kept: Kept | null = null
  readonly #last = new Map<CountedField, Baseline>()

  /** @param now monotonic milliseconds */
  constructor(provider: FiguresProvider, now: () => number = () => performance.now()) {
    this.#provider = provider
    this.#now = now
  }

  async read(fields: ReadonlySet<AskedField>): Promise<ProcessFigures> {
    const { sample, before } = await this.#reading(fields)
    const figures = presentFigures(sample, before, { fields, told: this.#provider.fields })
    await setImmediate() // to write so long an answer as text takes as long again
    return figures
  }

  #reading(fields: ReadonlySet<AskedField>): Promise<Reading> {
    const now = this.#now()
    const kept = this.#kept !== null && now - this.#kept.atMs < KEPT_MS ? this.#kept : null
    if (kept !== null && [...fields].every((field) => kept.fields.has(field))) return kept.reading
    // Two who ask for different figures share the next reading.
    const together = new Set([...fields, ...(kept?.fields ?? [])])
    const reading = this.#take(together, now)
    const next = { fields: together, reading, atMs: now }
    this.#kept = next
    // A reading that failed is not kept: the next caller tries again.
    reading.catch(() => {
      if (this.#kept === next) this.#kept = null
    })
    return reading
  }

  async #take(fields: ReadonlySet<AskedField>, atMs: number): Promise<Reading> {
    const sample = await this.#provider.sample(fields)
    const earlier = new Map(
      [...this.#last].filter(([, baseline]) => atMs - baseline.atMs < BASELINE_MS),
    )
    for (const field of fields) {
      if (isCounted(field)) this.#last.set(field, baselineOf(sample, field, atMs))
    }
    const before: Before = (field, { pid, startId }) =>
      earlier.get(field)?.byProcess.get(keyOf(pid, startId))
    return { sample, before }
  }
}

function baselineOf(sample: AskedSample, field: CountedField, atMs: number): Baseline {
  const counted = sample.processes.flatMap((process) => {
    const counters = process[COUNTED[field]]
    return typeof counters === 'object'
      ? [[keyOf(process.pid, process.startId), counters] as const]
      : []
  })
  return { byProcess: new Map(counted), atMs }
}
