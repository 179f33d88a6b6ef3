import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatRecording, parseRecording, RecordingError } from './archive.ts'

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array))
const name = fc
  .uint8Array({ minLength: 1, maxLength: 20 })
  .map((array) => Buffer.from(array).toString('latin1').replaceAll(/[/\0]/g, '_'))
  .filter((text) => text !== '..')

test('any bytes survive the text form', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, bytes)), (files) => {
      const entries = files.map(([file, content]) => ({
        kind: 'file' as const,
        path: `proc/${file}`,
        mode: 0o444,
        content,
      }))
      const text = formatRecording({ about: 'x', entries })
      expect(text).toMatch(/^[\n\t -~]*$/)
      expect(parseRecording(text)).toEqual({ about: 'x', entries })
    }),
  )
})

test('links, denied files and folders survive', () => {
  const recording = {
    about: 'three kinds',
    entries: [
      { kind: 'dir' as const, path: 'proc/1/fd', mode: 0o500 },
      { kind: 'link' as const, path: 'proc/1/exe', target: '/opt/a b -> c' },
      { kind: 'denied' as const, path: 'proc/1/io' },
    ],
  }
  expect(parseRecording(formatRecording(recording))).toEqual(recording)
})

test.each([
  ['', 1],
  ['recording 2\nabout: x\n', 1],
  ['recording 1\n', 2],
  ['recording 1\nabout: x\nfile 0444 etc/../../passwd\n', 3],
  ['recording 1\nabout: x\nfile 0444 home/x\n', 3],
  ['recording 1\nabout: x\nfile rw proc/x\n', 3],
  ['recording 1\nabout: x\ndir 0555 proc/x\n|text\n', 3],
  ['recording 1\nabout: x\nfile 0444 proc/x\n|\\q\n', 3],
  ['recording 1\nabout: x\nfile 0444 proc/x\n|cut', 4],
])('a malformed recording names its line: %j', (text, line) => {
  expect(() => parseRecording(text)).toThrow(RecordingError)
  expect(() => parseRecording(text)).toThrow(`line ${line}:`)
})
