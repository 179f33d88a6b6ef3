import { expect, test } from 'vitest'
import { bytes, percent, textTable } from './text-table.ts'

const COLUMNS = [
  { head: 'PID', cell: ({ pid }: { pid: number }) => String(pid), isNumber: true },
  { head: 'NAME', cell: ({ name }: { name: string }) => name },
]
const ROWS = [
  { pid: 7, name: 'bash' },
  { pid: 12_345, name: 'naïve–name' },
]

test('numbers stand right, words left, and nothing trails', () => {
  expect(textTable(COLUMNS, [...ROWS])).toEqual(['  PID  NAME', '    7  bash', '12345  naïve–name'])
})

test('a width cuts, and a half character is never left', () => {
  expect(textTable(COLUMNS, [{ pid: 1, name: '🎈🎈🎈🎈' }], 8).at(-1)).toBe('  1  🎈🎈…')
})

test('sizes have three digits and a unit, unknown ones a dash', () => {
  expect([0, 999, 1023, 1024, 1_234_567, 3 * 2 ** 40].map(bytes)).toEqual([
    '0 B',
    '999 B',
    '0.999 KiB',
    '1.00 KiB',
    '1.18 MiB',
    '3.00 TiB',
  ])
  expect([bytes(null), percent(null), percent(12.34)]).toEqual(['–', '–', '12.3'])
})
