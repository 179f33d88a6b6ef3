import { pointerAt, utf16Until } from '../utf16.ts'

/** Size of ENUM_SERVICE_STATUS_PROCESSW and of SERVICE_STATUS_PROCESS, bytes. */
const ENTRY_SIZE = 56
export const STATUS_SIZE = 36

// Source: winsvc.h.
export const SERVICE_STATE = {
  stopped: 1,
  startPending: 2,
  stopPending: 3,
  running: 4,
  continuePending: 5,
  pausePending: 6,
  paused: 7,
} as const
const ACCEPTS_STOP = 1

export interface ServiceStatus {
  /** A number of `SERVICE_STATE`. */
  state: number
  acceptsStop: boolean
  /** Why it ended; 0: as it should. */
  exitCode: number
  /** null: it has no process. */
  pid: number | null
}

export interface ListedService extends ServiceStatus {
  name: string
  displayName: string
}

/**
 * Services with their status. Source: EnumServicesStatusExW and EnumDependentServicesW, whose entries point to names
 * behind them in the same buffer; an entry whose name lies elsewhere is left out.
 * @param base address of the buffer, which the pointers count from
 */
export function parseServices(
  bytes: Buffer,
  { base, count, entrySize = ENTRY_SIZE }: { base: number; count: number; entrySize?: number },
): ListedService[] {
  const services: ListedService[] = []
  const textAt = (at: number) => {
    const offset = pointerAt(bytes, at) - base
    return offset < 0 || offset >= bytes.length ? '' : utf16Until(bytes, offset)
  }
  for (let entry = 0; entry < count; entry++) {
    const at = entry * entrySize
    if (at + entrySize > bytes.length) break
    const name = textAt(at)
    if (name === '') continue
    const status = statusAt(bytes, at + 0x10, entrySize === ENTRY_SIZE)
    services.push({ name, displayName: textAt(at + 8), ...status })
  }
  return services
}

/** Size of ENUM_SERVICE_STATUSW, which has no process. */
export const DEPENDENT_SIZE = 48

/** Source: QueryServiceStatusEx. null when there are fewer bytes than it fills in. */
export function parseServiceStatus(bytes: Buffer): ServiceStatus | null {
  return bytes.length < STATUS_SIZE ? null : statusAt(bytes, 0, true)
}

function statusAt(bytes: Buffer, at: number, hasPid: boolean): ServiceStatus {
  const pid = hasPid ? bytes.readUInt32LE(at + 0x1c) : 0
  return {
    state: bytes.readUInt32LE(at + 4),
    acceptsStop: (bytes.readUInt32LE(at + 8) & ACCEPTS_STOP) !== 0,
    exitCode: bytes.readUInt32LE(at + 0x0c),
    pid: pid === 0 ? null : pid,
  }
}

/** How a service starts: a number of `START_TYPE`. Source: QUERY_SERVICE_CONFIGW. null when it is cut off. */
export function parseStartType(bytes: Buffer): number | null {
  return bytes.length < 8 ? null : bytes.readUInt32LE(4)
}

// Source: winnt.h; 0 and 1 are of drivers.
export const START_TYPE = { automatic: 2, demand: 3, disabled: 4 } as const

/** Size of SERVICE_FAILURE_ACTIONSW and of SC_ACTION, bytes. */
const FAILURE_ACTIONS_SIZE = 40
const ACTION_SIZE = 8

// Source: winsvc.h.
export const FAILURE_ACTION = { none: 0, restart: 1, reboot: 2, runCommand: 3 } as const

export interface FailureAction {
  /** A number of `FAILURE_ACTION`. */
  type: number
  delayMs: number
}

/**
 * What is done when the process of a service ends unasked for: the first time, the second, and so on; the last one counts
 * from then on. Source: SERVICE_FAILURE_ACTIONSW of QueryServiceConfig2W, which points to the list behind it in the same
 * buffer. null when it is cut off, or the list lies elsewhere.
 * @param base address of the buffer, which the pointer counts from
 */
export function parseFailureActions(
  bytes: Buffer,
  { base }: { base: number },
): FailureAction[] | null {
  if (bytes.length < FAILURE_ACTIONS_SIZE) return null
  const count = bytes.readUInt32LE(0x18)
  if (count === 0) return []
  const start = pointerAt(bytes, 0x20) - base
  if (start < 0 || start + count * ACTION_SIZE > bytes.length) return null
  return Array.from({ length: count }, (_, index) => {
    const at = start + index * ACTION_SIZE
    return { type: bytes.readUInt32LE(at), delayMs: bytes.readUInt32LE(at + 4) }
  })
}
