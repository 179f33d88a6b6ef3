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
import { ProcParseError, type ReadResult } from '../../read-result.ts'
import { SlicedWork } from '../../sliced-work.ts'
import { macLibrary, PROCESS_INFO, type MacLibrary } from '../lib-system.ts'
import { KinfoProcRecord } from '../processes/parse-kinfo-proc.ts'
import {
  parseTaskAllInfo,
  TASK_ALL_INFO_SIZE,
  TaskAllInfoRecord,
} from '../processes/parse-task-all-info.ts'
import { ProcessList, startIdOf } from '../processes/process-list.ts'
import { MacDescriptors, refusalOf } from '../sockets/descriptors.ts'
import { ARCHITECTURE_SIZE, parseArchitecture } from './parse-architecture.ts'

/** Columns that are read only while somebody shows them. */
export class MacFigures implements FiguresProvider {
  readonly fields: readonly AskedField[] = [
    'num_fds',
    'context_switches_per_second',
    'terminal',
    'elevated',
    'architecture',
  ]
  readonly #clock: Clock
  readonly #library: MacLibrary
  readonly #processes: ProcessList
  readonly #descriptors: MacDescriptors
  readonly #task = Buffer.alloc(TASK_ALL_INFO_SIZE)
  readonly #architecture = Buffer.alloc(ARCHITECTURE_SIZE)

  constructor(clock: Clock, library: MacLibrary) {
    this.#clock = clock
    this.#library = library
    this.#processes = new ProcessList(library)
    this.#descriptors = new MacDescriptors(library)
  }

  async sample(fields: AskedFields): Promise<AskedSample> {
    const processes: AskedProcess[] = []
    const work = new SlicedWork()
    let complete = true
    for (const record of this.#list()) {
      if (!(await work.goesOn())) {
        complete = false
        break
      }
      const read = this.#read(record, fields)
      if (read !== null) processes.push(read)
    }
    return { processes, complete, epochMs: this.#clock.epochMs() }
  }

  /** Copied before the first pause, since others look into the same list. */
  #list(): KinfoProcRecord[] {
    this.#processes.take()
    return Array.from({ length: this.#processes.count }, (_, place) => place).flatMap((place) => {
      try {
        return [this.#processes.read(place, new KinfoProcRecord())]
      } catch (error) {
        if (error instanceof ProcParseError) return []
        throw error
      }
    })
  }

  /** null: it ended meanwhile. */
  #read(record: KinfoProcRecord, fields: AskedFields): AskedProcess | null {
    const { pid, euid, startMicros, terminal } = record
    const read: AskedProcess = { pid, startId: startIdOf(startMicros) }
    if (fields.has('num_fds')) {
      const list = this.#descriptors.of(pid)
      if (list.kind === 'gone') return null
      read.descriptors = list.kind === 'ok' ? list.value.length : whyNot(list)
    }
    if (fields.has('context_switches_per_second')) read.switches = this.#switchesOf(pid)
    if (fields.has('terminal')) {
      read.terminal = terminal === null ? null : this.#library.deviceName(terminal)
    }
    if (fields.has('elevated')) read.isElevated = euid === 0
    if (fields.has('architecture')) read.architecture = this.#architectureOf(pid)
    return read
  }

  /** One sum of the whole process. */
  #switchesOf(pid: number): Counters | NotAsked {
    const monotonicMs = this.#clock.monotonicMs()
    if (this.#library.taskAllInfo(pid, this.#task) < 0) return whyNot(refusalOf(this.#library))
    const { contextSwitches } = parseTaskAllInfo(this.#task, new TaskAllInfoRecord())
    return { byThread: new Map([[pid, contextSwitches]]), monotonicMs }
  }

  #architectureOf(pid: number): { text: string } | NotAsked {
    const asked = { pid, flavor: PROCESS_INFO.architecture }
    const length = this.#library.processInfo(asked, this.#architecture)
    if (length < 0) return whyNot(refusalOf(this.#library))
    const text = length === ARCHITECTURE_SIZE ? parseArchitecture(this.#architecture) : null
    return text === null ? 'none' : { text }
  }
}

function whyNot({ kind }: Exclude<ReadResult<never>, { kind: 'ok' }>): NotAsked {
  if (kind === 'denied') return 'denied'
  return kind === 'failed' ? 'failed' : 'none'
}

/** null on other systems and without koffi. */
export function createMacFigures(clock: Clock): MacFigures | null {
  const library = macLibrary()
  return library === null ? null : new MacFigures(clock, library)
}
