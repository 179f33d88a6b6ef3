import type { AtaCommand, AtaResult, DriveAnswer } from '../../drives/drive-door.ts'
import { BLOCK_BYTES } from '../../drives/sg-io.ts'

// Source: STORAGE_PROPERTY_QUERY, STORAGE_PROTOCOL_SPECIFIC_DATA and STORAGE_PROTOCOL_DATA_DESCRIPTOR of ntddstor.h.
const DEVICE_PROTOCOL_SPECIFIC = 50
const NVME = 3
const LOG_PAGE = 2
const SPECIFIC_AT = 8
const SPECIFIC_BYTES = 40
const HEAD_BYTES = SPECIFIC_AT + SPECIFIC_BYTES

/** The question of IOCTL_STORAGE_QUERY_PROPERTY for a log page, with room for the answer in the same place. */
export function logPageQuery(page: number, length: number): Buffer {
  const query = Buffer.alloc(HEAD_BYTES + length)
  const fields = [DEVICE_PROTOCOL_SPECIFIC, 0, NVME, LOG_PAGE, page, 0, SPECIFIC_BYTES, length]
  for (const [index, value] of fields.entries()) query.writeUInt32LE(value, index * 4)
  return query
}

/** The page in the answer; null when it is not all there. */
export function logPageIn(answer: Buffer, length: number): Buffer | null {
  if (answer.length < HEAD_BYTES) return null
  // Version and size are both that of the descriptor; a driver that gives another one means something else.
  if (answer.readUInt32LE(0) !== HEAD_BYTES || answer.readUInt32LE(4) !== HEAD_BYTES) return null
  const offset = answer.readUInt32LE(SPECIFIC_AT + 16)
  const told = answer.readUInt32LE(SPECIFIC_AT + 20)
  const start = SPECIFIC_AT + offset
  if (offset < SPECIFIC_BYTES || told < length || start + length > answer.length) return null
  return answer.subarray(start, start + length)
}

// Source: ATA_PASS_THROUGH_EX of ntddscsi.h, 64-bit layout.
const ATA_BYTES = 48
const BEFORE_AT = 32
const NOW_AT = 40
const FLAG = { readyRequired: 0x1, dataIn: 0x2, extended: 0x8 } as const
/** Bits that older drives want set, and the one that says that the address is a block's. */
const DEVICE = { old: 0xa0, block: 0x40 } as const
/** Bits of the ATA status: an error, or a fault of the device. */
const ATA_FAILED = 0x21

/** IOCTL_ATA_PASS_THROUGH: the command, and room for what it answers behind it. */
export function ataRequest(
  { command, feature = 0, lba = 0, extended = false, blocks = 0 }: AtaCommand,
  timeoutSeconds: number,
): Buffer {
  const dataBytes = blocks * BLOCK_BYTES
  const request = Buffer.alloc(ATA_BYTES + dataBytes)
  const byte = (at: number) => Math.floor(lba / 2 ** (8 * at)) & 0xff
  const flags =
    (dataBytes > 0 ? FLAG.dataIn : 0) | (extended ? FLAG.extended : 0) | FLAG.readyRequired
  request.writeUInt16LE(ATA_BYTES, 0)
  request.writeUInt16LE(flags, 2)
  request.writeUInt32LE(dataBytes, 8)
  request.writeUInt32LE(timeoutSeconds, 12)
  request.writeBigUInt64LE(dataBytes > 0 ? BigInt(ATA_BYTES) : 0n, 24)
  if (extended) request.set([0, 0, byte(3), byte(4), byte(5)], BEFORE_AT)
  const device = extended ? DEVICE.old | DEVICE.block : DEVICE.old | (byte(3) & 0x0f)
  request.set([feature, blocks, byte(0), byte(1), byte(2), device, command], NOW_AT)
  return request
}

/** What Windows has written into a request that is through. */
export function ataResult(request: Buffer): DriveAnswer<AtaResult> {
  const register = (index: number) => request.readUInt8(NOW_AT + index)
  const registers = {
    error: register(0),
    count: register(1),
    lbaLow: register(2),
    lbaMid: register(3),
    lbaHigh: register(4),
    status: register(6),
  }
  if ((registers.status & ATA_FAILED) !== 0) return { kind: 'refused' }
  return { kind: 'ok', value: { data: request.subarray(ATA_BYTES), registers } }
}
