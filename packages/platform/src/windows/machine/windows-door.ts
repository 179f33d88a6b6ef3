import type { DriveAnswer, DriveDoor, OpenDrive } from '../../drives/drive-door.ts'
import { failureOfAsync } from '../call-async.ts'
import { win32Failure } from '../result-codes.ts'
import { deviceCalls } from './device-calls.ts'
import { ataRequest, ataResult, logPageIn, logPageQuery } from './drive-requests.ts'

export interface DriveCalls {
  /** A handle, or the error. */
  open(name: string, access: number): { handle: number } | { error: number }
  /** Beside our thread; 0, or the error. The answer is in the bytes of the question. */
  control(handle: number, code: number, bytes: Buffer): Promise<number>
  close(handle: number): void
}

// Source: ntddstor.h, ntddscsi.h, winnt.h, winerror.h.
const STORAGE_QUERY_PROPERTY = 0x2d_1400
const ATA_PASS_THROUGH = 0x4_d02c
/** Enough for a question about a device; commands of its own need the two others, which administrators alone have. */
const NO_ACCESS = 0
const READ_WRITE = 0xc000_0000
/** The drive has aborted the command. */
const IO_DEVICE_ERROR = 1117
const TIMEOUT_SECONDS = 5

type Unanswered = Exclude<DriveAnswer<never>, { kind: 'ok' }>

function unanswered(error: number): Unanswered {
  if (error === IO_DEVICE_ERROR) return { kind: 'refused' }
  const { kind } = win32Failure(error)
  if (kind === 'denied') return { kind }
  return { kind: kind === 'unsupported' ? 'refused' : 'failed' }
}

/** Drives by what Windows has for them. Nothing of it writes to a drive. null where this system lacks the calls. */
export function windowsDoor(calls: DriveCalls | null = nativeCalls()): DriveDoor | null {
  if (calls === null) return null
  return {
    async open(id): Promise<OpenDrive> {
      const handles = new Map<number, number>()
      /** Kept until the drive is closed; both ways may be taken one after the other. */
      const ask = async (access: number, code: number, bytes: Buffer): Promise<number> => {
        let handle = handles.get(access)
        if (handle === undefined) {
          const opened = calls.open(`\\\\.\\${id}`, access)
          if ('error' in opened) return opened.error
          handle = opened.handle
          handles.set(access, handle)
        }
        return calls.control(handle, code, bytes)
      }
      return {
        async nvmeLog(page, length) {
          const query = logPageQuery(page, length)
          const error = await ask(NO_ACCESS, STORAGE_QUERY_PROPERTY, query)
          if (error !== 0) return unanswered(error)
          const value = logPageIn(query, length)
          return value === null ? { kind: 'failed' } : { kind: 'ok', value }
        },
        async ata(command) {
          const request = ataRequest(command, TIMEOUT_SECONDS)
          const error = await ask(READ_WRITE, ATA_PASS_THROUGH, request)
          return error === 0 ? ataResult(request) : unanswered(error)
        },
        async close() {
          for (const handle of handles.values()) calls.close(handle)
        },
      }
    },
  }
}

function nativeCalls(): DriveCalls | null {
  const device = deviceCalls()
  if (device === null) return null
  const { lastError, control, open, close } = device
  return {
    open,
    close,
    async control(handle, code, bytes) {
      const size = bytes.length
      return failureOfAsync(
        lastError,
        control,
        handle,
        code,
        bytes,
        size,
        bytes,
        size,
        Buffer.alloc(4),
        null,
      )
    },
  }
}
