import { expect, test } from 'vitest'
import { decodeMessage, encodeCall } from './dbus-message.ts'
import { DBusFormatError, DBusReader, splitSignature } from './dbus-values.ts'

const CALL = {
  destination: 'org.freedesktop.systemd1',
  path: '/org/freedesktop/systemd1',
  interface: 'org.freedesktop.systemd1.Manager',
  member: 'StartUnit',
  signature: 'ss',
  body: ['nginx.service', 'replace'],
  interactive: true,
}

test('a call says how long it is, and its words stand where the specification wants them', () => {
  const bytes = encodeCall(5, CALL)
  const [bodyLength, serial, fieldLength] = [4, 8, 12].map((at) => bytes.readUInt32LE(at))
  expect([bytes[0], bytes[1], bytes[2], bytes[3], serial]).toEqual([0x6c, 1, 4, 1, 5])
  const body = bytes.subarray(bytes.length - (bodyLength ?? 0))
  expect(body.toString('latin1')).toBe('\r\0\0\0nginx.service\0\0\0\u0007\0\0\0replace\0')
  expect((bytes.length - body.length) % 8).toBe(0)
  expect(bytes.length - body.length - 16 - (fieldLength ?? 0)).toBeLessThan(8)
})

test('a message is whole or waited for; two in one piece are read one after the other', () => {
  const bytes = encodeCall(1, CALL)
  for (let length = 0; length < bytes.length; length += 1) {
    expect(decodeMessage(bytes.subarray(0, length))).toBeNull()
  }
  const two = Buffer.concat([bytes, encodeCall(2, CALL)])
  const first = decodeMessage(two)
  expect(first?.length).toBe(bytes.length)
  expect(decodeMessage(two.subarray(first?.length))?.length).toBe(bytes.length)
})

test('signatures are split into whole types', () => {
  expect(splitSignature('sa{sv}(ii)u')).toEqual(['s', 'a{sv}', '(ii)', 'u'])
  for (const odd of ['a', '(s', '{s', 'z', 'a'.repeat(80)]) {
    expect(() => splitSignature(odd)).toThrow(DBusFormatError)
  }
})

test('values of every kind, aligned as the specification says', () => {
  const bytes = Buffer.from(
    [
      '07000000', // y: 7, padded
      '01000000', // b
      'feffffff', // i: -2
      '00000000', // padding to 8
      'ffffffffffffffff', // x: -1
      '02000000', // s: length
      '686900', // hi
      '00', // padding
      '0c000000', // a{sv}: length
      '00000000', // padding to 8
      '01000000', // key
      '6b00', // k
      '017500', // v: signature u
      '00', // padding
      '00', // padding
    ].join(''),
    'hex',
  )
  const reader = new DBusReader(bytes)
  expect(['y', 'b', 'i', 'x', 's'].map((type) => reader.read(type))).toEqual([
    7,
    true,
    -2,
    -1,
    'hi',
  ])
  expect(() => reader.read('a{sv}')).toThrow(DBusFormatError)
})
