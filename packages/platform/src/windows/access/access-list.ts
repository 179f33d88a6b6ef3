import { sidAt, sidBytes } from '../sid.ts'

/** One line of an access list that gives something. */
export interface AccessEntry {
  /** null: none that can be read, which is nobody known. */
  sid: string | null
  mask: number
  /** It counts for what is made in the directory, and not for the directory itself. */
  isForNewOnly: boolean
}

export interface PathAccess {
  owner: string | null
  /** null: there is no list, and everybody may everything. */
  entries: AccessEntry[] | null
  /** Nothing is inherited from the directory above. */
  isProtected: boolean
}

// Source: SECURITY_DESCRIPTOR_CONTROL, ACE_HEADER and the access masks of winnt.h.
const HAS_LIST = 0x0004
const PROTECTED = 0x1000
const SELF_RELATIVE = 0x8000
const HEAD = 20
const LIST_HEAD = 8
const INHERIT = { toFiles: 0x1, toDirectories: 0x2, only: 0x8 } as const
/** Kinds that give: ALLOWED, its forms for parts of an object, with a condition, and both. */
const ALLOWED = 0
const GIVING = new Set([ALLOWED, 4, 5, 9, 11])
const OF_OBJECT = new Set([5, 11])
const ALLOWED_COMPOUND = 4
const GUID_BYTES = 16

export const FILE_ALL_ACCESS = 0x1f_01ff

/** Whose a path is and who may what. Source: SECURITY_DESCRIPTOR in self-relative form, ACL, ACCESS_ALLOWED_ACE. null when it is cut off. */
export function parseAccess(bytes: Buffer): PathAccess | null {
  if (bytes.length < HEAD) return null
  const control = bytes.readUInt16LE(2)
  const ownerAt = bytes.readUInt32LE(4)
  const listAt = bytes.readUInt32LE(16)
  const owner = ownerAt === 0 ? null : sidAt(bytes, ownerAt)
  const isProtected = (control & PROTECTED) !== 0
  if ((control & HAS_LIST) === 0 || listAt === 0) return { owner, entries: null, isProtected }
  if (listAt + LIST_HEAD > bytes.length) return null
  const end = listAt + bytes.readUInt16LE(listAt + 2)
  if (end > bytes.length) return null
  const entries: AccessEntry[] = []
  let at = listAt + LIST_HEAD
  for (let left = bytes.readUInt16LE(listAt + 4); left > 0; left--) {
    if (at + 8 > end) return null
    const size = bytes.readUInt16LE(at + 2)
    if (size < 8 || at + size > end) return null
    const kind = bytes.readUInt8(at)
    if (GIVING.has(kind)) {
      entries.push({
        sid: trusteeOf(bytes.subarray(at, at + size), kind),
        mask: bytes.readUInt32LE(at + 4),
        isForNewOnly: (bytes.readUInt8(at + 1) & INHERIT.only) !== 0,
      })
    }
    at += size
  }
  return { owner, entries, isProtected }
}

function trusteeOf(entry: Buffer, kind: number): string | null {
  if (kind === ALLOWED_COMPOUND) return null // two at once, which files never have
  if (!OF_OBJECT.has(kind)) return sidAt(entry, 8)
  if (entry.length < 12) return null
  const flags = entry.readUInt32LE(8)
  return sidAt(entry, 12 + ((flags & 1) + ((flags >> 1) & 1)) * GUID_BYTES)
}

/** An access list that gives these accounts everything, here and in what is made below, and nobody else anything. */
export function wholeAccessFor(sids: readonly string[]): Buffer {
  const entries = sids.map((sid) => {
    const trustee = sidBytes(sid)
    const entry = Buffer.alloc(8)
    entry.writeUInt8(ALLOWED, 0)
    entry.writeUInt8(INHERIT.toFiles | INHERIT.toDirectories, 1)
    entry.writeUInt16LE(entry.length + trustee.length, 2)
    entry.writeUInt32LE(FILE_ALL_ACCESS, 4)
    return Buffer.concat([entry, trustee])
  })
  const head = Buffer.alloc(LIST_HEAD)
  head.writeUInt8(2, 0) // ACL_REVISION
  head.writeUInt16LE(LIST_HEAD + entries.reduce((sum, { length }) => sum + length, 0), 2)
  head.writeUInt16LE(entries.length, 4)
  return Buffer.concat([head, ...entries])
}

/** A security descriptor with that list, which inherits nothing. `owner`: null leaves it to Windows. */
export function securityDescriptor(list: Buffer, owner: string | null): Buffer {
  const head = Buffer.alloc(HEAD)
  const ownerBytes = owner === null ? Buffer.alloc(0) : sidBytes(owner)
  head.writeUInt8(1, 0)
  head.writeUInt16LE(HAS_LIST | PROTECTED | SELF_RELATIVE, 2)
  if (owner !== null) head.writeUInt32LE(HEAD, 4)
  head.writeUInt32LE(HEAD + ownerBytes.length, 16)
  return Buffer.concat([head, ownerBytes, list])
}
