import type { ReadResult } from '../../read-result.ts'
import {
  BATTERY_STATE_SIZE,
  POWER_STATUS_SIZE,
  PROCESSOR_POWER_SIZE,
} from './parse-power-status.ts'
import { MEMORY_STATUS_SIZE, PERFORMANCE_INFORMATION_SIZE } from './parse-memory-status.ts'
import { PROCESSOR_TIMES_SIZE } from './parse-processor-times.ts'
import { VERSION_SIZE } from './parse-version.ts'
import { isTooSmall, statusFailure, win32Failure } from '../result-codes.ts'
import { systemLibrary } from '../system-library.ts'

/** What the system is asked about itself: bytes as it fills them in, for the parsers. A machine of a test has its own. */
export interface MachineCalls {
  /** Class 8, one answer for each processor group. */
  processorTimes(): ReadResult<Buffer[]>
  /** Class 2: counters of the whole system. */
  systemCounters(): ReadResult<Buffer>
  /** Class 18. */
  pagingFiles(): ReadResult<Buffer>
  memoryStatus(): ReadResult<Buffer>
  performanceInformation(): ReadResult<Buffer>
  powerStatus(): ReadResult<Buffer>
  batteryState(): ReadResult<Buffer>
  processorPower(cpuCount: number): ReadResult<Buffer>
  version(): ReadResult<Buffer>
  processorRelations(): ReadResult<Buffer>
  firmwareTables(): ReadResult<Buffer>
}

const UNSUPPORTED = { kind: 'unsupported' } as const
const ok = (value: Buffer): ReadResult<Buffer> => ({ kind: 'ok', value })

// Source: SYSTEM_INFORMATION_CLASS of winternl.h; POWER_INFORMATION_LEVEL of winnt.h.
const SYSTEM_COUNTERS = 2
const PROCESSOR_TIMES = 8
const PAGING_FILES = 18
const BATTERY_STATE = 5
const PROCESSOR_POWER = 11
const ALL_RELATIONS = 0xffff
const SMBIOS = 0x5253_4d42 // 'RSMB'

const CPUS_OF_A_GROUP = 64
const FIRST_SIZE = 1024
const MOST_SIZE = 1 << 22

const ntdll = (prototype: string) => systemLibrary('ntdll')?.optional(prototype) ?? null

/** Looks every function up once. What this system lacks answers `unsupported`. */
export function machineCalls(): MachineCalls {
  const kernel = (prototype: string) => systemLibrary('kernel32')?.optional(prototype) ?? null
  const lastError = kernel('uint32 GetLastError()')
  const memory = kernel('int GlobalMemoryStatusEx(void *status)')
  const performance = kernel('int K32GetPerformanceInfo(void *information, uint32 size)')
  const power = kernel('int GetSystemPowerStatus(void *status)')
  const relations = kernel(
    'int GetLogicalProcessorInformationEx(int relation, void *information, void *size)',
  )
  const firmware = kernel(
    'uint32 GetSystemFirmwareTable(uint32 provider, uint32 table, void *bytes, uint32 size)',
  )
  const version = ntdll('int32 RtlGetVersion(void *version)')
  const powerInformation = systemLibrary('powrprof')?.optional(
    'int32 CallNtPowerInformation(int level, void *input, uint32 inputSize, void *output, uint32 outputSize)',
  )
  const failed = () => win32Failure(Number(lastError?.() ?? 0))
  const filled = (bytes: Buffer, fill: (bytes: Buffer) => unknown) =>
    fill(bytes) === 0 ? failed() : ok(bytes)
  const powerLevel = (level: number, size: number): ReadResult<Buffer> => {
    if (!powerInformation) return UNSUPPORTED
    const bytes = Buffer.alloc(size)
    const status = Number(powerInformation(level, null, 0, bytes, size))
    return status === 0 ? ok(bytes) : statusFailure(status)
  }
  return {
    ...nativeQueries(),
    memoryStatus() {
      if (memory === null) return UNSUPPORTED
      const bytes = Buffer.alloc(MEMORY_STATUS_SIZE)
      bytes.writeUInt32LE(MEMORY_STATUS_SIZE, 0)
      return filled(bytes, memory)
    },
    performanceInformation() {
      if (performance === null) return UNSUPPORTED
      const size = PERFORMANCE_INFORMATION_SIZE
      return filled(Buffer.alloc(size), (bytes) => performance(bytes, size))
    },
    powerStatus: () =>
      power === null ? UNSUPPORTED : filled(Buffer.alloc(POWER_STATUS_SIZE), power),
    batteryState: () => powerLevel(BATTERY_STATE, BATTERY_STATE_SIZE),
    processorPower: (cpuCount) =>
      powerLevel(PROCESSOR_POWER, Math.max(1, cpuCount) * PROCESSOR_POWER_SIZE),
    version() {
      if (version === null) return UNSUPPORTED
      const bytes = Buffer.alloc(VERSION_SIZE)
      bytes.writeUInt32LE(VERSION_SIZE, 0)
      const status = Number(version(bytes))
      return status === 0 ? ok(bytes) : statusFailure(status)
    },
    processorRelations() {
      if (relations === null) return UNSUPPORTED
      const size = Buffer.alloc(4)
      relations(ALL_RELATIONS, null, size)
      const bytes = Buffer.alloc(Math.min(MOST_SIZE, size.readUInt32LE(0)))
      if (bytes.length === 0 || relations(ALL_RELATIONS, bytes, size) === 0) return failed()
      return ok(bytes.subarray(0, size.readUInt32LE(0)))
    },
    firmwareTables() {
      if (firmware === null) return UNSUPPORTED
      const size = Number(firmware(SMBIOS, 0, null, 0))
      if (size === 0) return failed()
      const bytes = Buffer.alloc(Math.min(MOST_SIZE, size))
      const written = Number(firmware(SMBIOS, 0, bytes, bytes.length))
      return written === 0 || written > bytes.length ? failed() : ok(bytes.subarray(0, written))
    },
  }
}

/** By NtQuerySystemInformation, into buffers that are kept. */
function nativeQueries(): Pick<MachineCalls, 'processorTimes' | 'systemCounters' | 'pagingFiles'> {
  const query = ntdll(
    'int32 NtQuerySystemInformation(int class, void *bytes, uint32 size, void *returned)',
  )
  const written = Buffer.alloc(4)
  const ask = (infoClass: number, firstSize = FIRST_SIZE) => {
    let buffer = Buffer.alloc(firstSize)
    return (): ReadResult<Buffer> => {
      if (query === null) return UNSUPPORTED
      for (;;) {
        const status = Number(query(infoClass, buffer, buffer.length, written))
        if (status === 0) return ok(buffer.subarray(0, written.readUInt32LE(0)))
        if (!isTooSmall(status) || buffer.length >= MOST_SIZE) return statusFailure(status)
        buffer = Buffer.alloc(buffer.length * 2)
      }
    }
  }
  const ownGroup = ask(PROCESSOR_TIMES, CPUS_OF_A_GROUP * PROCESSOR_TIMES_SIZE)
  const allGroups = groupQueries(written)
  return {
    processorTimes() {
      const all = allGroups?.() ?? null
      if (all !== null) return { kind: 'ok', value: all }
      const own = ownGroup()
      return own.kind === 'ok' ? { kind: 'ok', value: [own.value] } : own
    },
    systemCounters: ask(SYSTEM_COUNTERS),
    pagingFiles: ask(PAGING_FILES),
  }
}

/** The plain question answers for the caller's group of at most 64 CPUs alone. null: there is one group, or no such call. */
function groupQueries(written: Buffer): (() => Buffer[] | null) | null {
  const countGroups = systemLibrary('kernel32')?.optional('uint16 GetActiveProcessorGroupCount()')
  const count = Number(countGroups?.() ?? 1)
  const queryEx = ntdll(
    'int32 NtQuerySystemInformationEx(int class, void *input, uint32 inputSize, void *bytes, uint32 size, void *returned)',
  )
  if (count < 2 || queryEx === null) return null
  const parts = Array.from({ length: count }, (_, group) => {
    const number = Buffer.alloc(2)
    number.writeUInt16LE(group, 0)
    return { number, bytes: Buffer.alloc(CPUS_OF_A_GROUP * PROCESSOR_TIMES_SIZE) }
  })
  return () => {
    const all: Buffer[] = []
    for (const { number, bytes } of parts) {
      if (queryEx(PROCESSOR_TIMES, number, 2, bytes, bytes.length, written) !== 0) return null
      all.push(bytes.subarray(0, written.readUInt32LE(0)))
    }
    return all
  }
}
