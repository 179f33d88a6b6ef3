import { handleCalls } from './handles.ts'
import { systemLibrary } from './system-library.ts'
import { pointerAt } from './utf16.ts'

const CURRENT_PROCESS = -1
const TOKEN_QUERY = 8
const TOKEN_ELEVATION = 20

let answer: boolean | null | undefined

/** Whether this process has an administrator's full rights; null without koffi. Source: GetTokenInformation. */
export const isElevated = (): boolean | null => (answer === undefined ? (answer = ask()) : answer)

function ask(): boolean | null {
  const handles = handleCalls()
  const advapi32 = systemLibrary('advapi32')
  if (handles === null || advapi32 === null) return null
  const openToken = advapi32.func(
    'int OpenProcessToken(intptr_t process, uint32_t rights, void *token)',
  )
  const information = advapi32.func(
    'int GetTokenInformation(intptr_t token, int class, void *bytes, uint32_t length, void *needed)',
  )
  const bytes = Buffer.alloc(16)
  if (openToken(CURRENT_PROCESS, TOKEN_QUERY, bytes) === 0) return null
  const token = pointerAt(bytes, 0)
  const isTold = information(token, TOKEN_ELEVATION, bytes, 4, bytes.subarray(8))
  handles.close(token)
  return isTold === 0 ? null : bytes.readUInt32LE(0) !== 0
}
