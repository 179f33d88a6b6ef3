import type { ReadResult } from '../read-result.ts'
import { handleCalls } from './handles.ts'
import { win32Failure } from './result-codes.ts'
import { systemLibrary } from './system-library.ts'

/** PROCESS_INFORMATION_CLASS, and PROCESS_POWER_THROTTLING_STATE: u32 version, control, state. */
export const POWER_THROTTLING = 4
export const THROTTLING = { version: 1, bytes: 12, executionSpeed: 1 } as const

/**
 * Whether a process runs in efficiency mode, by its handle. Windows before version 1709 has none.
 * Source: GetProcessInformation(ProcessPowerThrottling).
 */
export function efficiencyCall(): (process: number) => ReadResult<boolean> {
  const handles = handleCalls()
  const information = systemLibrary('kernel32')?.optional(
    'int GetProcessInformation(intptr_t process, int class, void *bytes, uint32_t length)',
  )
  const state = Buffer.alloc(THROTTLING.bytes)
  return (process) => {
    if (handles === null || information == null) return { kind: 'unsupported' }
    state.fill(0)
    state.writeUInt32LE(THROTTLING.version, 0)
    if (information(process, POWER_THROTTLING, state, state.length) === 0)
      return win32Failure(handles.lastError())
    return { kind: 'ok', value: (state.readUInt32LE(8) & THROTTLING.executionSpeed) !== 0 }
  }
}
