import {
  API_VERSION,
  APP_COLUMNS,
  PROCESS_COLUMNS,
  type Accounting,
  type AppListBody,
  type AppRow,
  type ListCapabilities,
  type OwnCost,
  type ProcessDeltaFrame,
  type ProcessExit,
  type ProcessRow,
  type ProcessSnapshotFrame,
  type ProcessTotals,
} from '@taskmanager/contracts'
import {
  account,
  appOfProcess,
  readApps,
  readProcess,
  type AppOfProcess,
  type AppReading,
  type DesktopNames,
  type ProcessReading,
} from '@taskmanager/metrics'
import {
  ZOMBIE,
  type ProcessFacts,
  type ProcessTable,
  type ProcessTableCapabilities,
} from '@taskmanager/platform'
import { presentApp } from './present/app.ts'
import { presentExit } from './present/exit.ts'
import { presentProcess } from './present/process.ts'
import { presentAccounting, presentCapabilities, presentTotals } from './present/sums.ts'
import { TableEncoder } from './present/table-encoder.ts'

/** What beside the rows belongs to one sample. */
export interface SampleFacts {
  totals: ProcessTotals
  accounting: Accounting
  sampled_at_ms: number
  interval_ms: number | null
  logical_cpu_count: number
  own_cost: OwnCost
  capabilities: ListCapabilities
  skipped: number
}

/** Names that may come after their containers. */
export interface ContainerNames {
  /** Grows when one has changed. */
  readonly version: number
  nameOf(id: string): string | null
}

const NO_NAMES: ContainerNames = { version: 0, nameOf: () => null }

/**
 * The lists as the wire has them, brought up to date by each sweep. Only rows that a sweep touched are presented
 * anew; all others stay the objects they were.
 */
export class Lists {
  readonly #desktop: DesktopNames
  readonly #containers: ContainerNames
  #namesVersion = 0
  /** Slots of containers, when a name has changed in this sweep. */
  #renamed: ReadonlySet<number> = new Set()
  readonly #processes = new TableEncoder<ProcessRow>(PROCESS_COLUMNS, 'pid', 'start_id')
  readonly #apps = new TableEncoder<AppRow>(APP_COLUMNS, 'id')
  /** By slot; renewed when the facts of the slot are. */
  readonly #appOf: (AppOfProcess | undefined)[] = []
  readonly #factsOf: unknown[] = []
  /** By slot; of one that no sweep touched since, the reading is the same again. */
  readonly #readings: (ProcessReading | undefined)[] = []
  readonly #readIn: number[] = []
  #appReadings: ReadonlyMap<string, AppReading> = new Map()
  /** Slots by pid, made when a sweep needs them. */
  #slotOf: Map<number, number> | null = null
  #facts: SampleFacts | null = null
  /** Of the newest sample. */
  #exits: ProcessExit[] = []
  seq = 0

  constructor(desktop: DesktopNames, containers: ContainerNames = NO_NAMES) {
    this.#desktop = desktop
    this.#containers = containers
  }

  /** null before the first sample. */
  get facts(): SampleFacts | null {
    return this.#facts
  }

  get processes(): ReadonlyMap<unknown, ProcessRow> {
    return this.#processes.rows
  }

  /** By id, unrounded. */
  get appReadings(): ReadonlyMap<string, AppReading> {
    return this.#appReadings
  }

  get apps(): ReadonlyMap<unknown, AppRow> {
    return this.#apps.rows
  }

  /** What is kept by slot of the table, in entries. */
  sizes(): { slots: number } {
    return { slots: this.#appOf.length }
  }

  update(table: ProcessTable, capabilities: ProcessTableCapabilities, ownCost: OwnCost): void {
    this.seq++
    this.#slotOf = null
    this.#renamed = this.#takeNames(table)
    this.#updateApps(table)
    this.#updateProcesses(table)
    this.#exits = table.ended.map(presentExit).filter((exit) => exit !== null)
    this.#facts = {
      totals: presentTotals(this.#processes.rows.values(), this.#apps.rows.size, table.ownUid),
      accounting: presentAccounting(account(table)),
      sampled_at_ms: Math.round(table.epochMs),
      interval_ms: table.intervalMs === null ? null : Math.round(table.intervalMs * 1000) / 1000,
      logical_cpu_count: table.logicalCpuCount,
      own_cost: ownCost,
      capabilities: presentCapabilities(capabilities),
      skipped: table.skipped,
    }
  }

  #takeNames(table: ProcessTable): ReadonlySet<number> {
    const { version } = this.#containers
    if (version === this.#namesVersion) return new Set()
    this.#namesVersion = version
    const inContainers = table.slots
      .subarray(0, table.count)
      .filter((slot) => table.facts[slot]?.container != null)
    for (const slot of inContainers) this.#appOf[slot] = undefined
    return new Set(inContainers)
  }

  #updateProcesses(table: ProcessTable): void {
    const { columns } = table
    this.#processes.begin()
    for (const { pid, startId } of table.ended) {
      if (this.#processes.rows.get(pid)?.start_id === startId) this.#processes.remove(pid)
    }
    for (let i = 0; i < table.count; i++) {
      const slot = table.slots[i] as number
      const isAsTold = columns.touched[slot] === 0 && !this.#renamed.has(slot)
      if (isAsTold && this.#processes.rows.has(columns.pid[slot])) continue
      this.#processes.put(
        presentProcess(table, slot, this.#readingOf(table, slot), this.#appOfSlot(table, slot)),
      )
      columns.touched[slot] = 0
    }
  }

  /** Before the processes, which settle what was touched. */
  #updateApps(table: ProcessTable): void {
    this.#apps.begin()
    const before = this.#appReadings
    const members = {
      appOf: (slot: number) => this.#appOfSlot(table, slot),
      readingOf: (slot: number) => this.#readingOf(table, slot),
    }
    const readings = readApps(table, members, before)
    this.#appReadings = readings
    for (const id of this.#apps.rows.keys()) {
      if (!readings.has(id as string)) this.#apps.remove(id)
    }
    for (const [id, reading] of readings) {
      if (before.get(id) !== reading) this.#apps.put(presentApp(reading))
    }
  }

  #readingOf(table: ProcessTable, slot: number): ProcessReading {
    const known = this.#readings[slot]
    const isFresh = table.columns.touched[slot] === 0 || this.#readIn[slot] === this.seq
    if (known !== undefined && isFresh) return known
    const reading = readProcess(table, slot)
    this.#readings[slot] = reading
    this.#readIn[slot] = this.seq
    return reading
  }

  #appOfSlot(table: ProcessTable, slot: number): AppOfProcess {
    const facts = table.facts[slot]
    const known = this.#appOf[slot]
    if (known !== undefined && this.#factsOf[slot] === facts) return known
    if (facts === undefined) throw new Error(`Slot ${slot} is in use and has no facts.`)
    const parent = isDeadStranger(table, slot) ? this.#parentOf(table, slot) : undefined
    const app = appOfProcess(parent ?? facts, this.#desktop, (id) => this.#containers.nameOf(id))
    this.#appOf[slot] = app
    this.#factsOf[slot] = facts
    return app
  }

  #parentOf(table: ProcessTable, slot: number): ProcessFacts | undefined {
    const { columns, slots, count } = table
    this.#slotOf ??= new Map(
      Array.from(slots.subarray(0, count), (each) => [columns.pid[each] as number, each]),
    )
    const parent = this.#slotOf.get(columns.ppid[slot] as number)
    return parent === undefined ? undefined : table.facts[parent]
  }

  snapshotFrame(facts: SampleFacts): ProcessSnapshotFrame {
    return {
      type: 'snapshot',
      api_version: API_VERSION,
      seq: this.seq,
      processes: this.#processes.snapshot(),
      apps: this.#apps.snapshot(),
      ...facts,
    }
  }

  deltaFrame(facts: SampleFacts): ProcessDeltaFrame {
    const { capabilities: _withSnapshotsOnly, ...rest } = facts
    return {
      type: 'delta',
      seq: this.seq,
      processes: this.#processes.delta(),
      exits: this.#exits,
      apps: this.#apps.delta(),
      ...rest,
    }
  }

  /** Gets `processListJson` ready, a part of it at a time. @returns false when it was told to stop before the end */
  writeProcesses(mayGoOn: () => boolean): boolean {
    return this.#processes.write(mayGoOn)
  }

  /** The answer of `GET /api/processes`: a `ProcessListBody`. */
  processListJson(facts: SampleFacts): string {
    return `{"processes":${this.#processes.json()},${JSON.stringify(facts).slice(1)}`
  }

  appList(facts: SampleFacts): AppListBody {
    return { apps: [...this.#apps.rows.values()], ...facts }
  }
}

/** A zombie that nobody saw alive: which program it was is not known any more, only whose child it is. */
function isDeadStranger({ columns, facts }: ProcessTable, slot: number): boolean {
  return columns.status[slot] === ZOMBIE && facts[slot]?.exe === null && facts[slot]?.args === null
}
