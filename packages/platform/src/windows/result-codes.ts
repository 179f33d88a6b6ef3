import type { UnknownReason } from '@taskmanager/contracts'
import type { ReadResult } from '../read-result.ts'

type Failure = Exclude<ReadResult<never>, { kind: 'ok' }>

// Source: winerror.h.
const BY_ERROR = new Map<number, Failure['kind']>([
  [1, 'unsupported'], // ERROR_INVALID_FUNCTION: this driver does not know the question
  [2, 'gone'], // ERROR_FILE_NOT_FOUND
  [3, 'gone'], // ERROR_PATH_NOT_FOUND
  [5, 'denied'], // ERROR_ACCESS_DENIED
  [21, 'gone'], // ERROR_NOT_READY: no medium in the drive
  [50, 'unsupported'], // ERROR_NOT_SUPPORTED
  [87, 'unsupported'], // ERROR_INVALID_PARAMETER: an older system
  [120, 'unsupported'], // ERROR_CALL_NOT_IMPLEMENTED
  [124, 'unsupported'], // ERROR_INVALID_LEVEL: an older system
  [1060, 'gone'], // ERROR_SERVICE_DOES_NOT_EXIST
  [1072, 'gone'], // ERROR_SERVICE_MARKED_FOR_DELETE
  [1167, 'gone'], // ERROR_DEVICE_NOT_CONNECTED
])

/** What a failed Win32 call comes to, by GetLastError or the code it returns. */
export const win32Failure = (code: number): Failure => ({ kind: BY_ERROR.get(code) ?? 'failed' })

// Source: ntstatus.h.
const BY_STATUS = new Map<number, Failure['kind']>([
  [0xc000_0002, 'unsupported'], // STATUS_NOT_IMPLEMENTED
  [0xc000_0003, 'unsupported'], // STATUS_INVALID_INFO_CLASS
  [0xc000_0022, 'denied'], // STATUS_ACCESS_DENIED
  [0xc000_0061, 'denied'], // STATUS_PRIVILEGE_NOT_HELD
  [0xc000_00bb, 'unsupported'], // STATUS_NOT_SUPPORTED
])

/** What a status below zero comes to. */
export const statusFailure = (status: number): Failure => ({
  kind: BY_STATUS.get(status >>> 0) ?? 'failed',
})

/** STATUS_INFO_LENGTH_MISMATCH: the buffer is too small. */
export const isTooSmall = (status: number): boolean => status >>> 0 === 0xc000_0004

const REASONS = {
  gone: 'gone',
  denied: 'not_permitted',
  unsupported: 'not_supported',
  failed: 'failed',
} as const satisfies Record<Failure['kind'], UnknownReason>

/** The same as the reason of an unknown value. */
export const unknownReason = (failure: Failure): UnknownReason => REASONS[failure.kind]
