import { firstCpuCall } from '../cpu-groups.ts'
import { POWER_THROTTLING, THROTTLING } from '../efficiency.ts'
import { handleCalls, PROCESS_RIGHT, WIN_ERROR } from '../handles.ts'
import { markOf } from '../filetime.ts'
import { systemLibrary } from '../system-library.ts'

/** One process, held: while its handle is open its pid is not given to another. */
export interface HeldHandle {
  /** Instant of its start, as in the start mark of the lists; null when it is not told. */
  startMark(): string | null
  startedAt(): readonly [low: number, high: number] | null
  hasEnded(): boolean
  parentPid(): number | null
  /** Each of these: 0, or a Windows error. */
  terminate(): number
  suspend(): number
  resume(): number
  setPriorityClass(priorityClass: number): number
  setAffinity(mask: bigint): number
  setEfficiency(isOn: boolean): number
  /** null when it is not told. */
  priorityClass(): number | null
  /** CPUs of its group that there are, a bit each; 0: it runs in several groups; null when it is not told. */
  systemAffinity(): bigint | null
  /** Number of the first CPU of its group, through all groups; null: it has several, or it is not told. */
  firstCpu(): number | null
  close(): void
}

export interface ControlCalls {
  /** The process, or the Windows error that kept us from opening it. */
  open(pid: number, rights: number): HeldHandle | number
}

/** Rights to see that it is the one, and that it has ended. */
export const LOOK = PROCESS_RIGHT.queryLimited | PROCESS_RIGHT.synchronize

const WAIT_OBJECT_0 = 0
const EXIT_CODE = 1
const BASIC_INFORMATION = 0
/** Of PROCESS_BASIC_INFORMATION, and of the parent in it. */
const BASIC_BYTES = 48
const PARENT = 0x28
const STATUS_ACCESS_DENIED = 0xc000_0022

let calls: ControlCalls | null | undefined

/** null without koffi. Source: processthreadsapi.h, synchapi.h; NtSuspendProcess and NtResumeProcess of ntdll. */
export const controlCalls = (): ControlCalls | null =>
  calls === undefined ? (calls = load()) : calls

function load(): ControlCalls | null {
  const handles = handleCalls()
  const kernel32 = systemLibrary('kernel32')
  const ntdll = systemLibrary('ntdll')
  if (handles === null || kernel32 === null || ntdll === null) return null
  const times = kernel32.func(
    'int GetProcessTimes(intptr_t process, void *start, void *end, void *kernel, void *user)',
  )
  const waitFor = kernel32.func('uint32_t WaitForSingleObject(intptr_t handle, uint32_t ms)')
  const terminate = kernel32.func('int TerminateProcess(intptr_t process, uint32_t code)')
  const setClass = kernel32.func('int SetPriorityClass(intptr_t process, uint32_t class)')
  const getClass = kernel32.func('uint32_t GetPriorityClass(intptr_t process)')
  const setMask = kernel32.func('int SetProcessAffinityMask(intptr_t process, uintptr_t mask)')
  const getMask = kernel32.func(
    'int GetProcessAffinityMask(intptr_t process, void *own, void *system)',
  )
  const firstCpu = firstCpuCall()
  const setInformation = kernel32.optional(
    'int SetProcessInformation(intptr_t process, int class, void *bytes, uint32_t length)',
  )
  const suspend = ntdll.func('int32_t NtSuspendProcess(intptr_t process)')
  const resume = ntdll.func('int32_t NtResumeProcess(intptr_t process)')
  const query = ntdll.func(
    'int32_t NtQueryInformationProcess(intptr_t process, int class, void *bytes, uint32_t length, void *needed)',
  )
  const bytes = Buffer.alloc(64)
  const part = (index: number) => bytes.subarray(index * 8, index * 8 + 8)
  const [one, two, three, four] = [part(0), part(1), part(2), part(3)]
  const errorOf = (isDone: number) => (isDone === 0 ? handles.lastError() : WIN_ERROR.success)

  const hold = (process: number): HeldHandle => {
    const startedAt = () =>
      times(process, one, two, three, four) === 0
        ? null
        : ([bytes.readUInt32LE(0), bytes.readUInt32LE(4)] as const)
    return {
      startedAt,
      startMark: () => {
        const start = startedAt()
        return start === null ? null : markOf(...start)
      },
      hasEnded: () => waitFor(process, 0) === WAIT_OBJECT_0,
      parentPid: () => {
        const basic = bytes.subarray(0, BASIC_BYTES)
        const status = query(process, BASIC_INFORMATION, basic, BASIC_BYTES, null)
        return status === 0 ? basic.readUInt32LE(PARENT) : null
      },
      terminate: () => errorOf(terminate(process, EXIT_CODE)),
      suspend: () => errorOfStatus(suspend(process)),
      resume: () => errorOfStatus(resume(process)),
      setPriorityClass: (priorityClass) => errorOf(setClass(process, priorityClass)),
      setAffinity: (mask) => errorOf(setMask(process, mask)),
      setEfficiency: (isOn) => {
        if (setInformation === null) return WIN_ERROR.notSupported
        const state = bytes.subarray(0, THROTTLING.bytes)
        state.writeUInt32LE(THROTTLING.version, 0)
        // Off gives the choice back to Windows: with the control kept, it would never slow it down again.
        state.writeUInt32LE(isOn ? THROTTLING.executionSpeed : 0, 4)
        state.writeUInt32LE(isOn ? THROTTLING.executionSpeed : 0, 8)
        return errorOf(setInformation(process, POWER_THROTTLING, state, state.length))
      },
      priorityClass: () => {
        const priorityClass = getClass(process) as number
        return priorityClass === 0 ? null : priorityClass
      },
      firstCpu: () => firstCpu(process),
      systemAffinity: () => (getMask(process, one, two) === 0 ? null : bytes.readBigUInt64LE(8)),
      close: () => handles.close(process),
    }
  }
  return {
    open: (pid, rights) => {
      const process = handles.openProcess(rights, pid)
      return process === 0 ? handles.lastError() : hold(process)
    },
  }
}

/** The Windows error of a status of the kernel, as far as it makes a difference here. */
function errorOfStatus(signed: number): number {
  if (signed === 0) return WIN_ERROR.success
  return signed >>> 0 === STATUS_ACCESS_DENIED ? WIN_ERROR.accessDenied : WIN_ERROR.notSupported
}
