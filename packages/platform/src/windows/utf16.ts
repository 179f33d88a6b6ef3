/** Text up to its NUL, or to the end of the buffer. */
export function utf16Until(bytes: Buffer, at: number, limit = bytes.length): string {
  let end = at
  while (end + 1 < limit && bytes.readUInt16LE(end) !== 0) end += 2
  return bytes.toString('utf16le', at, end)
}

/**
 * Text of a UNICODE_STRING (u16 bytes, u16 capacity, u64 pointer at 8) whose characters lie in the same buffer; null
 * when they do not, or when there are none.
 * @param base address of the buffer's first byte
 * @param limit bytes of the buffer that were filled
 */
export function unicodeStringAt(
  bytes: Buffer,
  at: number,
  { base, limit }: { base: number; limit: number },
): string | null {
  if (at + 16 > limit) return null
  const byteLength = bytes.readUInt16LE(at)
  const offset = pointerAt(bytes, at + 8) - base
  if (byteLength === 0 || offset < 0 || offset + byteLength > limit) return null
  return bytes.toString('utf16le', offset, offset + (byteLength & ~1))
}

/** A pointer; programs' addresses have 47 bits, and others are as good as none. */
export const pointerAt = (bytes: Buffer, at: number): number =>
  bytes.readUInt32LE(at + 4) * 0x1_0000_0000 + bytes.readUInt32LE(at)
