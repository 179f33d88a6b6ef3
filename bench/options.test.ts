import { expect, test } from 'vitest'
import { BenchUsageError, HELP, PARTS, parseBenchOptions, REPORT_FILE } from './options.ts'

test('without options everything is measured, and the report is written', () => {
  expect(parseBenchOptions([])).toEqual({
    help: false,
    quick: false,
    long: false,
    parts: PARTS,
    sizes: [500, 1000, 3000, 10_000],
    out: REPORT_FILE,
  })
})

test.each([['--quick'], ['--only=heap'], ['--sizes=600']])(
  'a run with %s is not whole and does not replace the report',
  (arg) => {
    expect(parseBenchOptions([arg]).out).toBeNull()
    expect(parseBenchOptions([arg, '--out', 'mine.md']).out).toBe('mine.md')
  },
)

test('the long run is a whole run', () => {
  expect(parseBenchOptions(['--long'])).toMatchObject({ long: true, out: REPORT_FILE })
})

test('parts keep the order of the report, sizes are sorted', () => {
  const { parts, sizes } = parseBenchOptions([
    '--only',
    'heap',
    '--only=sweep',
    '--sizes',
    '900,100',
  ])
  expect(parts).toEqual(['sweep', 'heap'])
  expect(sizes).toEqual([100, 900])
})

test.each([
  [['--fast'], /no option "--fast"/],
  [['--only', 'all'], /not "all"/],
  [['--only'], /not ""/],
  [['--sizes', '0'], /not "0"/],
  [['--sizes', '5e3'], /not "5e3"/],
  [['--sizes', '100001'], /up to 100000/],
  [['--out='], /needs a value/],
  [['--quick=yes'], /no option "--quick=yes"/],
])('%j is refused with a sentence', (args, sentence) => {
  expect(() => parseBenchOptions(args)).toThrow(BenchUsageError)
  expect(() => parseBenchOptions(args)).toThrow(sentence)
})

test('the help names every option and part', () => {
  for (const word of ['--quick', '--only', '--sizes', '--long', '--out', '--help', ...PARTS])
    expect(HELP).toContain(word)
})
