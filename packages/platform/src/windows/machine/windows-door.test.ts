import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ATA, readLog } from '../../drives/ata-commands.ts'
import { askAta, askNvme } from '../../drives/ask-drive.ts'
import type { OpenDrive } from '../../drives/drive-door.ts'
import { identifyBlock, nvmePage, smartBlocks } from '../../drives/drive-rig.ts'
import { bytesOf } from '../../struct-bytes.ts'
import { ataRequest, ataResult, logPageIn, logPageQuery } from './drive-requests.ts'
import { windowsDoor, type DriveCalls } from './windows-door.ts'

const PAGE = 512
const ERROR = { invalidFunction: 1, denied: 5, ioDevice: 1117, timeout: 121, gone: 2 } as const

describe('the question for a log page of NVMe', () => {
  test('is the one of ntddstor.h', () => {
    const query = logPageQuery(0x02, PAGE)
    expect(query.length).toBe(48 + PAGE)
    // Property 50, standard; NVMe, log page 2 of the whole, 40 bytes on, 512 bytes long.
    const words = Array.from({ length: 12 }, (_, index) => query.readUInt32LE(index * 4))
    expect(words).toEqual([50, 0, 3, 2, 2, 0, 40, PAGE, 0, 0, 0, 0])
  })

  const answer = (page: Buffer, { size = 48, offset = 40, length = PAGE } = {}) =>
    Buffer.concat([
      bytesOf(48, [
        [0, 'u32', size],
        [4, 'u32', size],
        [24, 'u32', offset],
        [28, 'u32', length],
      ]),
      page,
    ])
  test('has its page in the answer, where the answer says', () => {
    expect(logPageIn(answer(nvmePage()), PAGE)).toEqual(nvmePage())
    const later = answer(Buffer.concat([Buffer.alloc(8), nvmePage()]), { offset: 48 })
    expect(logPageIn(later, PAGE)).toEqual(nvmePage())
  })
  test.each([
    ['of another structure', answer(nvmePage(), { size: 40 })],
    ['that is cut off', answer(nvmePage()).subarray(0, 500)],
    ['that is too short', answer(nvmePage(), { length: 64 })],
    ['that points before its own head', answer(nvmePage(), { offset: 8 })],
    ['that points behind its end', answer(nvmePage(), { offset: 100 })],
  ])('an answer %s holds no page', (_, bytes) => {
    expect(logPageIn(bytes, PAGE)).toBe(null)
  })
  test('no bytes make it fail', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        expect([null, PAGE]).toContain(logPageIn(Buffer.from(bytes), PAGE)?.length ?? null)
      }),
    )
  })
})

describe('an ATA command in the structure of ntddscsi.h', () => {
  test('without data only the registers come back', () => {
    const request = ataRequest(ATA.smartReturnStatus, 5)
    expect(request.length).toBe(48)
    expect([request.readUInt16LE(0), request.readUInt16LE(2)]).toEqual([48, 0x1])
    expect([request.readUInt32LE(8), request.readUInt32LE(12)]).toEqual([0, 5])
    expect(request.readBigUInt64LE(24)).toBe(0n)
    expect([...request.subarray(40)]).toEqual([0xda, 0, 0x00, 0x4f, 0xc2, 0xa0, 0xb0, 0])
  })
  test('with data there is room behind it', () => {
    const request = ataRequest(ATA.identify, 5)
    expect(request.length).toBe(48 + PAGE)
    expect([request.readUInt16LE(2), request.readUInt32LE(8)]).toEqual([0x3, PAGE])
    expect(request.readBigUInt64LE(24)).toBe(48n)
    expect([...request.subarray(40, 48)]).toEqual([0, 1, 0, 0, 0, 0xa0, 0xec, 0])
  })
  test('of 48 bits has its upper half in the registers before', () => {
    const request = ataRequest({ ...readLog(0x04, 7), lba: 0x0605_0403_0201 }, 5)
    expect(request.readUInt16LE(2)).toBe(0x1 | 0x2 | 0x8)
    expect([...request.subarray(32, 40)]).toEqual([0, 0, 4, 5, 6, 0, 0, 0])
    expect([...request.subarray(40, 48)]).toEqual([0, 1, 1, 2, 3, 0xe0, 0x2f, 0])
  })
  test('that the drive refuses says so in its status', () => {
    const request = ataRequest(ATA.identify, 5)
    request.writeUInt8(0x51, 46)
    expect(ataResult(request)).toEqual({ kind: 'refused' })
  })
})

/** A drive that answers as the driver of Windows does; `errors` by access and control code. */
function fakeCalls(
  answers: (code: number, bytes: Buffer) => void,
  { open = {}, control = 0 }: { open?: Record<number, number>; control?: number } = {},
) {
  const held = new Set<number>()
  const opened: [string, number][] = []
  const calls: DriveCalls = {
    open(name, access) {
      opened.push([name, access])
      const error = open[access]
      if (error !== undefined) return { error }
      held.add(opened.length)
      return { handle: opened.length }
    },
    async control(_, code, bytes) {
      if (control === 0) answers(code, bytes)
      return control
    },
    close: (handle) => void held.delete(handle),
  }
  return { calls, opened, held }
}

async function openedBy(calls: DriveCalls): Promise<OpenDrive> {
  const drive = await windowsDoor(calls)?.open('PhysicalDrive0')
  if (drive == null) throw new Error('no drive')
  return drive
}

test('an NVMe drive tells its health to everybody, if Windows lets it', async () => {
  const {
    calls,
    opened: names,
    held,
  } = fakeCalls((code, bytes) => {
    expect(code).toBe(0x2d_1400)
    bytes.writeUInt32LE(48, 0)
    bytes.writeUInt32LE(48, 4)
    nvmePage().copy(bytes, 48)
    bytes.writeUInt32LE(40, 24)
    bytes.writeUInt32LE(PAGE, 28)
  })
  const drive = await openedBy(calls)
  expect(await askNvme(drive)).toMatchObject({ state: 'told', facts: { powerOnHours: 9001 } })
  expect(names).toEqual([['\\\\.\\PhysicalDrive0', 0]])
  await drive.close()
  expect(held.size).toBe(0)
})

test('a SATA drive is asked by commands of its own, with a handle that an administrator has', async () => {
  const { data, limits } = smartBlocks([{ id: 9, raw: 1234 }])
  const commands: number[] = []
  const {
    calls,
    opened: names,
    held,
  } = fakeCalls((code, bytes) => {
    expect(code).toBe(0x4_d02c)
    const [feature = 0, command = 0] = [bytes[40], bytes[46]]
    commands.push(command)
    bytes.writeUInt8(0x50, 46)
    if (command === 0xe5) bytes.writeUInt8(0xff, 41)
    if (command === 0xec) identifyBlock().copy(bytes, 48)
    if (command === 0xb0 && feature === 0xd0) data.copy(bytes, 48)
    if (command === 0xb0 && feature === 0xd1) limits.copy(bytes, 48)
  })
  const drive = await openedBy(calls)
  expect(await askAta(drive, true)).toMatchObject({
    state: 'told',
    facts: { passed: true, powerOnHours: 1234 },
  })
  expect(commands[0], 'first whether it sleeps').toBe(0xe5)
  expect(names).toEqual([['\\\\.\\PhysicalDrive0', 0xc000_0000]])
  await drive.close()
  expect(held.size).toBe(0)
})

test.each([
  ['denied', { open: { 0xc000_0000: ERROR.denied, 0: ERROR.denied } }, 'not_permitted'],
  ['gone', { open: { 0xc000_0000: ERROR.gone, 0: ERROR.gone } }, 'failed'],
  [
    'of a driver that does not know the question',
    { control: ERROR.invalidFunction },
    'not_reported',
  ],
  ['aborted by the drive', { control: ERROR.ioDevice }, 'not_reported'],
  ['late', { control: ERROR.timeout }, 'failed'],
] as const)('what is %s has its own word', async (_, errors, state) => {
  const drive = await openedBy(fakeCalls(() => {}, errors).calls)
  expect(await askNvme(drive)).toEqual({ state })
  expect(await askAta(drive, false)).toEqual({ state })
  await drive.close()
})

test('without the calls there is no way', () => {
  expect(windowsDoor(null)).toBe(null)
})
