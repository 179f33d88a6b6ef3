/**
 * Whether somebody switched a start off. Source: values under
 * `Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved`, 12 bytes: a number whose lowest bit is set for
 * off, and the instant it was switched off, as Explorer and the Task Manager write them. No value: it is on.
 */
export function parseApproval(bytes: Buffer | null): 'enabled' | 'disabled' {
  return bytes !== null && bytes.length > 0 && (bytes.readUInt8(0) & 1) === 1
    ? 'disabled'
    : 'enabled'
}

const ON = 0x02
const OFF = 0x03
/** 100 ns from 1601 to 1970, and in a millisecond. */
const EPOCH = 116_444_736_000_000_000n
const IN_A_MILLISECOND = 10_000n

/** What Explorer would write. @param nowMs epoch milliseconds */
export function approvalBytes(action: 'enable' | 'disable', nowMs: number): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt32LE(action === 'enable' ? ON : OFF, 0)
  if (action === 'disable')
    bytes.writeBigUInt64LE(EPOCH + BigInt(Math.round(nowMs)) * IN_A_MILLISECOND, 4)
  return bytes
}
