import { cleanName } from '../text/clean.ts'
import { textEnd, u64At } from './bytes.ts'

/** A number of `sysctlbyname`: 4 or 8 bytes, by name and by system. null: neither. */
export function parseSystemNumber(bytes: Buffer): number | null {
  if (bytes.length === 4) return bytes.readUInt32LE(0)
  return bytes.length === 8 ? u64At(bytes, 0) : null
}

/** A text of `sysctlbyname`; null when it is empty. */
export function parseSystemText(bytes: Buffer): string | null {
  const text = cleanName(bytes.subarray(0, textEnd(bytes, 0, bytes.length)))
  return text === '' ? null : text
}
