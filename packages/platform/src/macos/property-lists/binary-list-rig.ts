/** For tests: property lists in Apple's binary form, as CoreFoundation writes them. */
import { isDictionary, type PropertyValue } from './property-value.ts'

/** Plain objects stand for dictionaries. */
export type Written =
  | Exclude<PropertyValue, ReadonlyMap<string, PropertyValue>>
  | bigint
  | { readonly [key: string]: Written }
  | readonly Written[]

export function binaryList(value: Written): Buffer {
  const objects: Buffer[] = []
  const top = add(objects, value)
  const offsets: number[] = []
  let at = 8
  for (const object of objects) {
    offsets.push(at)
    at += object.length
  }
  const table = Buffer.alloc(offsets.length * 4)
  offsets.forEach((offset, index) => table.writeUInt32BE(offset, index * 4))
  const trailer = Buffer.alloc(32)
  trailer[6] = 4
  trailer[7] = 2
  trailer.writeBigUInt64BE(BigInt(objects.length), 8)
  trailer.writeBigUInt64BE(BigInt(top), 16)
  trailer.writeBigUInt64BE(BigInt(at), 24)
  return Buffer.concat([Buffer.from('bplist00'), ...objects, table, trailer])
}

function add(objects: Buffer[], value: Written): number {
  const index = objects.length
  objects.push(Buffer.alloc(0))
  objects[index] = bytesFor(objects, value)
  return index
}

function bytesFor(objects: Buffer[], value: Written): Buffer {
  if (typeof value === 'boolean') return Buffer.from([value ? 9 : 8])
  if (typeof value === 'bigint') return integer(value)
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? integer(BigInt(value)) : real(0x23, value)
  if (typeof value === 'string') return text(value)
  if (Buffer.isBuffer(value)) return Buffer.concat([head(4, value.length), value])
  if (Array.isArray(value)) {
    const refs = (value as readonly Written[]).map((each) => add(objects, each))
    return Buffer.concat([head(0xa, refs.length), refBytes(refs)])
  }
  if (isDictionary(value as PropertyValue)) throw new Error('write dictionaries as objects')
  if ('epochMs' in value) return real(0x33, Number(value['epochMs']) / 1000 - 978_307_200)
  const entries = Object.entries(value as { readonly [key: string]: Written })
  const keys = entries.map(([key]) => add(objects, key))
  const values = entries.map(([, each]) => add(objects, each))
  return Buffer.concat([head(0xd, entries.length), refBytes([...keys, ...values])])
}

function head(kind: number, count: number): Buffer {
  if (count < 15) return Buffer.from([(kind << 4) | count])
  const length = Buffer.alloc(4)
  length[0] = (kind << 4) | 0xf
  length[1] = 0x11
  length.writeUInt16BE(count, 2)
  return length
}

function refBytes(refs: readonly number[]): Buffer {
  const bytes = Buffer.alloc(refs.length * 2)
  refs.forEach((ref, index) => bytes.writeUInt16BE(ref, index * 2))
  return bytes
}

function integer(value: bigint): Buffer {
  if (value >= 0n && value < 256n) return Buffer.from([0x10, Number(value)])
  const bytes = Buffer.alloc(9)
  bytes[0] = 0x13
  bytes.writeBigInt64BE(value, 1)
  return bytes
}

function real(marker: number, value: number): Buffer {
  const bytes = Buffer.alloc(9)
  bytes[0] = marker
  bytes.writeDoubleBE(value, 1)
  return bytes
}

function text(value: string): Buffer {
  // oxlint-disable-next-line no-control-regex -- what ASCII has
  if (/^[\u0000-\u007f]*$/.test(value))
    return Buffer.concat([head(5, value.length), Buffer.from(value, 'latin1')])
  return Buffer.concat([head(6, value.length), Buffer.from(value, 'utf16le').swap16()])
}
