import type { DriveHealth, DriveState, DriveVerdict, UnknownMap } from '@taskmanager/contracts'
import { driveVerdict, type DriveFinding, type MachineReading } from '@taskmanager/metrics'
import type { DriveFacts } from '@taskmanager/platform'

type Disk = MachineReading['disks'][number]

/** The short form for every frame; null where there is no verdict. */
export function presentVerdict({ health }: Disk): DriveVerdict | null {
  if (health === null || health.facts === null) return null
  const { facts } = health
  const { verdict, findings } = driveVerdict(facts)
  return { verdict, findings: findings.map((finding) => WORDS[finding](facts)) }
}

/** null: it has not been asked yet. */
export function presentDriveHealth(disk: Disk): DriveHealth | null {
  const { health } = disk
  if (health === null) return null
  const { state, facts, factsAtMs } = health
  const short = presentVerdict(disk)
  const told = {
    temperature_celsius: facts?.temperatureCelsius ?? null,
    used_percent: facts?.usedPercent ?? null,
    spare_percent: facts?.sparePercent ?? null,
    spare_threshold_percent: facts?.spareThresholdPercent ?? null,
    power_on_hours: facts?.powerOnHours ?? null,
    power_cycles: facts?.powerCycles ?? null,
    unsafe_shutdowns: facts?.unsafeShutdowns ?? null,
    read_bytes: facts?.readBytes ?? null,
    written_bytes: facts?.writtenBytes ?? null,
    media_errors: facts?.mediaErrors ?? null,
    reallocated_sectors: facts?.reallocatedSectors ?? null,
    pending_sectors: facts?.pendingSectors ?? null,
  }
  return {
    id: disk.id,
    state,
    reason: reasonOf(state, disk.kind),
    protocol: facts?.protocol ?? null,
    verdict: short?.verdict ?? null,
    findings: short?.findings ?? [],
    firmware: disk.firmware,
    ...told,
    told_at_ms: factsAtMs === null ? null : Math.round(factsAtMs),
    unknown: unknownOf(told, state, facts !== null),
  }
}

const WHY_UNKNOWN = {
  told: 'not_reported',
  asleep: 'not_reported',
  off: 'not_supported',
  not_permitted: 'not_permitted',
  not_supported: 'not_supported',
  not_reported: 'not_reported',
  no_answer: 'failed',
  failed: 'failed',
} as const satisfies Record<DriveState, UnknownMap[string]>

function unknownOf(
  told: Readonly<Record<string, number | null>>,
  state: DriveState,
  hasTold: boolean,
): UnknownMap {
  const reason = hasTold ? 'not_reported' : WHY_UNKNOWN[state]
  const missing = Object.entries(told).filter(([, value]) => value === null)
  return Object.fromEntries(missing.map(([key]) => [key, reason]))
}

const count = (number: number | null, one: string, many: string) =>
  number === 1 ? `one ${one}` : `${number} ${many}`

/** Half sentences about "it". */
const WORDS: Record<DriveFinding, (facts: DriveFacts) => string> = {
  failure_foretold: () => 'it foretells its own failure',
  failing_attribute: (facts) => `it has passed a limit set by its maker: ${limits(facts)}`,
  aged_attribute: (facts) => `it is past the age its maker planned for: ${limits(facts)}`,
  unreliable: () => 'it can no longer be relied on, after many errors',
  read_only: () => 'it takes no more data',
  spare_used_up: () => 'its spare blocks are nearly used up',
  backup_power_failed: () => 'the backup power of its cache has failed',
  persistent_memory_unreliable: () => 'its persistent memory can no longer be relied on',
  temperature: () => 'it is out of the range of temperature it is made for',
  pending_sectors: ({ pendingSectors }) =>
    `${count(pendingSectors, 'sector', 'sectors')} could not be read`,
  media_errors: ({ mediaErrors }) =>
    `it could not give data back unharmed ${mediaErrors === 1 ? 'once' : `${mediaErrors} times`}`,
  reallocated_sectors: ({ reallocatedSectors }) =>
    `it has replaced ${count(reallocatedSectors, 'bad sector', 'bad sectors')}`,
  worn_out: ({ usedPercent }) => `its flash is past its rated life (${usedPercent}\u202f% used)`,
  nearly_worn_out: ({ usedPercent }) => `${usedPercent}\u202f% of the life of its flash is used`,
}

const limits = ({ failingAttributes }: DriveFacts) => [...new Set(failingAttributes)].join(', ')

function reasonOf(state: DriveState, kind: Disk['kind']): string | null {
  switch (state) {
    case 'told':
      return null
    case 'asleep':
      return 'The drive is asleep, and it is not woken for this.'
    case 'off':
      return 'Health reports (SMART) are switched off in this drive; "smartctl -s on" switches them on.'
    case 'not_permitted':
      if (process.platform === 'win32')
        return 'Only a service with the rights of an administrator may ask this drive for its health. Stop Task Manager Pro and start it with START_STATS_ADMIN.cmd.'
      return process.geteuid?.() === 0
        ? 'This service runs as root, but the system keeps the drives from it, as containers do.'
        : 'Only a service that runs as root may ask a drive for its health, and UDisks, which would tell it to everybody, does not run here or has not read this drive. Stop Task Manager Pro and start it with "npm start -- --elevated-stats".'
    case 'not_supported':
      return 'Asking a drive needs the foreign function library (koffi), which does not work here.'
    case 'not_reported':
      return NOT_REPORTED[kind] ?? 'This drive does not report its health.'
    case 'no_answer':
      return 'The drive has not answered the question for its health yet.'
    case 'failed':
      return 'The drive was asked for its health, and its answer could not be understood.'
  }
}

const NOT_REPORTED: Partial<Record<Disk['kind'], string>> = {
  virtual:
    'A virtual disk has no health of its own; ask for the drives beneath it on the computer that provides it.',
  removable:
    'This drive does not report its health: memory cards have none to report, and adapters for USB do not pass it on dependably.',
}
