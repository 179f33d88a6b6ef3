import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import {
  cellMib,
  cellPercent,
  cellRate,
  formatAgo,
  formatBits,
  formatBytes,
  formatCelsius,
  formatCores,
  formatCount,
  formatDuration,
  formatExit,
  formatHertz,
  formatInstant,
  formatLink,
  formatNice,
  formatOf,
  formatPercent,
  formatRate,
  formatState,
  formatEnergy,
  formatWatts,
  memoryCellUnit,
  setUnits,
  type Units,
} from './format.ts'

const plain = (text: string) => text.replaceAll('\u202f', ' ')
const GIB = 1024 ** 3

const STANDARD: Units = { memory: 'gib', network: 'bits', temperature: 'celsius' }
afterEach(() => setUnits(STANDARD))

describe('the examples of the interface text', () => {
  test('percent', () => {
    expect(formatPercent(23)).toBe('23\u202f%')
    expect(plain(formatPercent(99.97))).toBe('100 %')
    expect(plain(formatPercent(0.04, 1))).toBe('< 0.1 %')
    expect(plain(formatPercent(0, 1))).toBe('0.0 %')
  })
  test('bytes', () => {
    expect(plain(formatBytes(734 * 1024 ** 2))).toBe('734 MiB')
    expect(plain(formatBytes(5.16 * GIB))).toBe('5.16 GiB')
    expect(plain(formatBytes(31.3 * GIB))).toBe('31.3 GiB')
    expect(plain(formatBytes(1024 * GIB))).toBe('1.00 TiB')
    expect(plain(formatBytes(999.9 * 1024 ** 2))).toBe('1,000 MiB')
    expect(plain(formatOf(14.6 * GIB, 31.3 * GIB))).toBe('14.6 of 31.3 GiB')
    expect(plain(formatOf(2.22 * GIB, 8 * GIB))).toBe('2.22 of 8.00 GiB')
    expect(plain(formatOf(14.01 * GIB, 140.4 * GIB))).toBe('14.0 of 140 GiB')
    expect(plain(formatOf(0.34 * GIB, 126 * GIB))).toBe('0.3 of 126 GiB')
  })
  test('rates', () => {
    expect(plain(formatRate(15.5e6))).toBe('15.5 MB/s')
    expect(plain(formatBits(8.7e6 / 8))).toBe('8.7 Mbit/s')
    expect(plain(formatBits(940e3 / 8))).toBe('940 kbit/s')
    expect(plain(formatLink(1e9))).toBe('1 Gbit/s')
    expect(plain(formatLink(2.5e9))).toBe('2.5 Gbit/s')
    expect(plain(formatRate(999_700))).toBe('1.0 MB/s')
  })
  test('times', () => {
    expect(plain(formatDuration(41))).toBe('41 s')
    expect(plain(formatDuration(3 * 3600 + 12 * 60 + 5))).toBe('3 h 12 min')
    expect(plain(formatDuration(6 * 86_400 + 4 * 3600))).toBe('6 d 4 h')
    expect(plain(formatDuration(7200))).toBe('2 h')
    expect(plain(formatAgo(12))).toBe('12 s ago')
    const at = new Date(2026, 7, 12, 22, 10, 9).getTime()
    expect(formatInstant(at, at + 1000)).toBe('today 22:10:09')
    expect(formatInstant(at, at + 2 * 86_400_000)).toBe('12 Aug 22:10')
  })
  test('the rest', () => {
    expect(plain(formatHertz(3.84e9))).toBe('3.84 GHz')
    expect(plain(formatCelsius(61.4))).toBe('61 °C')
    expect(plain(formatWatts(58))).toBe('58 W')
    expect(plain(formatEnergy(12.5))).toBe('12.5 J')
    expect(plain(formatEnergy(1234))).toBe('1.23 kJ')
    expect(plain(formatEnergy(7200))).toBe('2.00 Wh')
    expect(plain(formatCores(11.2, 16))).toBe('11.2 % of the machine = 1.8 cores')
    expect(formatState('sleeping')).toBe('Sleeping (S)')
    expect(formatState('disk-sleep', false)).toBe('Waits on disk')
    expect(formatNice(10)).toBe('Low (10)')
    expect(formatNice(-10)).toBe('Very high (\u221210)')
    expect(formatCount(2214)).toBe('2,214')
  })
  test('cells', () => {
    expect([11.2, 0.04, 0].map(cellPercent)).toEqual(['11.2', '< 0.1', '0.0'])
    expect([5284, 0.3, 0].map((mib) => cellMib(mib * 1024 ** 2))).toEqual(['5,284', '< 1', '0'])
    expect([3.4e6, 4e4, 0].map(cellRate)).toEqual(['3.4', '< 0.1', '0'])
  })
  test('units of the user', () => {
    setUnits({ memory: 'gb', network: 'bytes', temperature: 'fahrenheit' })
    expect(plain(formatBytes(5.16 * GIB))).toBe('5.54 GB')
    expect(plain(formatOf(14.6e9, 31.3e9))).toBe('14.6 of 31.3 GB')
    expect(cellMib(5_284_000_000)).toBe('5,284')
    expect(memoryCellUnit()).toBe('MB')
    expect(plain(formatBits(1e6))).toBe('1.0 MB/s')
    expect(plain(formatCelsius(100))).toBe('212 °F')
  })
})

test('unknown is a dash, never a zero', () => {
  for (const format of [
    formatPercent,
    formatBytes,
    formatRate,
    formatBits,
    formatDuration,
    formatHertz,
    formatCelsius,
    formatEnergy,
    formatWatts,
    formatCount,
    cellPercent,
    cellMib,
    cellRate,
    formatNice,
  ]) {
    expect(format(null)).toBe('—')
  }
})

test('no figure is negative zero, in exponents or longer than eight digits and a unit', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e15, noNaN: true }), (value) => {
      for (const text of [formatBytes(value), formatRate(value), formatBits(value)]) {
        expect(text).not.toMatch(/e\d|−0|-0|NaN/)
        expect(text.length).toBeLessThanOrEqual(16)
      }
    }),
  )
})

test('how a process ended follows on "ended"', () => {
  const exit = { pid: 1, start_id: 's' }
  expect(formatExit({ ...exit, exit_code: 0, signal: null })).toBe(', exit 0')
  expect(formatExit({ ...exit, exit_code: null, signal: 'SIGKILL' })).toBe(' by SIGKILL')
  expect(formatExit(null)).toBe('')
})
