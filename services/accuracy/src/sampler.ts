import { totalmem } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import type { AppSeries } from '@taskmanager/metrics'
import {
  FirstSample,
  type LogOnce,
  type OwnCostMeter,
  type StreamHub,
} from '@taskmanager/service-kit'
import {
  containerOfPath,
  type ContainerRecords,
  type ProcessTable,
  type ProcessTableProvider,
  type SeenContainer,
} from '@taskmanager/platform'
import type { Lists, SampleFacts } from './lists.ts'

/** The second sample follows soon, so that the first viewer has rates within a second. */
const SECOND_SAMPLE_MS = 250

export interface SamplerDeps {
  provider: ProcessTableProvider
  lists: Lists
  series: AppSeries
  /** null: this system has no containers to name. */
  containers: ContainerRecords | null
  hub: StreamHub
  ownCost: OwnCostMeter
  logOnce: LogOnce
}

/**
 * The one loop. It sweeps, tells all viewers, and sleeps; a request never starts a sweep and two never overlap.
 * The interval follows the viewers: the fastest that is asked for, slow when nobody looks.
 */
export class Sampler {
  readonly #deps: SamplerDeps
  readonly #memoryTotalBytes = totalmem()
  #timer: NodeJS.Timeout | null = null
  #isSweeping = false
  #isStopped = false
  #toldPartial = false
  #lastStartMs = -Infinity
  readonly #first = new FirstSample()

  constructor(deps: SamplerDeps) {
    this.#deps = deps
  }

  start(): void {
    void this.#tick()
  }

  /** Somebody looks, or asks for another rate: the next sample may be due earlier. */
  adapt(): void {
    if (!this.#isSweeping && !this.#isStopped) this.#schedule()
  }

  stop(): void {
    this.#isStopped = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    if (!this.#isSweeping) this.#deps.provider.close()
  }

  /** The newest sample; before the first it is waited for. null: it does not come in time. */
  async latest(): Promise<SampleFacts | null> {
    const { lists } = this.#deps
    if (lists.facts === null) await this.#first.wait()
    return lists.facts
  }

  async #tick(): Promise<void> {
    this.#isSweeping = true
    this.#lastStartMs = performance.now()
    try {
      await this.#sweep()
    } catch (error) {
      this.#deps.logOnce.warn(
        'sweep',
        { err: error },
        'A sweep failed; the lists keep the last one.',
      )
    } finally {
      this.#isSweeping = false
    }
    if (this.#isStopped) this.#deps.provider.close()
    else this.#schedule()
  }

  async #sweep(): Promise<void> {
    const { provider, lists, hub, ownCost, logOnce } = this.#deps
    const before = process.cpuUsage()
    const startMs = performance.now()
    const table = await provider.sweep(setImmediate)
    const wallMs = Math.round((performance.now() - startMs) * 1000) / 1000
    const { user, system } = process.cpuUsage(before)
    const { logicalCpuCount } = table
    const cost = ownCost.read({ cpuMs: (user + system) / 1000, wallMs, logicalCpuCount })
    if (this.#isStopped) return
    lists.update(table, provider.capabilities, cost)
    this.#count(table)
    this.#nameContainers(table)
    if (table.skipped > 0) {
      logOnce.warn('malformed', { skipped: table.skipped }, 'Some processes could not be read.')
    }
    const { facts, seq } = lists
    if (facts === null) return
    // Only snapshots say whether something is hidden. When that changes, everybody gets one.
    const isAsTold = facts.capabilities.partial === this.#toldPartial
    this.#toldPartial = facts.capabilities.partial
    const isWatched = hub.clientCount > 0
    hub.publish({
      snapshot: () => JSON.stringify(lists.snapshotFrame(facts)),
      delta: isWatched && seq > 1 && isAsTold ? JSON.stringify(lists.deltaFrame(facts)) : null,
    })
    this.#first.tell()
  }

  /** Beside the samples: a name that comes is in the next one. */
  #nameContainers(table: ProcessTable): void {
    const { containers, logOnce } = this.#deps
    const seen = containers === null ? [] : seenContainers(table)
    if (containers === null || seen.length === 0) return
    containers.refresh(seen).catch((error: unknown) => {
      logOnce.warn('containers', { err: error }, 'Names of containers could not be read.')
    })
  }

  #count({ intervalMs, monotonicMs, endedUnder }: ProcessTable): void {
    const { lists, series } = this.#deps
    series.update({
      readings: lists.appReadings.values(),
      intervalMs,
      endedCpuMs: endedUnder.reduce((sum, { cpuNs }) => sum + cpuNs / 1e6, 0),
      nowMs: monotonicMs,
      memoryTotalBytes: this.#memoryTotalBytes,
    })
  }

  #schedule(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    const { lists, hub } = this.#deps
    const intervalMs = lists.seq <= 1 ? SECOND_SAMPLE_MS : hub.fastestAskedIntervalMs()
    const dueMs = this.#lastStartMs + intervalMs - performance.now()
    this.#timer = setTimeout(() => void this.#tick(), Math.max(10, dueMs))
  }
}

/** Each with one of its processes. */
function seenContainers({ slots, count, facts, columns }: ProcessTable): SeenContainer[] {
  const seen = new Map<string, SeenContainer>()
  for (let at = 0; at < count; at++) {
    const slot = slots[at] as number
    const { container, cgroup } = facts[slot] ?? {}
    if (container == null || cgroup == null || seen.has(container)) continue
    const place = containerOfPath(cgroup)
    if (place !== null) seen.set(container, { ...place, pid: columns.pid[slot] as number })
  }
  return [...seen.values()]
}
