/**
 * Values of D-Bus, little endian. Source: D-Bus Specification, "Type system" and "Marshaling".
 *
 *   strings, paths, signatures: string · numbers of every size: number · b: boolean · arrays and structs: arrays
 *   a{…}: Map · v: the value in it
 */
export type DBusValue = string | number | boolean | readonly DBusValue[] | Map<DBusValue, DBusValue>

/** A string that was asked for; empty where there is another value. */
export const textOf = (value: DBusValue | undefined): string =>
  typeof value === 'string' ? value : ''

export class DBusFormatError extends Error {
  override readonly name = 'DBusFormatError'
}

/** Nesting deeper than the specification allows is an attack or an accident. */
const MOST_NESTED = 64

const ALIGNMENT: Record<string, number> = {
  y: 1,
  b: 4,
  n: 2,
  q: 2,
  i: 4,
  u: 4,
  x: 8,
  t: 8,
  d: 8,
  s: 4,
  o: 4,
  g: 1,
  a: 4,
  '(': 8,
  '{': 8,
  v: 1,
  h: 4,
}

function alignmentOf(type: string): number {
  const alignment = ALIGNMENT[type[0] ?? '']
  if (alignment === undefined) throw new DBusFormatError(`no type is written as "${type}"`)
  return alignment
}

/** Splits a signature into complete types: `sa{sv}u` → `s`, `a{sv}`, `u`. */
export function splitSignature(signature: string): string[] {
  const types: string[] = []
  for (let at = 0; at < signature.length;) {
    const end = endOfType(signature, at)
    types.push(signature.slice(at, end))
    at = end
  }
  return types
}

function endOfType(signature: string, at: number, depth = 0): number {
  if (depth > MOST_NESTED) throw new DBusFormatError('a signature nests too deep')
  const first = signature[at]
  if (first === 'a') return endOfType(signature, at + 1, depth + 1)
  if (first !== '(' && first !== '{') {
    alignmentOf(first ?? '')
    return at + 1
  }
  const close = first === '(' ? ')' : '}'
  let next = at + 1
  while (signature[next] !== close) next = endOfType(signature, next, depth + 1)
  return next + 1
}

export class DBusReader {
  readonly #bytes: Buffer
  #at: number

  constructor(bytes: Buffer, at = 0) {
    this.#bytes = bytes
    this.#at = at
  }

  get position(): number {
    return this.#at
  }

  align(to: number): void {
    this.#at = Math.ceil(this.#at / to) * to
  }

  readAll(signature: string): DBusValue[] {
    return splitSignature(signature).map((type) => this.read(type))
  }

  read(type: string, depth = 0): DBusValue {
    if (depth > MOST_NESTED) throw new DBusFormatError('a value nests too deep')
    this.align(alignmentOf(type))
    switch (type[0] ?? '') {
      case 'y':
        return this.#bytes.readUInt8(this.#take(1))
      case 'b':
        return this.#bytes.readUInt32LE(this.#take(4)) !== 0
      case 'n':
        return this.#bytes.readInt16LE(this.#take(2))
      case 'q':
        return this.#bytes.readUInt16LE(this.#take(2))
      case 'i':
        return this.#bytes.readInt32LE(this.#take(4))
      case 'u':
      case 'h':
        return this.#bytes.readUInt32LE(this.#take(4))
      case 'x':
        return Number(this.#bytes.readBigInt64LE(this.#take(8)))
      case 't':
        return Number(this.#bytes.readBigUInt64LE(this.#take(8)))
      case 'd':
        return this.#bytes.readDoubleLE(this.#take(8))
      case 's':
      case 'o':
        return this.#text(this.#bytes.readUInt32LE(this.#take(4)))
      case 'g':
        return this.#text(this.#bytes.readUInt8(this.#take(1)))
      case 'a':
        return this.#array(type.slice(1), depth)
      case '(':
        return splitSignature(type.slice(1, -1)).map((member) => this.read(member, depth + 1))
      case 'v': {
        const [inner, more] = splitSignature(this.#text(this.#bytes.readUInt8(this.#take(1))))
        if (inner === undefined || more !== undefined)
          throw new DBusFormatError('a variant holds one value')
        return this.read(inner, depth + 1)
      }
      default:
        throw new DBusFormatError(`a value of type "${type}" stands alone`)
    }
  }

  #array(member: string, depth: number): DBusValue {
    const length = this.#bytes.readUInt32LE(this.#take(4))
    this.align(alignmentOf(member))
    const end = this.#at + length
    if (end > this.#bytes.length) throw new DBusFormatError('an array is longer than its message')
    if (member[0] === '{') return this.#entries(member, end, depth)
    const values: DBusValue[] = []
    while (this.#at < end) values.push(this.read(member, depth + 1))
    return values
  }

  #entries(member: string, end: number, depth: number): DBusValue {
    const [keyType, valueType] = splitSignature(member.slice(1, -1))
    if (keyType === undefined || valueType === undefined)
      throw new DBusFormatError('an entry has a key and a value')
    const entries = new Map<DBusValue, DBusValue>()
    while (this.#at < end) {
      this.align(8)
      const key = this.read(keyType, depth + 1)
      entries.set(key, this.read(valueType, depth + 1))
    }
    return entries
  }

  #text(length: number): string {
    const from = this.#take(length + 1) // a zero stands behind it
    return this.#bytes.toString('utf8', from, from + length)
  }

  #take(length: number): number {
    const from = this.#at
    if (from + length > this.#bytes.length) throw new DBusFormatError('a message ends too early')
    this.#at = from + length
    return from
  }
}

/** Writes what calls of ours need: `s o g u b`, arrays of them, and empty dictionaries. */
export class DBusWriter {
  readonly #chunks: Buffer[] = []
  #length = 0

  align(to: number): void {
    this.bytes(Buffer.alloc(Math.ceil(this.#length / to) * to - this.#length))
  }

  bytes(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#length += chunk.length
  }

  writeAll(signature: string, values: readonly DBusValue[]): void {
    for (const [index, type] of splitSignature(signature).entries()) {
      this.write(type, values[index] as DBusValue)
    }
  }

  write(type: string, value: DBusValue): void {
    this.align(alignmentOf(type))
    switch (type[0] ?? '') {
      case 'u':
      case 'b':
        return this.#uint32(Number(value))
      case 's':
      case 'o':
        return this.#text(textOf(value), 4)
      case 'g':
        return this.#text(textOf(value), 1)
      case 'a':
        return this.#array(type.slice(1), value as readonly DBusValue[])
      default:
        throw new DBusFormatError(`no call of ours sends a "${type}"`)
    }
  }

  toBuffer(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  #uint32(value: number): void {
    const chunk = Buffer.alloc(4)
    chunk.writeUInt32LE(value)
    this.bytes(chunk)
  }

  #text(text: string, lengthBytes: 1 | 4): void {
    const bytes = Buffer.from(text)
    if (lengthBytes === 4) this.#uint32(bytes.length)
    else this.bytes(Buffer.of(bytes.length))
    this.bytes(bytes)
    this.bytes(Buffer.of(0))
  }

  #array(member: string, values: readonly DBusValue[]): void {
    const inner = new DBusWriter()
    // What stands in an array is aligned to the message; after its length all members of ours are.
    for (const value of values) inner.write(member, value)
    const bytes = inner.toBuffer()
    this.#uint32(bytes.length)
    this.align(alignmentOf(member)) // also before none
    this.bytes(bytes)
  }
}
