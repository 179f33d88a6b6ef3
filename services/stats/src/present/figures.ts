import type {
  AskedField,
  AskedFigures,
  ProcessFigures,
  UnknownReason,
} from '@taskmanager/contracts'
import { risePerSecond, waitedPercent } from '@taskmanager/metrics'
import type { AskedProcess, AskedSample, Counters, NotAsked } from '@taskmanager/platform'
import { decimals, percent } from './round.ts'

export const keyOf = (pid: number, startId: string): string => `${pid}.${startId}`

/** Figures that need the reading before, with where it stands. */
export const COUNTED = {
  run_delay_percent: 'runDelay',
  io_delay_percent: 'ioDelay',
  swap_delay_percent: 'swapDelay',
  context_switches_per_second: 'switches',
} as const
export type CountedField = keyof typeof COUNTED
export const isCounted = (field: AskedField): field is CountedField => Object.hasOwn(COUNTED, field)

/** Counters of an earlier reading; undefined without one that counts. */
export type Before = (field: CountedField, process: AskedProcess) => Counters | undefined

export interface Asked {
  fields: ReadonlySet<AskedField>
  /** What this system can tell at all. */
  told: readonly AskedField[]
}

/** Only what was asked for, as the wire has it. */
export function presentFigures(
  sample: AskedSample,
  before: Before,
  { fields, told }: Asked,
): ProcessFigures {
  return {
    processes: sample.processes.map((process) => {
      const shown: AskedFigures = { pid: process.pid, start_id: process.startId, unknown: {} }
      for (const field of fields) {
        if (told.includes(field)) add(shown, field, process, before)
        else {
          shown[field] = null
          shown.unknown[field] = 'not_supported'
        }
      }
      return shown
    }),
    complete: sample.complete,
    sampled_at_ms: Math.round(sample.epochMs),
  }
}

function add(shown: AskedFigures, field: AskedField, process: AskedProcess, before: Before): void {
  switch (field) {
    case 'num_fds':
      shown[field] = known(shown, field, process.descriptors)
      return
    case 'num_handles':
      shown[field] = known(shown, field, process.handles)
      return
    case 'swap_bytes':
      shown[field] = known(shown, field, process.swapBytes)
      return
    case 'elevated':
      shown[field] = known(shown, field, process.isElevated)
      return
    case 'efficiency_mode':
      shown[field] = known(shown, field, process.isEfficient)
      return
    case 'exe_replaced':
      shown[field] = known(shown, field, process.isReplaced)
      return
    case 'architecture':
      shown[field] = knownText(shown, field, process.architecture)
      return
    case 'session_id':
      shown[field] = process.session ?? null
      return
    case 'terminal':
      shown[field] = process.terminal ?? null
      return
    case 'run_delay_percent':
    case 'io_delay_percent':
    case 'swap_delay_percent':
    case 'context_switches_per_second': {
      const next = known(shown, field, process[COUNTED[field]])
      if (next !== null) addRise(shown, field, before(field, process), next)
      else shown[field] = null
    }
  }
}

function addRise(
  shown: AskedFigures,
  field: CountedField,
  before: Counters | undefined,
  next: Counters,
): void {
  const value =
    field === 'context_switches_per_second'
      ? decimals(risePerSecond(before, next), 1)
      : percent(waitedPercent(before, next))
  shown[field] = value
  if (value === null) shown.unknown[field] = 'first_sample'
}

const WHY = {
  denied: 'not_permitted',
  failed: 'failed',
  off: 'not_supported',
  none: 'not_reported',
} as const satisfies Record<NotAsked, UnknownReason>

/** The value, or null with its reason noted. */
function known<T extends number | boolean | Counters>(
  shown: AskedFigures,
  field: AskedField,
  value: T | NotAsked | undefined,
): T | null {
  if (value !== undefined && typeof value !== 'string') return value
  shown.unknown[field] = WHY[value ?? 'failed']
  return null
}

function knownText(
  shown: AskedFigures,
  field: AskedField,
  value: { text: string } | NotAsked | undefined,
): string | null {
  if (typeof value === 'object') return value.text
  shown.unknown[field] = WHY[value ?? 'failed']
  return null
}
