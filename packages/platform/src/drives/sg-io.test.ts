import { describe, expect, test } from 'vitest'
import { ATA, readLog } from './ata-commands.ts'
import { decodeRegisters, passThrough, resultOf, sgRequest } from './sg-io.ts'

const AT = 0x7f00_1000_0000n
const request = (blocks: boolean) =>
  sgRequest(blocks ? ATA.identify : ATA.checkPowerMode, () => AT, 5000)

describe('the SCSI command around an ATA one', () => {
  test('without data it asks for the registers', () => {
    expect([...passThrough(ATA.checkPowerMode)]).toEqual([
      0x85, 0x06, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xe5, 0,
    ])
    expect([...passThrough(ATA.smartReturnStatus)]).toEqual([
      0x85, 0x06, 0x20, 0, 0xda, 0, 0, 0, 0, 0, 0x4f, 0, 0xc2, 0, 0xb0, 0,
    ])
  })

  test('with data it says how many blocks come from the drive', () => {
    expect([...passThrough(ATA.smartReadData)]).toEqual([
      0x85, 0x08, 0x0e, 0, 0xd0, 0, 1, 0, 0, 0, 0x4f, 0, 0xc2, 0, 0xb0, 0,
    ])
  })

  test('a page of a log needs the registers of 48-bit commands', () => {
    expect([...passThrough(readLog(0x04, 0x0107))]).toEqual([
      0x85, 0x09, 0x0e, 0, 0, 0, 1, 0, 4, 0, 7, 0, 1, 0, 0x2f, 0,
    ])
  })
})

test('the header points into its own memory, and at no data where there is none', () => {
  const bytes = request(true)
  expect(bytes.length).toBe(88 + 16 + 32 + 512)
  expect(bytes.readInt32LE(0)).toBe(0x53)
  expect(bytes.readInt32LE(4)).toBe(-3)
  expect([bytes.readUInt8(8), bytes.readUInt8(9)]).toEqual([16, 32])
  expect(bytes.readUInt32LE(12)).toBe(512)
  expect(bytes.readBigUInt64LE(16)).toBe(AT + 136n)
  expect(bytes.readBigUInt64LE(24)).toBe(AT + 88n)
  expect(bytes.readBigUInt64LE(32)).toBe(AT + 104n)
  expect(bytes.readUInt32LE(40)).toBe(5000)
  const none = request(false)
  expect([none.readInt32LE(4), none.readUInt32LE(12), none.readBigUInt64LE(16)]).toEqual([
    -1,
    0,
    0n,
  ])
})

/** As libata fills it in for a command that went well and was to hand its registers back. */
const DESCRIPTOR = Buffer.from('7201001d0000000e090c000000000000004f00c20050', 'hex')

interface Ending {
  status?: number
  host?: number
  sense?: Buffer
}
function ended({ status = 0, host = 0, sense = Buffer.alloc(0) }: Ending): Buffer {
  const bytes = request(true)
  bytes.writeUInt8(status, 64)
  bytes.writeUInt8(sense.length, 67)
  bytes.writeUInt16LE(host, 68)
  sense.copy(bytes, 104)
  bytes.fill(7, 136)
  return bytes
}

describe('what the kernel wrote', () => {
  test('registers come in sense data of either format', () => {
    const expected = { error: 0, count: 0, lbaLow: 0, lbaMid: 0x4f, lbaHigh: 0xc2, status: 0x50 }
    expect(decodeRegisters(DESCRIPTOR)).toEqual(expected)
    const fixed = Buffer.from('f0000100500000000a004fc2001d0000', 'hex')
    expect(decodeRegisters(fixed)).toEqual(expected)
    expect(decodeRegisters(Buffer.from('f0000500000000000a00000020000000', 'hex'))).toBe(null)
  })

  test('a command that went well gives its data', () => {
    expect(resultOf(ended({}))).toMatchObject({ kind: 'ok', value: { registers: null } })
    const given = resultOf(ended({ status: 2, sense: DESCRIPTOR }))
    expect(given).toMatchObject({ kind: 'ok', value: { registers: { lbaMid: 0x4f } } })
    expect(given.kind === 'ok' && given.value.data.equals(Buffer.alloc(512, 7))).toBe(true)
  })

  test('a drive that aborts the command, and a driver that does not know it, refuse', () => {
    const aborted = Buffer.from(DESCRIPTOR)
    aborted.writeUInt8(0x51, 21)
    expect(resultOf(ended({ status: 2, sense: aborted }))).toEqual({ kind: 'refused' })
    const illegal = Buffer.from('70000500000000000a00000020000000', 'hex')
    expect(resultOf(ended({ status: 2, sense: illegal }))).toEqual({ kind: 'refused' })
  })

  test('a controller that gave up, and any other end, is a failure', () => {
    expect(resultOf(ended({ host: 3 }))).toEqual({ kind: 'failed' })
    expect(resultOf(ended({ status: 8 }))).toEqual({ kind: 'failed' })
    expect(resultOf(ended({ status: 2 }))).toEqual({ kind: 'failed' })
  })
})
