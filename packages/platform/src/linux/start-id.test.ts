import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { formatStartId, readBootId, readClockTicksPerSecond } from './start-id.ts'

let root: string
beforeEach(() => void (root = mkdtempSync(path.join(tmpdir(), 'start-id-'))))
afterEach(() => rmSync(root, { recursive: true }))

describe('start id', () => {
  test('is made of the boot and the start tick', () => {
    mkdirSync(path.join(root, 'sys/kernel/random'), { recursive: true })
    writeFileSync(
      path.join(root, 'sys/kernel/random/boot_id'),
      '15c76ca0-8e9c-4912-ad3a-7d4b7269cbbd\n',
    )
    expect(formatStartId(readBootId(root), 4711)).toBe('15c76ca0-4711')
  })

  test('falls back to the boot time where the boot id is hidden', () => {
    writeFileSync(path.join(root, 'stat'), 'cpu  1 2 3\nbtime 1764000000\nprocesses 5\n')
    expect(readBootId(root)).toBe((1764000000).toString(16))
  })

  test('has a mark even where both are hidden', () => {
    expect(readBootId(root)).toBe('00000000')
  })

  test('ticks per second come from the auxiliary vector, else the value of the ABI', () => {
    expect(readClockTicksPerSecond(root)).toBe(100)
    mkdirSync(path.join(root, 'self'))
    const vector = Buffer.alloc(48)
    vector.writeBigUInt64LE(6n, 0)
    vector.writeBigUInt64LE(4096n, 8)
    vector.writeBigUInt64LE(17n, 16)
    vector.writeBigUInt64LE(250n, 24)
    writeFileSync(path.join(root, 'self/auxv'), vector)
    expect(readClockTicksPerSecond(root)).toBe(250)
  })
})
