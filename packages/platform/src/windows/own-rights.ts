import { systemLibrary } from './system-library.ts'

const TOKEN_QUERY = 8
/** TokenElevation of TOKEN_INFORMATION_CLASS, winnt.h. */
const TOKEN_ELEVATION = 20

/** Whether this process runs with an administrator's whole rights. Source: GetTokenInformation. false also where it cannot be asked. */
export function isElevated(): boolean {
  const kernel32 = systemLibrary('kernel32')
  const advapi32 = systemLibrary('advapi32')
  const currentProcess = kernel32?.optional('intptr_t GetCurrentProcess()')
  const close = kernel32?.optional('int CloseHandle(intptr_t handle)')
  const openToken = advapi32?.optional(
    'int OpenProcessToken(intptr_t process, uint32 access, _Out_ intptr_t *token)',
  )
  const information = advapi32?.optional(
    'int GetTokenInformation(intptr_t token, int class, void *information, uint32 size, void *returned)',
  )
  if (!currentProcess || !close || !openToken || !information) return false
  const token: [number] = [0]
  if (openToken(currentProcess(), TOKEN_QUERY, token) === 0) return false
  try {
    const [answer, returned] = [Buffer.alloc(4), Buffer.alloc(4)]
    const isTold = information(token[0], TOKEN_ELEVATION, answer, answer.length, returned) !== 0
    return isTold && answer.readUInt32LE(0) !== 0
  } finally {
    close(token[0])
  }
}
