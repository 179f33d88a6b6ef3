import { koffiOrNull } from '../../ffi.ts'
import type { ReadResult } from '../../read-result.ts'
import { win32Failure } from '../result-codes.ts'
import { systemLibrary } from '../system-library.ts'
import { parseAccess, securityDescriptor, type PathAccess } from './access-list.ts'

export interface AccessCalls {
  /** Of a file or directory; a link is followed. */
  read(path: string): ReadResult<PathAccess>
  /** Makes a directory with this list from its first moment; `false`: something is there already. */
  makeDirectory(path: string, access: { list: Buffer; owner: string | null }): ReadResult<boolean>
  /** Puts this list in the place of what there is and of what is inherited. What lies there already keeps its own. */
  replace(path: string, list: Buffer): ReadResult<null>
}

// Source: SECURITY_INFORMATION.
const OWNER = 0x1
const LIST = 0x4
const PROTECTED_LIST = 0x8000_0000
const ALREADY_EXISTS = 183
const INSUFFICIENT_BUFFER = 122
const FIRST_BYTES = 1024
/** An access list has 64 KiB at most. */
const MOST_BYTES = 1 << 17
const ATTRIBUTES_BYTES = 24

let calls: AccessCalls | null | undefined

/** null without koffi. Source: GetFileSecurityW, SetFileSecurityW of advapi32, CreateDirectoryW of kernel32. */
export const accessCalls = (): AccessCalls | null =>
  calls === undefined ? (calls = load()) : calls

function load(): AccessCalls | null {
  const koffi = koffiOrNull()
  const advapi32 = systemLibrary('advapi32')
  const kernel32 = systemLibrary('kernel32')
  const lastError = kernel32?.optional('uint32 GetLastError()')
  const create = kernel32?.optional('int CreateDirectoryW(str16 path, void *attributes)')
  const get = advapi32?.optional(
    'int GetFileSecurityW(str16 path, uint32 parts, void *descriptor, uint32 length, void *needed)',
  )
  const set = advapi32?.optional('int SetFileSecurityW(str16 path, uint32 parts, void *descriptor)')
  if (koffi === null || !lastError || !create || !get || !set) return null
  let bytes = Buffer.alloc(FIRST_BYTES)
  const needed = Buffer.alloc(4)
  return {
    read(path) {
      for (;;) {
        if (get(path, OWNER | LIST, bytes, bytes.length, needed) !== 0) break
        const code = Number(lastError())
        const wanted = needed.readUInt32LE(0)
        const isTooSmall = code === INSUFFICIENT_BUFFER && wanted > bytes.length
        if (!isTooSmall || wanted > MOST_BYTES) return win32Failure(code)
        bytes = Buffer.alloc(wanted)
      }
      const access = parseAccess(bytes)
      return access === null ? { kind: 'failed' } : { kind: 'ok', value: access }
    },
    makeDirectory(path, { list, owner }) {
      // One piece of memory, so that what is named by its address alone lives as long as the rest.
      const attributes = Buffer.concat([
        Buffer.alloc(ATTRIBUTES_BYTES),
        securityDescriptor(list, owner),
      ])
      attributes.writeUInt32LE(ATTRIBUTES_BYTES, 0)
      attributes.writeBigUInt64LE(koffi.address(attributes) + BigInt(ATTRIBUTES_BYTES), 8)
      if (create(path, attributes) !== 0) return { kind: 'ok', value: true }
      const code = Number(lastError())
      if (code === ALREADY_EXISTS) return { kind: 'ok', value: false }
      return win32Failure(code)
    },
    replace(path, list) {
      const parts = (LIST | PROTECTED_LIST) >>> 0
      const isDone = set(path, parts, securityDescriptor(list, null)) !== 0
      return isDone ? { kind: 'ok', value: null } : win32Failure(Number(lastError()))
    },
  }
}
