import type { MacLibrary } from './lib-system.ts'
import { parseSystemNumber, parseSystemText } from './parse-system-value.ts'

const buffer = Buffer.alloc(1024)

/** A value of `sysctlbyname` as bytes, valid until the next call; null: this Mac does not have it. */
export function systemBytes(library: MacLibrary, name: string): Buffer | null {
  const length = library.systemByName(name, buffer)
  return length < 0 ? null : buffer.subarray(0, length)
}

export function systemNumber(library: MacLibrary, name: string): number | null {
  const bytes = systemBytes(library, name)
  return bytes === null ? null : parseSystemNumber(bytes)
}

export function systemText(library: MacLibrary, name: string): string | null {
  const bytes = systemBytes(library, name)
  return bytes === null ? null : parseSystemText(bytes)
}
