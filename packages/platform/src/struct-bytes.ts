/** For tests: bytes as a table of a structure says, written with the same offsets as the system's headers have. */

export type Field =
  | readonly [at: number, kind: 'u8' | 'u16' | 'u32' | 'i32', value: number]
  | readonly [at: number, kind: 'u64' | 'i64', value: bigint]
  | readonly [at: number, kind: 'double', value: number]
  | readonly [at: number, kind: 'wide' | 'text', value: string]

export function bytesOf(size: number, fields: readonly Field[]): Buffer {
  const bytes = Buffer.alloc(size)
  for (const [at, kind, value] of fields) {
    switch (kind) {
      case 'u8':
        bytes.writeUInt8(value, at)
        break
      case 'u16':
        bytes.writeUInt16LE(value, at)
        break
      case 'u32':
        bytes.writeUInt32LE(value, at)
        break
      case 'i32':
        bytes.writeInt32LE(value, at)
        break
      case 'u64':
        bytes.writeBigUInt64LE(value, at)
        break
      case 'i64':
        bytes.writeBigInt64LE(value, at)
        break
      case 'double':
        bytes.writeDoubleLE(value, at)
        break
      case 'wide':
        bytes.write(value, at, 'utf16le')
        break
      case 'text':
        bytes.write(value, at, 'latin1')
        break
    }
  }
  return bytes
}
