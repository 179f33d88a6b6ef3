import { expect, test } from 'vitest'
import { koffiOrNull } from '../ffi.ts'
import { ATA } from './ata-commands.ts'
import { linuxDoor, logPageRequest } from './linux-door.ts'

test('the request for a log page holds the command, and the memory behind it', () => {
  const request = logPageRequest(0x02, 512, () => 0x7f00_0000_1000n)
  expect(request.length).toBe(72 + 512)
  expect(request.readUInt8(0)).toBe(0x02)
  expect(request.readUInt32LE(4)).toBe(0xffff_ffff)
  expect(request.readBigUInt64LE(24)).toBe(0x7f00_0000_1000n + 72n)
  expect(request.readUInt32LE(36)).toBe(512)
  expect(request.readUInt32LE(40)).toBe(0x007f_0002)
})

const hasCalls = process.platform === 'linux' && koffiOrNull() !== null

test.runIf(hasCalls)('a device that is no drive refuses both languages', async () => {
  const device = await linuxDoor(koffiOrNull).open('null')
  expect(await device?.nvmeLog(0x02, 512)).toEqual({ kind: 'refused' })
  expect(await device?.ata(ATA.identify)).toEqual({ kind: 'refused' })
  await device?.close()
})

test.runIf(process.platform === 'linux')('without the library there is no way to ask', async () => {
  expect(await linuxDoor(() => null).open('null')).toBe(null)
})
