import { endianness } from 'node:os'

// Headers of netlink(7) are in the machine's own byte order; addresses and ports of sockets in the network's.
const LITTLE = endianness() === 'LE'

export function writeU16(bytes: Buffer, value: number, at: number): void {
  if (LITTLE) bytes.writeUInt16LE(value, at)
  else bytes.writeUInt16BE(value, at)
}

export function writeU32(bytes: Buffer, value: number, at: number): void {
  if (LITTLE) bytes.writeUInt32LE(value, at)
  else bytes.writeUInt32BE(value, at)
}

export const readU16 = (bytes: Buffer, at: number): number =>
  LITTLE ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)

export const readU32 = (bytes: Buffer, at: number): number =>
  LITTLE ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)

export const readI32 = (bytes: Buffer, at: number): number =>
  LITTLE ? bytes.readInt32LE(at) : bytes.readInt32BE(at)

/** Counters beyond 2^53 are none that a machine reaches: they read as the nearest number. */
export const readU64 = (bytes: Buffer, at: number): number =>
  Number(LITTLE ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at))
