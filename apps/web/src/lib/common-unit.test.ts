import { describe, expect, test } from 'vitest'
import { likeGreatest, pairWords, shareUnit, withoutZeros } from './common-unit.ts'
import { formatBits, formatBytes, formatPercent, formatRate } from './format.ts'

const MIB = 1024 ** 2
const plain = (text: string) => text.replaceAll('\u202f', ' ')

describe('one unit', () => {
  test('a shared unit is said once, different ones each', () => {
    expect(shareUnit(['12.4 MB/s', '3.1 MB/s'])).toEqual(['12.4', '3.1 MB/s'])
    expect(shareUnit(['900 kB/s', '3.1 MB/s'])).toEqual(['900 kB/s', '3.1 MB/s'])
  })

  test('a list is in the unit of its greatest figure', () => {
    const memory = likeGreatest(formatBytes, 5.16 * 1024 * MIB)
    expect([5.16 * 1024, 809, 3].map((mib) => plain(memory(mib * MIB)))).toEqual([
      '5.16 GiB',
      '0.79 GiB',
      '< 0.01 GiB',
    ])
    const rate = likeGreatest(formatRate, 3.4e6)
    expect([3.4e6, 4e5, 9e3, 0].map((value) => plain(rate(value)))).toEqual([
      '3.4 MB/s',
      '0.4 MB/s',
      '< 0.1 MB/s',
      '0 MB/s',
    ])
  })

  test('bits are counted from bytes', () => {
    expect(pairWords(formatBits, ['down', 925_000], ['up', 77_000]).map(plain)).toEqual([
      'down 7.4',
      'up 0.6 Mbit/s',
    ])
  })

  test('percent has no greater unit', () => {
    expect(plain(likeGreatest((value) => formatPercent(value, 1), 40)(0.4))).toBe('0.4 %')
  })

  test('round ends of axes lose their zeros, others keep their digits', () => {
    expect(['25.0 MB/s', '8.00 GiB', '31.3 GiB', '100 %', '1.05 GiB'].map(withoutZeros)).toEqual([
      '25 MB/s',
      '8 GiB',
      '31.3 GiB',
      '100 %',
      '1.05 GiB',
    ])
  })
})
