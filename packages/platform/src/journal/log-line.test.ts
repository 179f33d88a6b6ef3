import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hostileBytes, oddValues } from '../hostile-bytes.ts'
import { logLineOf } from './log-line.ts'

const lineOf = (message: string | Buffer, priority = '6') =>
  logLineOf({
    realtimeUs: 1_795_714_194_478_175,
    message: Buffer.from(message),
    priority: Buffer.from(priority),
    identifier: Buffer.from('web\u202e'),
    pid: Buffer.from('31'),
  })

test.each([
  ['plain', 'plain'],
  ['\u001b[1;31mred\u001b[0m and \u001b[2Kcleared', 'red and cleared'],
  ['two\nlines\r\nand a third\n\n', 'two\nlines\nand a third'],
  ['\u001b]0;title\u0007\u202eevil', '␛]0;title␇\\u{202e}evil'],
  [Buffer.from([0xff, 0x41]), '\ufffdA'],
])('%j is shown as %j', (message, text) => {
  expect(lineOf(message)).toEqual({
    at_ms: 1_795_714_194_478.175,
    priority: 6,
    text,
    identifier: 'web\\u{202e}',
    pid: 31,
  })
})

test('what is missing or odd is unknown', () => {
  expect(
    logLineOf({ realtimeUs: 5, message: null, priority: null, identifier: null, pid: null }),
  ).toEqual({ at_ms: 0.005, priority: null, text: '', identifier: null, pid: null })
  expect(lineOf('x', '9').priority).toBeNull()
  expect(lineOf('x', '-1').priority).toBeNull()
  expect(lineOf('y'.repeat(9000)).text).toHaveLength(4096)
})

test('whatever the bytes are, they are text of bounded length', () => {
  fc.assert(
    fc.property(hostileBytes('\u001b[31mit broke\u001b[0m\nagain'), (message) => {
      const line = lineOf(message)
      expect(oddValues({ ...line, text: line.text.replaceAll('\n', ' ') })).toEqual([])
      expect(line.text.length).toBeLessThanOrEqual(4096)
    }),
  )
})
