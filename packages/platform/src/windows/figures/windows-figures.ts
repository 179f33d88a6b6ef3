import type { AskedField } from '@taskmanager/contracts'
import type {
  AskedFields,
  AskedProcess,
  AskedSample,
  Counters,
  FiguresProvider,
  NotAsked,
} from '../../figures/figures-provider.ts'
import type { Clock } from '../../options.ts'
import type { ReadResult } from '../../read-result.ts'
import { SlicedWork } from '../../sliced-work.ts'
import { isPartOfKernel } from '../processes/facts.ts'
import { ProcessList } from '../processes/process-list.ts'
import { relativeAt } from '../processes/relatives.ts'
import type { Snapshot } from '../processes/snapshot.ts'
import type { FigureCalls } from './figure-calls.ts'

export interface WindowsFiguresOptions {
  clock: Clock
  snapshot: Snapshot
  figures: FigureCalls
}

const ASKED_OF_EACH: readonly AskedField[] = ['elevated', 'efficiency_mode', 'architecture']

/** What does not change while a process lives. */
interface Traits {
  startId: string
  isElevated?: boolean | NotAsked
  architecture?: { text: string } | NotAsked
}

/** Handles, sessions and switches from the list of all; elevation and architecture from each process, once. */
export class WindowsFigures implements FiguresProvider {
  readonly fields: readonly AskedField[] = [
    'num_handles',
    'context_switches_per_second',
    'session_id',
    'elevated',
    'efficiency_mode',
    'architecture',
  ]
  readonly #options: WindowsFiguresOptions
  #traits = new Map<number, Traits>()

  constructor(options: WindowsFiguresOptions) {
    this.#options = options
  }

  async sample(fields: AskedFields): Promise<AskedSample> {
    const { clock, snapshot } = this.#options
    const list = new ProcessList()
    snapshot.take(list)
    const [monotonicMs, epochMs] = [clock.monotonicMs(), clock.epochMs()]
    const processes: AskedProcess[] = []
    const kernel = new Set<number>()
    while (list.advance()) {
      const identity = relativeAt(list)
      if (identity === null) continue
      const { pid, startId } = identity
      if (isPartOfKernel({ pid, parentPid: list.parentPid, name: list.name() })) kernel.add(pid)
      const read: AskedProcess = { pid, startId }
      if (fields.has('num_handles')) read.handles = list.handles
      if (fields.has('session_id')) read.session = list.sessionId
      if (fields.has('context_switches_per_second')) read.switches = switchesOf(list, monotonicMs)
      processes.push(read)
    }
    const complete = await this.#addTraits(processes, fields, kernel)
    return { processes, complete, epochMs }
  }

  /** @returns whether there was time for all of them */
  async #addTraits(
    processes: readonly AskedProcess[],
    fields: AskedFields,
    kernel: ReadonlySet<number>,
  ): Promise<boolean> {
    if (!ASKED_OF_EACH.some((field) => fields.has(field))) return true
    const before = this.#traits
    const work = new SlicedWork()
    let complete = true
    this.#traits = new Map()
    for (const process of processes) {
      const known = before.get(process.pid)
      const traits: Traits =
        known?.startId === process.startId ? known : { startId: process.startId }
      this.#traits.set(process.pid, traits)
      complete &&= await work.goesOn()
      const isKernel = kernel.has(process.pid)
      if (complete) this.#ask(process.pid, traits, fields, isKernel)
      // It comes and goes, so it is asked each time.
      if (complete && fields.has('efficiency_mode'))
        process.isEfficient = isKernel ? 'none' : this.#isEfficient(process.pid)
      if (traits.isElevated !== undefined) process.isElevated = traits.isElevated
      if (traits.architecture !== undefined) process.architecture = traits.architecture
    }
    return complete
  }

  #isEfficient(pid: number): boolean | NotAsked {
    const result = this.#options.figures.isEfficient(pid)
    return result.kind === 'ok' ? result.value : WHY[result.kind]
  }

  #ask(pid: number, traits: Traits, fields: AskedFields, isKernel: boolean): void {
    const { figures } = this.#options
    const kept = <T>(before: T | NotAsked | undefined, ask: () => ReadResult<T>): T | NotAsked => {
      if (isKernel) return 'none'
      if (before !== undefined && before !== 'failed') return before
      const result = ask()
      return result.kind === 'ok' ? result.value : WHY[result.kind]
    }
    if (fields.has('elevated'))
      traits.isElevated = kept(traits.isElevated, () => figures.isElevated(pid))
    if (fields.has('architecture'))
      traits.architecture = kept(traits.architecture, () => textOf(figures.architecture(pid)))
  }
}

const WHY = {
  gone: 'failed',
  denied: 'denied',
  unsupported: 'off',
  failed: 'failed',
} as const satisfies Record<Exclude<ReadResult<never>['kind'], 'ok'>, NotAsked>

const textOf = (result: ReadResult<string>): ReadResult<{ text: string }> =>
  result.kind === 'ok' ? { kind: 'ok', value: { text: result.value } } : result

/** A system that does not count them (Wine) has zeros, as has a process that never ran. */
function switchesOf(list: ProcessList, monotonicMs: number): Counters | NotAsked {
  const byThread = new Map<number, number>()
  let isCounted = false
  for (let index = 0; index < list.threads; index++) {
    const { tid, contextSwitches } = list.thread(index)
    isCounted ||= contextSwitches > 0
    byThread.set(tid, contextSwitches)
  }
  return isCounted ? { byThread, monotonicMs } : 'none'
}
