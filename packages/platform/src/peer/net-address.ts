import { isIPv6 } from 'node:net'

/**
 * The 16 bytes of an address in network order, IPv4 in its mapped form `::ffff:a.b.c.d`; `null` for anything else.
 * Node writes remote addresses in their canonical form, with at most one `::` and perhaps a zone.
 */
export function addressBytes(address: string): Buffer | null {
  const mapped = /^(?:::ffff:)?(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1]
  if (mapped !== undefined) return v4Bytes(mapped)
  const [bare = ''] = address.split('%')
  return isIPv6(bare) && !bare.includes('.') ? v6Bytes(bare) : null
}

function v4Bytes(text: string): Buffer | null {
  const parts = text.split('.').map(Number)
  if (parts.some((part) => part > 255)) return null
  return Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...parts])
}

function v6Bytes(text: string): Buffer {
  const [head = '', tail] = text.split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':'))
  const left = groups(head)
  const right = tail === undefined ? [] : groups(tail)
  const bytes = Buffer.alloc(16)
  const write = (group: string, index: number) =>
    bytes.writeUInt16BE(Number.parseInt(group, 16), index * 2)
  left.forEach((group, index) => write(group, index))
  right.forEach((group, index) => write(group, 8 - right.length + index))
  return bytes
}

/** True for the mapped form of an IPv4 address. */
export function isMappedV4(bytes: Buffer): boolean {
  return bytes.readUInt32BE(8) === 0xffff && bytes.readBigUInt64BE(0) === 0n
}

/** Text of an address of 4 or 16 bytes in network order: the shortest form, an IPv4 address in its mapped form as IPv4. */
export function addressText(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.')
  return isMappedV4(bytes) ? bytes.subarray(12).join('.') : v6Text(bytes)
}

/** Source: RFC 5952. */
function v6Text(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16))
  const runs = groups.join(':').match(/(?:^|:)0(?::0)+(?=:|$)/g) ?? []
  const longest = runs.toSorted((a, b) => b.length - a.length)[0]
  const whole = groups.join(':')
  if (longest === undefined) return whole
  const at = whole.indexOf(longest)
  const before = whole.slice(0, at)
  const after = whole.slice(at + longest.length).replace(/^:/, '')
  return `${before}::${after}`
}
