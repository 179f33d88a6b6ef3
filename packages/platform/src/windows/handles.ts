import type { ReadResult } from '../read-result.ts'
import { win32Failure } from './result-codes.ts'
import { systemLibrary } from './system-library.ts'

/** Source: winerror.h. */
export const WIN_ERROR = {
  success: 0,
  accessDenied: 5,
  notSupported: 50,
  /** Of OpenProcess: there is no such process. */
  invalidParameter: 87,
} as const

/** Rights on a process. Source: winnt.h. */
export const PROCESS_RIGHT = {
  terminate: 0x1,
  readMemory: 0x10,
  setQuota: 0x100,
  setInformation: 0x200,
  query: 0x400,
  suspendResume: 0x800,
  /** Enough for most questions, and given for more processes than `query`. */
  queryLimited: 0x1000,
  synchronize: 0x10_0000,
} as const

export interface HandleCalls {
  /** A handle, or 0; then `lastError` tells why. It may be that of a process that has ended. */
  openProcess(rights: number, pid: number): number
  close(handle: number): void
  /** Of the call just before. */
  lastError(): number
}

let calls: HandleCalls | null | undefined

/** null without koffi. Source: OpenProcess, CloseHandle, GetLastError of kernel32. */
export function handleCalls(): HandleCalls | null {
  if (calls !== undefined) return calls
  const kernel32 = systemLibrary('kernel32')
  if (kernel32 === null) return (calls = null)
  const openProcess = kernel32.func(
    'intptr_t OpenProcess(uint32_t rights, int inherit, uint32_t pid)',
  )
  const closeHandle = kernel32.func('int CloseHandle(intptr_t handle)')
  const getLastError = kernel32.func('uint32_t GetLastError()')
  calls = {
    openProcess: (rights, pid) => Number(openProcess(rights, 0, pid)),
    close: (handle) => void closeHandle(handle),
    lastError: () => getLastError() as number,
  }
  return calls
}

/** What `use` answers with a handle of the process, which is closed afterwards; null when it cannot be opened. */
export function withProcess<T>(
  handles: HandleCalls,
  { pid, rights }: { pid: number; rights: number },
  use: (handle: number) => T,
): T | null {
  const handle = handles.openProcess(rights, pid)
  if (handle === 0) return null
  try {
    return use(handle)
  } finally {
    handles.close(handle)
  }
}

/** The same, with why it cannot be opened. */
export function askProcess<T>(
  handles: HandleCalls,
  { pid, rights }: { pid: number; rights: number },
  use: (handle: number) => ReadResult<T>,
): ReadResult<T> {
  const handle = handles.openProcess(rights, pid)
  if (handle === 0) {
    const error = handles.lastError()
    return error === WIN_ERROR.invalidParameter ? { kind: 'gone' } : win32Failure(error)
  }
  try {
    return use(handle)
  } finally {
    handles.close(handle)
  }
}
