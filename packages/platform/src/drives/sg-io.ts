import type { AtaCommand, AtaRegisters, AtaResult, DriveAnswer } from './drive-door.ts'

/** Source: scsi/sg.h, 64-bit layout. */
export const SG_IO = 0x2285
export const BLOCK_BYTES = 512

/** One piece of memory for the header, the command, the sense data and the answer: none can be freed before the others. */
const COMMAND_AT = 88
const COMMAND_BYTES = 16
const SENSE_AT = COMMAND_AT + COMMAND_BYTES
const SENSE_BYTES = 32
const DATA_AT = SENSE_AT + SENSE_BYTES

const NO_DATA = -1
const FROM_DEVICE = -3
const ATA_PASS_THROUGH_16 = 0x85
const PROTOCOL = { nonData: 3, pioIn: 4 } as const

/** The SCSI command that carries an ATA one. Source: SAT-4, ATA PASS-THROUGH (16). */
export function passThrough({
  command,
  feature = 0,
  lba = 0,
  extended = false,
  blocks = 0,
}: AtaCommand): Buffer {
  const byte = (at: number) => Math.floor(lba / 2 ** (8 * at)) & 0xff
  const protocol = blocks > 0 ? PROTOCOL.pioIn : PROTOCOL.nonData
  return Buffer.from([
    ATA_PASS_THROUGH_16,
    (protocol << 1) | Number(extended),
    // With data: from the device, as many blocks as the count says. Without: hand the registers back.
    blocks > 0 ? 0x0e : 0x20,
    0,
    feature,
    0,
    blocks,
    byte(3),
    byte(0),
    byte(4),
    byte(1),
    byte(5),
    byte(2),
    0,
    command,
    0,
  ])
}

/** `struct sg_io_hdr` with what it points at. `addressOf` tells where the memory lies. */
export function sgRequest(
  command: AtaCommand,
  addressOf: (bytes: Buffer) => bigint,
  timeoutMs: number,
): Buffer {
  const dataBytes = (command.blocks ?? 0) * BLOCK_BYTES
  const request = Buffer.alloc(DATA_AT + dataBytes)
  const address = addressOf(request)
  request.writeInt32LE('S'.charCodeAt(0), 0)
  request.writeInt32LE(dataBytes > 0 ? FROM_DEVICE : NO_DATA, 4)
  request.writeUInt8(COMMAND_BYTES, 8)
  request.writeUInt8(SENSE_BYTES, 9)
  request.writeUInt32LE(dataBytes, 12)
  request.writeBigUInt64LE(dataBytes > 0 ? address + BigInt(DATA_AT) : 0n, 16)
  request.writeBigUInt64LE(address + BigInt(COMMAND_AT), 24)
  request.writeBigUInt64LE(address + BigInt(SENSE_AT), 32)
  request.writeUInt32LE(timeoutMs, 40)
  passThrough(command).copy(request, COMMAND_AT)
  return request
}

const GOOD = 0x00
const CHECK_CONDITION = 0x02
const ILLEGAL_REQUEST = 0x05
/** Bits of the ATA status: an error, or a fault of the device. */
const ATA_FAILED = 0x21

/** What the kernel has written into a request that is through. */
export function resultOf(request: Buffer): DriveAnswer<AtaResult> {
  const status = request.readUInt8(64)
  const hostStatus = request.readUInt16LE(68)
  if (hostStatus !== 0 || (status !== GOOD && status !== CHECK_CONDITION)) return { kind: 'failed' }
  const data = request.subarray(DATA_AT)
  const written = request.subarray(
    SENSE_AT,
    SENSE_AT + Math.min(request.readUInt8(67), SENSE_BYTES),
  )
  const registers = decodeRegisters(written)
  if (registers !== null) {
    const isFailed = (registers.status & ATA_FAILED) !== 0
    return isFailed ? { kind: 'refused' } : { kind: 'ok', value: { data, registers } }
  }
  if (status === GOOD) return { kind: 'ok', value: { data, registers: null } }
  return { kind: senseKey(written) === ILLEGAL_REQUEST ? 'refused' : 'failed' }
}

const isDescriptorFormat = (sense: Buffer) => ((sense[0] ?? 0) & 0x7f) >= 0x72
const senseKey = (sense: Buffer) => (sense[isDescriptorFormat(sense) ? 1 : 2] ?? 0) & 0x0f

/** Additional sense: ATA pass-through information available. */
const hasInformation = (sense: Buffer, at: number) => sense[at] === 0x00 && sense[at + 1] === 0x1d

/** The registers of the drive in sense data of either format; null: they are not in it. Source: SAT-4, SPC-5. */
export function decodeRegisters(sense: Buffer): AtaRegisters | null {
  return isDescriptorFormat(sense) ? fromDescriptor(sense) : fromFixed(sense)
}

function fromDescriptor(sense: Buffer): AtaRegisters | null {
  for (let at = 8; at + 2 <= sense.length; at += 2 + (sense[at + 1] ?? 0)) {
    if (sense[at] !== 0x09 || at + 14 > sense.length) continue
    return {
      error: sense.readUInt8(at + 3),
      count: sense.readUInt8(at + 5),
      lbaLow: sense.readUInt8(at + 7),
      lbaMid: sense.readUInt8(at + 9),
      lbaHigh: sense.readUInt8(at + 11),
      status: sense.readUInt8(at + 13),
    }
  }
  return null
}

function fromFixed(sense: Buffer): AtaRegisters | null {
  if (sense.length < 14 || ((sense[0] ?? 0) & 0x7f) !== 0x70 || !hasInformation(sense, 12)) {
    return null
  }
  return {
    error: sense.readUInt8(3),
    status: sense.readUInt8(4),
    count: sense.readUInt8(6),
    lbaLow: sense.readUInt8(9),
    lbaMid: sense.readUInt8(10),
    lbaHigh: sense.readUInt8(11),
  }
}
