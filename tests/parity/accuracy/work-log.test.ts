import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { WorkLog } from './work-log.ts'

const MS = 1_000_000

/** A book as burner.c writes it, of one thread. */
function logOf(points: readonly (readonly [atMs: number, cpuMs: number])[]): WorkLog {
  const folder = mkdtempSync(path.join(tmpdir(), 'tmp-book-'))
  const numbers = [points.length, ...points.flat().map((ms) => ms * MS)]
  const words = BigInt64Array.from(numbers, (number) => BigInt(number))
  // Room for more points than were written.
  writeFileSync(
    path.join(folder, 'book'),
    Buffer.concat([Buffer.from(words.buffer), Buffer.alloc(64)]),
  )
  try {
    return new WorkLog(path.join(folder, 'book'), 1)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('between points at work the use is certain, and at rest too', () => {
  const log = logOf([
    [100, 0],
    [110, 10],
    [200, 10],
  ])
  expect(log.boundsAt(104)).toEqual({ least: 4, most: 4 })
  expect(log.boundsAt(150)).toEqual({ least: 10, most: 10 })
  expect(log.percentOfCore(105, 155)).toBe(10)
})

test('in an interruption it lies between what can have been used', () => {
  const log = logOf([
    [100, 0],
    [110, 4],
  ])
  expect(log.boundsAt(102)).toEqual({ least: 0, most: 2 })
  expect(log.boundsAt(109)).toEqual({ least: 3, most: 4 })
  expect(log.cpuMsAt(105)).toBe(2)
})

test('it says nothing about times it does not cover', () => {
  const log = logOf([
    [100, 0],
    [110, 4],
  ])
  expect([log.beginMs, log.endMs]).toEqual([100, 110])
  expect(() => log.cpuMsAt(99)).toThrow(RangeError)
  expect(() => log.cpuMsAt(111)).toThrow(RangeError)
})
