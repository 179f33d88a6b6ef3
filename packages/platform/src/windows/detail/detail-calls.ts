import { koffiOrNull } from '../../ffi.ts'
import type { ReadResult } from '../../read-result.ts'
import { firstCpuCall } from '../cpu-groups.ts'
import { efficiencyCall } from '../efficiency.ts'
import { askProcess, handleCalls, PROCESS_RIGHT } from '../handles.ts'
import { statusFailure, win32Failure } from '../result-codes.ts'
import { systemLibrary } from '../system-library.ts'

/** What one process is asked for its details. */
export interface DetailCalls {
  /** Holds the process, so that its pid is nobody else's until it is let go; null: we may not open it, or it is gone. */
  hold(pid: number): { close(): void } | null
  /** CPUs that it may run on, a bit each, numbered through all groups. 0: it runs in more than one group. */
  affinity(pid: number): ReadResult<bigint>
  /** IO_PRIORITY_HINT: 0 very low, 1 low, 2 normal, 3 high. */
  ioPriority(pid: number): ReadResult<number>
  isEfficient(pid: number): ReadResult<boolean>
  /** Whether we have the right to end it. Nothing is done to it. */
  mayEnd(pid: number): boolean
  /** Name that its program gave a thread; null: none, or it may not be asked. */
  threadName(tid: number): string | null
}

const IO_PRIORITY = 33
const THREAD_QUERY_LIMITED = 0x800

/** null without koffi. Source: processthreadsapi.h; NtQueryInformationProcess of ntdll. */
export function detailCalls(): DetailCalls | null {
  const koffi = koffiOrNull()
  const handles = handleCalls()
  const kernel32 = systemLibrary('kernel32')
  const ntdll = systemLibrary('ntdll')
  if (koffi === null || handles === null || kernel32 === null || ntdll === null) return null
  const getMask = kernel32.func(
    'int GetProcessAffinityMask(intptr_t process, void *own, void *system)',
  )
  const query = ntdll.func(
    'int32_t NtQueryInformationProcess(intptr_t process, int class, void *bytes, uint32_t length, void *needed)',
  )
  const openThread = kernel32.func(
    'intptr_t OpenThread(uint32_t rights, int inherit, uint32_t thread)',
  )
  /** Windows 10 of 2016 and later. */
  const description = kernel32.optional(
    'int32_t GetThreadDescription(intptr_t thread, _Out_ void **text)',
  )
  const localFree = kernel32.func('intptr_t LocalFree(void *memory)')
  const efficiency = efficiencyCall()
  const firstCpu = firstCpuCall()
  const [own, system] = [Buffer.alloc(8), Buffer.alloc(8)]

  const described = (thread: number): string | null => {
    const out: [unknown] = [null]
    const status = description?.(thread, out) as number | undefined
    if (status === undefined || status < 0 || out[0] === null) return null
    try {
      return koffi.decode(out[0], 'char16_t', -1) as string
    } finally {
      localFree(out[0])
    }
  }
  return {
    hold: (pid) => {
      const process = handles.openProcess(PROCESS_RIGHT.queryLimited, pid)
      return process === 0 ? null : { close: () => handles.close(process) }
    },
    affinity: (pid) =>
      askProcess(handles, { pid, rights: PROCESS_RIGHT.queryLimited }, (process) =>
        getMask(process, own, system) === 0
          ? win32Failure(handles.lastError())
          : { kind: 'ok', value: throughGroups(own.readBigUInt64LE(0), firstCpu(process)) },
      ),
    ioPriority: (pid) =>
      askProcess(handles, { pid, rights: PROCESS_RIGHT.query }, (process) => {
        const status = query(process, IO_PRIORITY, own, 4, null) as number
        return status === 0 ? { kind: 'ok', value: own.readUInt32LE(0) } : statusFailure(status)
      }),
    isEfficient: (pid) =>
      askProcess(handles, { pid, rights: PROCESS_RIGHT.queryLimited }, efficiency),
    mayEnd: (pid) =>
      askProcess(handles, { pid, rights: PROCESS_RIGHT.terminate }, () => ({
        kind: 'ok',
        value: true,
      })).kind === 'ok',
    threadName: (tid) => {
      if (description === null) return null
      const thread = Number(openThread(THREAD_QUERY_LIMITED, 0, tid))
      if (thread === 0) return null
      try {
        return described(thread)
      } finally {
        handles.close(thread)
      }
    },
  }
}

/** Windows 11 has a mask of one group also for a process that runs in several: it says nothing of the others. */
const throughGroups = (mask: bigint, first: number | null): bigint =>
  first === null ? 0n : mask << BigInt(first)
