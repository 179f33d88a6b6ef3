import { ByteScanner } from './byte-scanner.ts'

const COLON = 58
const BLANK = 32
const NEWLINE = 10

/**
 * Reads files of lines `Key: number` or `key number` (meminfo, vmstat, mm_stat), of which only some keys are wanted.
 * Keys are found by hash and then compared byte by byte, so no string is made for the hundred others.
 */
export class KeyedNumbers<K extends string> {
  readonly #byHash = new Map<number, { key: K; at: number }[]>()
  readonly #count: number

  constructor(keys: readonly K[]) {
    this.#count = keys.length
    for (const [at, key] of keys.entries()) {
      const hash = hashOf(key)
      this.#byHash.set(hash, [...(this.#byHash.get(hash) ?? []), { key, at }])
    }
  }

  /** Values in the order of the keys given; null where the file has no such line or no number on it. */
  parse(bytes: Uint8Array, length = bytes.length): (number | null)[] {
    const values = Array.from<number | null>({ length: this.#count }).fill(null)
    const scanner = new ByteScanner(bytes, length)
    for (; !scanner.done; scanner.nextLine()) {
      const at = this.#takeKey(scanner)
      if (at < 0) continue
      const value = scanner.integer()
      if (value >= 0) values[at] = value
    }
    return values
  }

  #takeKey(scanner: ByteScanner): number {
    const { bytes, end } = scanner
    let hash = 0
    let at = scanner.at
    for (; at < end; at++) {
      const byte = bytes[at] as number
      if (byte === COLON || byte === BLANK || byte === NEWLINE) break
      hash = (Math.imul(hash, 31) + byte) | 0
    }
    const candidates = this.#byHash.get(hash)
    if (candidates === undefined) return -1
    for (const candidate of candidates) {
      if (candidate.key.length !== at - scanner.at || !scanner.take(candidate.key)) continue
      if (bytes[scanner.at] === COLON) scanner.at++
      return candidate.at
    }
    return -1
  }
}

function hashOf(key: string): number {
  let hash = 0
  for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) | 0
  return hash
}
