import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { STATUS_BY_CODE } from '../process-table.ts'
import { ProcParseError } from '../read-result.ts'
import { isKernelThread, parseProcPidStat, ProcStatRecord } from './parse-stat.ts'

// A bash of a real machine, recorded with its trailing fields.
const TAIL =
  'S 5652 5659 5659 0 -1 4194560 5323 158753 0 169 0 2 202 337 20 0 1 0 129529 5242880 972 ' +
  '18446744073709551615 94718909702144 94718910491549 140721093891488 0 0 0 65536 4 1132560123 1 0 0 17 0\n'

const line = (comm: string | Buffer, tail = TAIL) =>
  Buffer.concat([Buffer.from('5659 ('), Buffer.from(comm), Buffer.from(`) ${tail}`)])
const parse = (bytes: Buffer) => parseProcPidStat(bytes, bytes.length, new ProcStatRecord())

const expected = {
  ppid: 5652,
  session: 5659,
  tty: 0,
  utimeTicks: 0,
  stimeTicks: 2,
  cutimeTicks: 202,
  cstimeTicks: 337,
  nice: 0,
  threads: 1,
  starttimeTicks: 129529,
  vsizeBytes: 5242880,
  rssPages: 972,
}

describe('/proc/<pid>/stat', () => {
  test('a recorded line', () => {
    const record = parse(line('bash'))
    expect(record).toMatchObject(expected)
    expect(STATUS_BY_CODE[record.status]).toBe('sleeping')
    expect(isKernelThread(record.flags)).toBe(false)
  })

  test('negative nice, kernel thread', () => {
    const tail = 'I 2 0 0 0 -1 69238880 0 0 0 0 0 15 0 0 0 -20 1 0 26 0 0 18446744073709551615\n'
    const record = parse(line('kworker/0:1H-kblockd', tail))
    expect(record).toMatchObject({ nice: -20, stimeTicks: 15, starttimeTicks: 26 })
    expect(isKernelThread(record.flags)).toBe(true)
  })

  test('any name leaves every other field as it is', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.constantFrom(') R 1 (', 'a) b', '((', '))', '\n', ' ', '', ') S 1 2 3 4'),
          fc.uint8Array({ maxLength: 63 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
        ),
        (name) => {
          const comm = Buffer.from(name, 'latin1')
          const bytes = line(comm)
          const record = parse(bytes)
          expect(record).toMatchObject(expected)
          expect(bytes.subarray(record.commStart, record.commEnd)).toEqual(comm)
        },
      ),
    )
  })

  test('bytes of a longer line read before do not leak in', () => {
    const buffer = Buffer.alloc(4096, ') 9 9 9 9')
    const bytes = line('sh')
    bytes.copy(buffer)
    expect(parseProcPidStat(buffer, bytes.length, new ProcStatRecord())).toMatchObject(expected)
  })

  test('a cut line is refused as such, or has all its fields', () => {
    const bytes = line('tmux: server')
    const all = Array.from(bytes, (_, length) => parsedOrNull(bytes, length))
    const whole = all.filter((record) => record !== null)
    expect(whole.length).toBeGreaterThan(0)
    for (const record of whole) {
      expect(record).toMatchObject({ ...expected, rssPages: expect.any(Number) as number })
    }
  })

  test('arbitrary bytes give a record of numbers or a ProcParseError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (noise, framed) => {
        const bytes = framed ? line('x', Buffer.from(noise).toString('latin1')) : Buffer.from(noise)
        const record = parsedOrNull(bytes, bytes.length)
        expect(Object.values(record ?? {}).every(Number.isFinite)).toBe(true)
      }),
      { numRuns: 10_000 },
    )
  })
})

/** null for a ProcParseError; anything else thrown fails the test. */
function parsedOrNull(bytes: Buffer, length: number): ProcStatRecord | null {
  try {
    return parseProcPidStat(bytes, length, new ProcStatRecord())
  } catch (error) {
    if (error instanceof ProcParseError) return null
    throw error
  }
}
