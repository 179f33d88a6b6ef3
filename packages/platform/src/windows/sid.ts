/** Most parts of a SID. Source: SID_MAX_SUB_AUTHORITIES of winnt.h. */
const MOST_PARTS = 15

/**
 * A security identifier in its usual form, `S-1-5-18`; null when what lies there is none. Layout: u8 revision 1, u8
 * number of parts, 48 bits of authority in network order, u32 parts.
 */
export function sidAt(bytes: Buffer, at: number): string | null {
  if (at < 0 || at + 8 > bytes.length || bytes[at] !== 1) return null
  const count = bytes[at + 1] as number
  if (count > MOST_PARTS || at + 8 + count * 4 > bytes.length) return null
  const authority = bytes.readUIntBE(at + 2, 6)
  const parts = Array.from({ length: count }, (_, index) => bytes.readUInt32LE(at + 8 + index * 4))
  return ['S-1', authority, ...parts].join('-')
}
