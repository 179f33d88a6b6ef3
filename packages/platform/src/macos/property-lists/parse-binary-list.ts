import { ProcParseError } from '../../read-result.ts'
import { cleanText } from '../../text/clean.ts'
import type { PropertyValue } from './property-value.ts'

export const BINARY_HEAD = 'bplist00'
const TRAILER_SIZE = 32
/** Objects may be referred to more than once, so a small file could grow without bounds. */
const MOST_VALUES = 1 << 16
const MOST_DEPTH = 32
/** Seconds of 1970 at which Apple's clock begins: 2001. */
const APPLE_EPOCH_SECONDS = 978_307_200

/**
 * A property list in Apple's binary form. Source: CFBinaryPList.c of CoreFoundation. Texts come cleaned; `null` and
 * kinds that no property list has are refused.
 * @throws ProcParseError when it is not one, refers to what is not there, or is deeper or larger than any of use
 */
export function parseBinaryList(bytes: Buffer): PropertyValue {
  return new BinaryList(bytes).top()
}

class BinaryList {
  readonly #bytes: Buffer
  readonly #offsetSize: number
  readonly #refSize: number
  readonly #count: number
  readonly #table: number
  #left = MOST_VALUES

  constructor(bytes: Buffer) {
    if (bytes.length < BINARY_HEAD.length + TRAILER_SIZE) fail('shorter than its ends')
    if (bytes.toString('latin1', 0, BINARY_HEAD.length) !== BINARY_HEAD) fail('another beginning')
    this.#bytes = bytes
    const trailer = bytes.length - TRAILER_SIZE
    this.#offsetSize = bytes[trailer + 6] as number
    this.#refSize = bytes[trailer + 7] as number
    if (!isSize(this.#offsetSize) || !isSize(this.#refSize)) fail('no sizes of its numbers')
    this.#count = this.#unsigned(trailer + 8, 8)
    this.#table = this.#unsigned(trailer + 24, 8)
    if (this.#table + this.#count * this.#offsetSize > trailer) fail('a table beyond its end')
  }

  top(): PropertyValue {
    return this.#object(this.#unsigned(this.#bytes.length - TRAILER_SIZE + 16, 8), 0)
  }

  #object(index: number, depth: number): PropertyValue {
    if (index >= this.#count) fail(`no object ${index}`)
    if (depth > MOST_DEPTH) fail('too deep')
    if (this.#left-- <= 0) fail('too many values')
    const at = this.#unsigned(this.#table + index * this.#offsetSize, this.#offsetSize)
    this.#need(at, 1)
    const marker = this.#bytes[at] as number
    const low = marker & 0x0f
    switch (marker >> 4) {
      case 0x0:
        return marker === 0x08 || marker === 0x09 ? marker === 0x09 : fail('an empty value')
      case 0x1:
        return this.#integer(at + 1, 1 << low)
      case 0x2:
        return this.#real(at + 1, low)
      case 0x3:
        return { epochMs: (this.#real(at + 1, 3) + APPLE_EPOCH_SECONDS) * 1000 }
      case 0x4:
        return Buffer.from(this.#span(at, low, 1))
      case 0x5:
        return cleanText(this.#span(at, low, 1).toString('latin1'))
      case 0x6:
        return cleanText(
          Buffer.from(this.#span(at, low, 2))
            .swap16()
            .toString('utf16le'),
        )
      case 0xa:
        return this.#refs(this.#span(at, low, this.#refSize)).map((each) =>
          this.#object(each, depth + 1),
        )
      case 0xd:
        return this.#dictionary(this.#span(at, low, this.#refSize * 2), depth)
      default:
        return fail(`a value of kind ${marker >> 4}`)
    }
  }

  #dictionary(span: Buffer, depth: number): PropertyValue {
    const refs = this.#refs(span)
    const half = refs.length / 2
    const entries = new Map<string, PropertyValue>()
    for (let i = 0; i < half; i++) {
      const key = this.#object(refs[i] as number, depth + 1)
      if (typeof key !== 'string') fail('a key that is no text')
      entries.set(key, this.#object(refs[half + i] as number, depth + 1))
    }
    return entries
  }

  /** The bytes behind a marker whose low half is their number, or 15 and a number behind it. */
  #span(at: number, low: number, size: number): Buffer {
    let [start, count] = [at + 1, low]
    if (low === 0x0f) {
      this.#need(start, 1)
      const marker = this.#bytes[start] as number
      if (marker >> 4 !== 1 || (marker & 0x0f) > 3) fail('a length that is no number')
      const width = 1 << (marker & 0x0f)
      count = this.#unsigned(start + 1, width)
      start += 1 + width
    }
    this.#need(start, count * size)
    return this.#bytes.subarray(start, start + count * size)
  }

  #refs(span: Buffer): number[] {
    const count = span.length / this.#refSize
    return Array.from({ length: count }, (_, i) =>
      span.readUIntBE(i * this.#refSize, this.#refSize),
    )
  }

  /** One, two and four bytes have no sign; of sixteen the last eight count. */
  #integer(at: number, width: number): number {
    if (width > 16) fail('a number of too many bytes')
    this.#need(at, width)
    if (width < 8) return this.#bytes.readUIntBE(at, width)
    const value = this.#bytes.readBigInt64BE(at + width - 8)
    return Number(width === 16 ? BigInt.asUintN(64, value) : value)
  }

  #real(at: number, low: number): number {
    if (low !== 2 && low !== 3) fail('a number of another size')
    this.#need(at, 1 << low)
    return low === 2 ? this.#bytes.readFloatBE(at) : this.#bytes.readDoubleBE(at)
  }

  #unsigned(at: number, width: number): number {
    this.#need(at, width)
    if (width <= 6) return this.#bytes.readUIntBE(at, width)
    return Number(this.#bytes.readBigUInt64BE(at + width - 8))
  }

  #need(at: number, length: number): void {
    if (at + length > this.#bytes.length) fail('bytes beyond its end')
  }
}

const isSize = (size: number): boolean => size >= 1 && size <= 6

function fail(what: string): never {
  throw new ProcParseError('property list', what)
}
