import { availableParallelism } from 'node:os'
import { koffiOrNull } from '../../ffi.ts'
import { addressOf, systemLibrary } from '../system-library.ts'

const SYSTEM_PROCESS_INFORMATION = 5
const STATUS_INFO_LENGTH_MISMATCH = 0xc000_0004
const ALL_PROCESSOR_GROUPS = 0xffff

export interface ListCalls {
  /**
   * Fills the buffer with all processes and threads of the machine at one instant.
   * @returns bytes filled, or minus the bytes needed where the buffer is too small
   * @throws when the system refuses for another reason
   */
  list(buffer: Buffer): number
  addressOf(buffer: Buffer): number
  /** Active logical CPUs of all groups: beyond 64 Node.js knows those of its own group only. */
  cpuCount(): number
}

/** null without koffi. Source: NtQuerySystemInformation of ntdll; GetActiveProcessorCount. */
export function listCalls(): ListCalls | null {
  const koffi = koffiOrNull()
  const query = systemLibrary('ntdll')?.func(
    'int32_t NtQuerySystemInformation(int class, void *bytes, uint32_t length, void *needed)',
  )
  if (koffi === null || query === undefined) return null
  const needed = Buffer.alloc(4)
  const activeCpus = systemLibrary('kernel32')?.optional(
    'uint32_t GetActiveProcessorCount(uint16_t group)',
  )
  return {
    list: (buffer) => {
      const status = query(SYSTEM_PROCESS_INFORMATION, buffer, buffer.length, needed) >>> 0
      const bytes = needed.readUInt32LE(0)
      if (status === 0) return bytes
      // Not every Windows says how much it needs: 0 would be an answer without a process.
      if (status === STATUS_INFO_LENGTH_MISMATCH) return -Math.max(1, bytes)
      throw new Error(`Windows did not tell the processes (status 0x${status.toString(16)}).`)
    },
    addressOf: (buffer) => addressOf(koffi, buffer),
    cpuCount: () => activeCpus?.(ALL_PROCESSOR_GROUPS) || availableParallelism(),
  }
}
