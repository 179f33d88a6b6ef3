import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ExitRecord, hasKnownFields, parseExitRecords } from './parse-exit-records.ts'
import { aggregate, FAMILY, message, type RecordFields } from './record-rig.ts'

const parse = (bytes: Uint8Array) => {
  const records: ExitRecord[] = []
  parseExitRecords(bytes, FAMILY, records)
  return records
}
const single: RecordFields = {
  pid: 4100,
  tgid: 4100,
  ppid: 77,
  uid: 1000,
  name: 'cc1',
  cpuNs: 8e6,
  waitStatus: 0x300,
}
const one = message(aggregate('pid', single))

describe('the exit records of the kernel', () => {
  test('a process of one thread', () => {
    expect(parse(one)).toEqual([
      { pid: 4100, ppid: 77, uid: 1000, waitStatus: 0x300, name: 'cc1', leastCpuNs: 8e6 },
    ])
  })

  test('of a process with threads the sum, under the number of the process', () => {
    const last = { ...single, pid: 4107, name: 'worker', cpuNs: 2e6 }
    const sum = { version: 0, cpuNs: 90e9 }
    const bytes = message(aggregate('pid', last), aggregate('tgid', sum))
    expect(parse(bytes)).toEqual([
      { pid: 4100, ppid: 77, uid: 1000, waitStatus: 0x300, name: 'worker', leastCpuNs: 90e9 },
    ])
  })

  test('a thread that ended in a living process is none', () => {
    expect(parse(message(aggregate('pid', { ...single, flags: 0 })))).toEqual([])
  })

  test('several messages, and messages of others between them', () => {
    const other = message(aggregate('pid', single))
    other.writeUInt16LE(FAMILY + 1, 4)
    expect(parse(Buffer.concat([one, other, one]))).toHaveLength(2)
  })

  test('fields of a kernel too old, or of version 15, are not guessed', () => {
    for (const version of [8, 11, 15]) {
      const bytes = message(aggregate('pid', { ...single, version }))
      expect(parse(bytes)).toEqual([])
      expect(hasKnownFields(bytes, FAMILY)).toBe(false)
    }
    for (const version of [12, 14, 16, 17]) {
      expect(parse(message(aggregate('pid', { ...single, version })))).toHaveLength(1)
    }
    expect(hasKnownFields(one, FAMILY)).toBe(true)
  })

  test('a name is clean text', () => {
    const [record] = parse(message(aggregate('pid', { ...single, name: 'a\nb\u202e' })))
    expect(record?.name).toBe('a␊b\\u{202e}')
  })

  test('a cut message tells of nothing', () => {
    for (let length = 0; length < one.length; length++) {
      expect(parse(one.subarray(0, length))).toEqual([])
    }
  })

  test('no bytes make it throw', () => {
    const both = Buffer.concat([one, message(aggregate('pid', single), aggregate('tgid', single))])
    const spoiled = fc
      .tuple(
        fc.nat({ max: both.length }),
        fc.array(fc.tuple(fc.nat({ max: both.length - 1 }), fc.nat({ max: 255 })), {
          maxLength: 24,
        }),
      )
      .map(([length, changes]) => {
        const bytes = Uint8Array.from(both)
        for (const [at, value] of changes) bytes[at] = value
        return bytes.subarray(0, length)
      })
    fc.assert(
      fc.property(fc.oneof(spoiled, fc.uint8Array({ maxLength: 1500 })), (bytes) => {
        for (const record of parse(bytes)) {
          expect(record.leastCpuNs).toBeGreaterThanOrEqual(0)
          expect(record.name.length).toBeLessThanOrEqual(255)
        }
      }),
      { numRuns: 10_000 },
    )
  })
})
