import type { UnknownReason } from '@taskmanager/contracts'
import type { SensorSample } from '../../machine.ts'
import { unknownReason } from '../result-codes.ts'
import type { CounterQuery } from './counter-query.ts'

/** Source: perfmon. A share of the nominal frequency, over 100 with turbo; tenths of a kelvin. */
const PATHS = [
  String.raw`\Processor Information(*)\% Processor Performance`,
  String.raw`\Thermal Zone Information(*)\High Precision Temperature`,
] as const

export interface CounterReading {
  /** Share of the nominal frequency by number of the CPU. */
  performancePercent: ReadonlyMap<number, number>
  sensors: SensorSample[]
  /** Why there is neither; null: the counters were read. */
  missing: UnknownReason | null
}

/** What only the performance counters tell of the machine. */
export class CounterReadings {
  readonly #open: (paths: readonly string[]) => CounterQuery | null
  #query: CounterQuery | null | undefined

  constructor(open: (paths: readonly string[]) => CounterQuery | null) {
    this.#open = open
  }

  async read(): Promise<CounterReading> {
    this.#query ??= this.#open(PATHS)
    const collected = (await this.#query?.collect()) ?? { kind: 'ok', value: [] }
    if (collected.kind !== 'ok')
      return { performancePercent: new Map(), sensors: [], missing: unknownReason(collected) }
    const [performance, thermal] = collected.value
    return {
      performancePercent: byCpu(performance ?? new Map()),
      sensors: thermalSensors(thermal ?? new Map()),
      missing: null,
    }
  }

  close(): void {
    this.#query?.close()
    this.#query = null
  }
}

/** Instances are `node,number`; `_Total` stands for several. Numbers of CPUs run through the nodes. */
export function byCpu(performance: ReadonlyMap<string, number>): Map<number, number> {
  const cpus = Array.from(performance, ([name, percent]) => {
    const [node, number] = /^(\d{1,3}),(\d{1,3})$/.exec(name)?.slice(1).map(Number) ?? []
    return { node, number, percent }
  }).filter(({ number }) => number !== undefined)
  cpus.sort((a, b) => (a.node ?? 0) - (b.node ?? 0) || (a.number ?? 0) - (b.number ?? 0))
  return new Map(cpus.map(({ percent }, index) => [index, percent]))
}

const TENTHS_AT_ZERO_CELSIUS = 2731.5

/** Zones that stand at zero or far from any temperature have no sensor behind them. */
export function thermalSensors(zones: ReadonlyMap<string, number>): SensorSample[] {
  return Array.from(zones, ([name, tenths]): SensorSample => ({
    id: name,
    chip: 'ACPI thermal zone',
    label: name.replace(/^\\?_?(?:TZ|SB)\.+/i, ''),
    kind: 'temperature',
    value: (tenths - TENTHS_AT_ZERO_CELSIUS) / 10,
    high: null,
    critical: null,
  })).filter(({ value }) => value !== null && value > 0 && value < 150)
}
