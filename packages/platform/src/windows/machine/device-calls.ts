import { systemLibrary } from '../system-library.ts'

const SHARE_READ_WRITE = 3
const OPEN_EXISTING = 3
const INVALID_HANDLE = -1

/** What opens and asks a device. null where this system lacks it. Source: CreateFileW, DeviceIoControl, CloseHandle of kernel32. */
export function deviceCalls() {
  const kernel = (prototype: string) => systemLibrary('kernel32')?.optional(prototype) ?? null
  const lastError = kernel('uint32 GetLastError()')
  const create = kernel(
    'intptr_t CreateFileW(str16 name, uint32 access, uint32 share, void *security, uint32 creation, uint32 flags, intptr_t template)',
  )
  const control = kernel(
    'int DeviceIoControl(intptr_t device, uint32 code, void *input, uint32 inputSize, void *output, uint32 outputSize, void *returned, void *overlapped)',
  )
  const close = kernel('int CloseHandle(intptr_t handle)')
  if (lastError === null || create === null || control === null || close === null) return null
  return {
    lastError,
    control,
    /** `name`: a device's path, `access`: rights as winnt.h has them, 0 for questions alone. A handle, or the error. */
    open: (name: string, access: number): { handle: number } | { error: number } => {
      const handle = Number(create(name, access, SHARE_READ_WRITE, null, OPEN_EXISTING, 0, 0))
      return handle === INVALID_HANDLE ? { error: Number(lastError()) } : { handle }
    },
    close: (handle: number): void => void close(handle),
  }
}
