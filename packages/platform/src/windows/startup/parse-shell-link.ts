import { utf16Until } from '../utf16.ts'

/** What a shortcut starts. */
export interface ShellLink {
  target: string | null
  arguments: string | null
}

const HEADER_SIZE = 0x4c
// Source: [MS-SHLLINK] 2.1.1, LinkFlags.
const HAS_ID_LIST = 0x1
const HAS_LINK_INFO = 0x2
const STRINGS = [0x4, 0x8, 0x10, 0x20] as const // name, relative path, working directory, arguments
const IS_UNICODE = 0x80

/** A `.lnk` file. Source: [MS-SHLLINK]. null: it is none. What lies outside of the file is not told. */
export function parseShellLink(bytes: Buffer): ShellLink | null {
  if (bytes.length < HEADER_SIZE || bytes.readUInt32LE(0) !== HEADER_SIZE) return null
  const flags = bytes.readUInt32LE(0x14)
  let at = HEADER_SIZE
  if ((flags & HAS_ID_LIST) !== 0) at += 2 + wordAt(bytes, at)
  let target: string | null = null
  if ((flags & HAS_LINK_INFO) !== 0) {
    const size = at + 4 <= bytes.length ? bytes.readUInt32LE(at) : 0
    target = localPath(bytes.subarray(at, at + size))
    at += Math.max(4, size)
  }
  const isWide = (flags & IS_UNICODE) !== 0
  const strings = new Map<number, string>()
  for (const flag of STRINGS) {
    if ((flags & flag) === 0) continue
    const length = wordAt(bytes, at) * (isWide ? 2 : 1)
    strings.set(flag, bytes.toString(isWide ? 'utf16le' : 'latin1', at + 2, at + 2 + length))
    at += 2 + length
  }
  return { target: target ?? strings.get(0x8) ?? null, arguments: strings.get(0x20) ?? null }
}

const VOLUME_AND_LOCAL_PATH = 1
/** A header of this size or larger has the path in Unicode as well. */
const UNICODE_HEADER = 0x24

/** Source: [MS-SHLLINK] 2.3, LinkInfo. */
function localPath(info: Buffer): string | null {
  if (info.length < 0x1c || (info.readUInt32LE(8) & VOLUME_AND_LOCAL_PATH) === 0) return null
  if (info.readUInt32LE(4) >= UNICODE_HEADER && info.length >= UNICODE_HEADER) {
    const wide = info.readUInt32LE(0x1c)
    if (wide > 0 && wide < info.length) return textOrNull(utf16Until(info, wide))
  }
  const start = info.readUInt32LE(0x10)
  if (start === 0 || start >= info.length) return null
  const end = info.indexOf(0, start)
  return textOrNull(info.toString('latin1', start, end < 0 ? info.length : end))
}

const textOrNull = (text: string) => (text === '' ? null : text)
const wordAt = (bytes: Buffer, at: number) => (at + 2 <= bytes.length ? bytes.readUInt16LE(at) : 0)
