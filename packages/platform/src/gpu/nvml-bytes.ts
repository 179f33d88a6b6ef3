import { cleanName } from '../text/clean.ts'

const ALL_ONES = 0xffff_ffff_ffff_ffffn

/** A 64-bit size; all ones means that the driver does not know (always so for processes under Windows WDDM). */
export function bytesAt(buffer: Buffer, offset: number): number | null {
  const value = buffer.readBigUInt64LE(offset)
  return value === ALL_ONES ? null : Number(value)
}

/** Text up to the first NUL; null when it is empty. */
export function cString(buffer: Buffer): string | null {
  const end = buffer.indexOf(0)
  const text = cleanName(buffer.subarray(0, end < 0 ? buffer.length : end))
  return text === '' ? null : text
}
