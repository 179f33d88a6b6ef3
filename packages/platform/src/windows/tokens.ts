import { koffiOrNull } from '../ffi.ts'
import { handleCalls } from './handles.ts'
import { sidAt } from './sid.ts'
import { addressOf, systemLibrary } from './system-library.ts'
import { pointerAt } from './utf16.ts'

/** Stands for this process where a handle is wanted. */
export const CURRENT_PROCESS = -1

/** Who a process acts as. Each answer is null where it may not be asked. */
export interface TokenCalls {
  /** Security identifier of its user, `S-1-5-21-…`. */
  sidOf(process: number): string | null
  /** 0x1000 low (a sandbox), 0x2000 medium, 0x3000 high (an administrator's full rights), 0x4000 system. */
  integrityOf(process: number): number | null
  isElevated(process: number): boolean | null
  /**
   * Lets this process open those of other users and of services, which an administrator has to ask for; false: the user
   * does not hold the right (SeDebugPrivilege), or a policy has taken it away.
   */
  openOthers(): boolean
}

const TOKEN_QUERY = 8
const TOKEN_ADJUST_PRIVILEGES = 0x20
const PRIVILEGE_ENABLED = 2
const TOKEN_USER = 1
const TOKEN_ELEVATION = 20
const TOKEN_INTEGRITY_LEVEL = 25
const INTEGRITY = /^S-1-16-(\d+)$/

let calls: TokenCalls | null | undefined

/** null without koffi. Source: OpenProcessToken, GetTokenInformation, AdjustTokenPrivileges of advapi32. */
export const tokenCalls = (): TokenCalls | null => (calls === undefined ? (calls = load()) : calls)

function load(): TokenCalls | null {
  const koffi = koffiOrNull()
  const handles = handleCalls()
  const advapi32 = systemLibrary('advapi32')
  if (koffi === null || handles === null || advapi32 === null) return null
  const open = advapi32.func('int OpenProcessToken(intptr_t process, uint32_t rights, void *token)')
  const information = advapi32.func(
    'int GetTokenInformation(intptr_t token, int class, void *bytes, uint32_t length, void *needed)',
  )
  const lookUp = advapi32.optional('int LookupPrivilegeValueW(void *system, str16 name, void *id)')
  const adjust = advapi32.optional(
    'int AdjustTokenPrivileges(intptr_t token, int disable, void *wanted, uint32_t size, void *before, void *needed)',
  )
  const bytes = Buffer.alloc(128)
  const base = addressOf(koffi, bytes)
  const word = Buffer.alloc(8)

  /** Fills `bytes`; whether it was told. */
  const ask = (process: number, kind: number, length: number): boolean => {
    if (open(process, TOKEN_QUERY, word) === 0) return false
    const token = pointerAt(word, 0)
    const isTold = information(token, kind, bytes, length, word) as number
    handles.close(token)
    return isTold !== 0
  }
  const sidIn = (process: number, kind: number) =>
    ask(process, kind, bytes.length) ? sidAt(bytes, pointerAt(bytes, 0) - base) : null
  return {
    sidOf: (process) => sidIn(process, TOKEN_USER),
    integrityOf: (process) => {
      const level = INTEGRITY.exec(sidIn(process, TOKEN_INTEGRITY_LEVEL) ?? '')?.[1]
      return level === undefined ? null : Number(level)
    },
    isElevated: (process) =>
      ask(process, TOKEN_ELEVATION, 4) ? bytes.readUInt32LE(0) !== 0 : null,
    openOthers() {
      // TOKEN_PRIVILEGES with one entry: u32 count, LUID, u32 attributes.
      const wanted = Buffer.alloc(16)
      wanted.writeUInt32LE(1, 0)
      wanted.writeUInt32LE(PRIVILEGE_ENABLED, 12)
      if (!lookUp || !adjust || lookUp(null, 'SeDebugPrivilege', wanted.subarray(4)) === 0)
        return false
      if (open(CURRENT_PROCESS, TOKEN_ADJUST_PRIVILEGES, word) === 0) return false
      const token = pointerAt(word, 0)
      // It succeeds also when the right is not held, and says so by the error alone.
      const isDone = adjust(token, 0, wanted, 0, null, null) !== 0 && handles.lastError() === 0
      handles.close(token)
      return isDone
    },
  }
}
