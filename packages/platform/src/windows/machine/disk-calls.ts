import type { ReadResult } from '../../read-result.ts'
import { DISK_PERFORMANCE_SIZE } from './parse-disk.ts'
import { win32Failure } from '../result-codes.ts'
import { callAsync } from '../../call-async.ts'
import { GuardedHandle } from '../guarded-handle.ts'
import { deviceCalls } from './device-calls.ts'
import { systemLibrary } from '../system-library.ts'
import { utf16Until } from '../utf16.ts'

/** A disk or volume, opened without any access: enough for questions about it, and no rights are needed. */
export interface OpenDevice {
  /** Counters, at once: the answer comes from the kernel and not from the disk. */
  performance(): ReadResult<Buffer>
  /** What the disk itself may have to be asked; null where it does not answer that. */
  describe(question: DeviceQuestion): Promise<Buffer | null>
  close(): void
}

export type DeviceQuestion = 'device' | 'seek penalty' | 'geometry' | 'extents' | 'temperature'

export interface VolumeFacts {
  /** Sort of file system, `NTFS`. */
  type: string
  label: string
  readOnly: boolean
  totalBytes: number
  freeBytes: number
  availableBytes: number
}

export type DriveKind = 'fixed' | 'removable' | 'network' | 'other'

export interface DiskCalls {
  /** `PhysicalDrive0`, or a drive's letter with its colon. */
  open(device: string): ReadResult<OpenDevice>
  /** Letters with their colons. */
  drives(): { letter: string; kind: DriveKind }[]
  /** Asked beside our thread, since a drive may not answer. null: it has no medium, or may not be asked. */
  volume(letter: string): Promise<VolumeFacts | null>
}

// Source: ntdddisk.h, ntddstor.h, ntddvol.h: control codes, what is handed in, and room for the answer.
const STORAGE_QUERY_PROPERTY = 0x2d_1400
const DISK_PERFORMANCE = 0x7_0020
const QUESTIONS: Record<DeviceQuestion, { code: number; property: number | null; room: number }> = {
  device: { code: STORAGE_QUERY_PROPERTY, property: 0, room: 1024 },
  'seek penalty': { code: STORAGE_QUERY_PROPERTY, property: 7, room: 12 },
  geometry: { code: 0x7_00a0, property: null, room: 256 },
  /** Since Windows 10. */
  temperature: { code: STORAGE_QUERY_PROPERTY, property: 52, room: 24 + 16 * 16 },
  extents: { code: 0x56_0000, property: null, room: 8 + 24 * 32 },
}

// Source: GetDriveTypeW; those without a root (1) are no drives.
const DRIVE_KINDS = new Map<number, DriveKind>([
  [2, 'removable'],
  [3, 'fixed'],
  [4, 'network'],
  [5, 'other'],
  [6, 'other'],
])

const READ_ONLY_VOLUME = 0x8_0000

/** null where this system lacks what everything here needs. */
export function diskCalls(): DiskCalls | null {
  const kernel = (prototype: string) => systemLibrary('kernel32')?.optional(prototype) ?? null
  const device = deviceCalls()
  if (device === null) return null
  const { lastError, control, close } = device
  const logicalDrives = kernel('uint32 GetLogicalDrives()')
  const driveType = kernel('uint32 GetDriveTypeW(str16 root)')
  const freeSpace = kernel(
    'int GetDiskFreeSpaceExW(str16 root, void *available, void *total, void *free)',
  )
  const information = kernel(
    'int GetVolumeInformationW(str16 root, void *label, uint32 labelLength, void *serial, void *longest, void *flags, void *type, uint32 typeLength)',
  )

  return {
    open(name) {
      const opened = device.open(`\\\\.\\${name}`, 0)
      return 'error' in opened
        ? win32Failure(opened.error)
        : { kind: 'ok', value: openDevice(opened.handle) }
    },
    drives() {
      const mask = Number(logicalDrives?.() ?? 0)
      return Array.from({ length: 26 }, (_, bit) => bit).flatMap((bit) => {
        if ((mask & (1 << bit)) === 0) return []
        const letter = `${String.fromCharCode(65 + bit)}:`
        const kind = DRIVE_KINDS.get(Number(driveType?.(`${letter}\\`) ?? 0))
        return kind === undefined ? [] : [{ letter, kind }]
      })
    },
    async volume(letter) {
      if (freeSpace === null || information === null) return null
      const root = `${letter}\\`
      const sizes = Buffer.alloc(24)
      const [available, total, free] = [0, 8, 16].map((at) => sizes.subarray(at, at + 8))
      if ((await callAsync(freeSpace, root, available, total, free)) === 0) return null
      const [label, type, flags] = [Buffer.alloc(512), Buffer.alloc(512), Buffer.alloc(4)]
      const told = await callAsync(information, root, label, 256, null, null, flags, type, 256)
      return {
        type: told === 0 ? '' : utf16Until(type, 0),
        label: told === 0 ? '' : utf16Until(label, 0),
        readOnly: (flags.readUInt32LE(0) & READ_ONLY_VOLUME) !== 0,
        availableBytes: Number(sizes.readBigUInt64LE(0)),
        totalBytes: Number(sizes.readBigUInt64LE(8)),
        freeBytes: Number(sizes.readBigUInt64LE(16)),
      }
    },
  }

  function openDevice(handle: number): OpenDevice {
    const counters = Buffer.alloc(DISK_PERFORMANCE_SIZE)
    const guarded = new GuardedHandle(() => close(handle))
    const returned = Buffer.alloc(4)
    return {
      performance() {
        if (guarded.isClosed) return { kind: 'gone' }
        const size = counters.length
        const done = control(handle, DISK_PERFORMANCE, null, 0, counters, size, returned, null)
        return done === 0 ? win32Failure(Number(lastError())) : { kind: 'ok', value: counters }
      },
      async describe(question) {
        const { code, property, room } = QUESTIONS[question]
        const query = property === null ? null : Buffer.alloc(12)
        query?.writeUInt32LE(property ?? 0, 0)
        const [answer, length] = [Buffer.alloc(room), Buffer.alloc(4)]
        const asked = [handle, code, query, query?.length ?? 0, answer, room, length, null]
        const done = await guarded.use(() => callAsync(control, ...asked))
        if (done === null || done === 0) return null
        return answer.subarray(0, Math.min(room, length.readUInt32LE(0)))
      },
      close: () => guarded.close(),
    }
  }
}
