/** Milliseconds from 1601, where FILETIME begins, to 1970. */
const EPOCH_MS = 11_644_473_600_000
const LOW = 0x1_0000_0000

/** An interval in units of 100 ns, exact up to 28 years. */
export const intervalAt = (bytes: Buffer, at: number): number =>
  bytes.readUInt32LE(at + 4) * LOW + bytes.readUInt32LE(at)

/** An instant as epoch milliseconds; null for 0, which stands for none. */
export function instantAt(bytes: Buffer, at: number): number | null {
  const time = intervalAt(bytes, at)
  return time === 0 ? null : time / 10_000 - EPOCH_MS
}

/** An instant as hexadecimal digits, exact: a number cannot hold it. */
export const instantMarkAt = (bytes: Buffer, at: number): string =>
  bytes.readBigUInt64LE(at).toString(16)
