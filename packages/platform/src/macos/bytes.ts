import { ProcParseError } from '../read-result.ts'

/** A 64-bit number without a sign; exact up to 2^53, which no counter of a machine reaches. */
export const u64At = (bytes: Buffer, offset: number): number =>
  bytes.readUInt32LE(offset + 4) * 0x1_0000_0000 + bytes.readUInt32LE(offset)

/** End of the text that begins at `start`: its NUL, or where the field ends. */
export function textEnd(bytes: Buffer, start: number, length: number): number {
  let end = start
  while (end < start + length && bytes[end] !== 0) end++
  return end
}

/** @throws ProcParseError when fewer bytes came than the structure has */
export function needBytes(what: string, bytes: Buffer, size: number, offset = 0): void {
  if (offset < 0 || offset + size > bytes.length) {
    throw new ProcParseError(what, `${bytes.length - offset} bytes instead of ${size}`)
  }
}
