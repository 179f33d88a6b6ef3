import { expect, test } from 'vitest'
import { instantAt, intervalAt, markOf } from './filetime.ts'
import { systemDirectoryOf } from './system-library.ts'
import { unicodeStringAt, utf16Until } from './utf16.ts'

test('a FILETIME is an instant, exact as a mark; 0 is none', () => {
  const bytes = Buffer.alloc(16)
  bytes.writeBigUInt64LE(133_801_632_000_000_001n, 8) // 2025-01-01 plus 100 ns
  expect(instantAt(bytes, 8)).toBeCloseTo(Date.UTC(2025, 0, 1), 1)
  expect(markOf(bytes.readUInt32LE(8), bytes.readUInt32LE(12))).toBe(
    133_801_632_000_000_001n.toString(16),
  )
  expect(instantAt(bytes, 0)).toBeNull()
})

test('an interval is exact beyond 32 bits', () => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(123_456_789_012_345n)
  expect(intervalAt(bytes, 0)).toBe(123_456_789_012_345)
})

test('text ends at its NUL, or at the end of the buffer', () => {
  expect(utf16Until(Buffer.from('abc\0def', 'utf16le'), 0)).toBe('abc')
  expect(utf16Until(Buffer.from('abcd', 'utf16le').subarray(0, 7), 0)).toBe('abc')
})

test('a string is read only where it lies within what was filled', () => {
  const base = 0x7fff_1234_0000
  const bytes = Buffer.alloc(64)
  const string = (length: number, pointer: number) => {
    bytes.writeUInt16LE(length, 0)
    bytes.writeBigUInt64LE(BigInt(pointer), 8)
    return unicodeStringAt(bytes, 0, { base, limit: 48 })
  }
  bytes.write('Käse.exe', 16, 'utf16le')
  expect(string(16, base + 16)).toBe('Käse.exe')
  expect(string(0, base + 16)).toBeNull()
  expect(string(34, base + 16)).toBeNull()
  expect(string(16, base - 2)).toBeNull()
  expect(string(16, 0)).toBeNull()
  expect(unicodeStringAt(bytes, 40, { base, limit: 48 })).toBeNull()
})

test('the system directory is on a disk, whatever the variable says', () => {
  expect(systemDirectoryOf({ SystemRoot: 'D:\\WinNT' })).toBe('D:\\WinNT\\System32')
  for (const root of [undefined, '', 'Windows', '\\\\server\\share']) {
    expect(systemDirectoryOf({ SystemRoot: root })).toBe('C:\\Windows\\System32')
  }
})
