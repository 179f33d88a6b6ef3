import type { ReadResult } from '../../read-result.ts'
import { efficiencyCall } from '../efficiency.ts'
import { askProcess, handleCalls, PROCESS_RIGHT, type HandleCalls } from '../handles.ts'
import { win32Failure } from '../result-codes.ts'
import { systemLibrary } from '../system-library.ts'
import { tokenCalls } from '../tokens.ts'
import { architectureName, IMAGE_MACHINE } from './machine-names.ts'

/** What one process is asked for columns of the list. */
export interface FigureCalls {
  isElevated(pid: number): ReadResult<boolean>
  isEfficient(pid: number): ReadResult<boolean>
  /** `x64`, `x86`, `arm64`, `arm`. */
  architecture(pid: number): ReadResult<string>
}

/** null without koffi. Source: wow64apiset.h, processthreadsapi.h, securitybaseapi.h. */
export function figureCalls(): FigureCalls | null {
  const handles = handleCalls()
  const tokens = tokenCalls()
  const machineOf = handles === null ? null : machineCall(handles)
  if (handles === null || tokens === null || machineOf === null) return null
  const rights = PROCESS_RIGHT.queryLimited
  const efficiency = efficiencyCall()
  return {
    isElevated: (pid) =>
      askProcess(handles, { pid, rights }, (process) => {
        const isElevated = tokens.isElevated(process)
        // The process may be opened and its token not: that is another user's.
        return isElevated === null
          ? win32Failure(handles.lastError())
          : { kind: 'ok', value: isElevated }
      }),
    isEfficient: (pid) => askProcess(handles, { pid, rights }, efficiency),
    architecture: (pid) => askProcess(handles, { pid, rights }, machineOf),
  }
}

const MACHINE_TYPE_INFORMATION = 9
const MACHINE_TYPE_BYTES = 8

/**
 * The newest of three calls that this Windows has: on arm64 only the first tells an x64 program from a native one, and
 * the last knows 32 bits alone.
 */
function machineCall(handles: HandleCalls): ((process: number) => ReadResult<string>) | null {
  const kernel32 = systemLibrary('kernel32')
  const information = kernel32?.optional(
    'int GetProcessInformation(intptr_t process, int class, void *bytes, uint32_t length)',
  )
  const isWow2 = kernel32?.optional(
    'int IsWow64Process2(intptr_t process, void *machine, void *native)',
  )
  const isWow = kernel32?.optional('int IsWow64Process(intptr_t process, void *isWow)')
  const [machine, native] = [Buffer.alloc(MACHINE_TYPE_BYTES), Buffer.alloc(8)]
  const named = (code: number): ReadResult<string> => {
    const name = architectureName(code)
    return name === null ? { kind: 'unsupported' } : { kind: 'ok', value: name }
  }
  if (isWow == null) return null
  return (process) => {
    const isTold =
      information != null &&
      information(process, MACHINE_TYPE_INFORMATION, machine, MACHINE_TYPE_BYTES) !== 0
    if (isTold) return named(machine.readUInt16LE(0))
    if (isWow2 != null) {
      if (isWow2(process, machine, native) === 0) return win32Failure(handles.lastError())
      const guest = machine.readUInt16LE(0)
      return named(guest === IMAGE_MACHINE.unknown ? native.readUInt16LE(0) : guest)
    }
    if (isWow(process, machine) === 0) return win32Failure(handles.lastError())
    return machine.readUInt32LE(0) === 0
      ? { kind: 'ok', value: globalThis.process.arch }
      : named(IMAGE_MACHINE.i386)
  }
}
