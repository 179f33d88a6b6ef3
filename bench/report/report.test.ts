import { describe, expect, test } from 'vitest'
import { bytes, digits, ms, percent, times } from './figures.ts'
import { budget, type PartResult } from './part-result.ts'
import { renderReport } from './report.ts'

const part: PartResult = {
  title: 'One sweep',
  about: 'They took turns.',
  tables: [
    {
      caption: '500 processes',
      head: ['who', 'CPU'],
      rows: [
        ['ours', '2.80 ms'],
        ['ps | sort', 'missing: apt-get\ninstall procps'],
      ],
      notes: ['only 400 could be made'],
    },
  ],
  budgets: [
    { what: 'against ps', required: '>= 10 ×', measured: '12.0 ×', kept: true },
    { what: 'against C', required: '<= 1.5 ×', measured: '1.60 ×', kept: false },
    { what: 'memory later', required: '<= 110 MB', measured: 'run with --long', kept: null },
  ],
}

const text = renderReport({
  command: 'npm run bench',
  facts: [['CPU', 'two of them']],
  parts: [part],
})

test('budgets come first, each with its verdict', () => {
  expect(text.indexOf('## Budgets')).toBeLessThan(text.indexOf('## One sweep'))
  expect(text).toContain('| against ps | >= 10 × | 12.0 × | ✓ |')
  expect(text).toContain('| against C | <= 1.5 × | 1.60 × | ✗ |')
  expect(text).toContain('| memory later | <= 110 MB | run with --long | – |')
})

test('the machine, the tables and their notes are in it', () => {
  expect(text).toContain('`npm run bench`')
  expect(text).toContain('| CPU | two of them |')
  expect(text).toContain('### 500 processes\n\n| who | CPU |\n| --- | --- |\n| ours | 2.80 ms |')
  expect(text).toContain('\n\n- only 400 could be made\n')
})

test('a cell cannot break its table', () => {
  expect(text).toContain(String.raw`| ps \| sort | missing: apt-get install procps |`)
})

test('a run without budgets has no empty table of them', () => {
  const plain = { ...part, budgets: [] }
  expect(renderReport({ command: 'x', facts: [], parts: [plain] })).not.toContain('## Budgets')
})

describe('a budget', () => {
  const atMost = (value: number) => value <= 1.5
  test.each([
    [1.5, true],
    [1.51, false],
  ])('of at most 1.5 is judged by the figure %d itself, not by its text', (value, kept) => {
    expect(budget('floor', '<= 1.5', { text: digits(value), value, keeps: atMost })).toMatchObject({
      measured: digits(value),
      kept,
    })
  })
  test('that could not be measured is neither kept nor broken', () => {
    expect(
      budget('floor', '<= 1.5', { text: '–', value: Number.NaN, keeps: atMost }),
    ).toMatchObject({ measured: 'not measured', kept: null })
  })
})

test('figures have the digits that count', () => {
  expect([0.1234, 2.816, 42.44, 1650.4].map(digits)).toEqual(['0.12', '2.82', '42.4', '1,650'])
  expect(ms(4.2195)).toBe('4.22 ms')
  expect(times(30)).toBe('30.0 ×')
  expect(percent(0.274)).toBe('0.27 %')
  expect([999, 10_240, 110_000_000].map(bytes)).toEqual(['999 B', '10.2 KB', '110 MB'])
})

test('what is not known is a dash, never a zero', () => {
  for (const spell of [digits, times, percent, bytes]) expect(spell(Number.NaN)).toBe('–')
})
