/** Milliseconds from 1601, where FILETIME begins, to 1970. */
const EPOCH_MS = 11_644_473_600_000
const LOW = 0x1_0000_0000

/** An interval in units of 100 ns, exact up to 28 years. */
export const intervalAt = (bytes: Buffer, at: number): number =>
  bytes.readUInt32LE(at + 4) * LOW + bytes.readUInt32LE(at)

/** An instant as epoch milliseconds, from its two halves; null for 0, which stands for none. */
export function instantOf(low: number, high: number): number | null {
  const time = high * LOW + low
  return time === 0 ? null : time / 10_000 - EPOCH_MS
}

export const instantAt = (bytes: Buffer, at: number): number | null =>
  instantOf(bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4))

/** An instant as hexadecimal digits, exact: a number cannot hold it. */
export const markOf = (low: number, high: number): string =>
  ((BigInt(high) << 32n) | BigInt(low)).toString(16)
