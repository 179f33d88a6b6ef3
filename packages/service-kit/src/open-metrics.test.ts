import { expect, test } from 'vitest'
import { metricFormatOf, writeMetrics, type MetricFamily } from './open-metrics.ts'

const FAMILIES: MetricFamily[] = [
  {
    name: 'disk_io_bytes_total',
    type: 'counter',
    help: 'Bytes.',
    samples: [
      { labels: { device: 'a"b\\c\nd', direction: 'read' }, value: 7 },
      { labels: { device: 'none', direction: 'read' }, value: null },
    ],
  },
  { name: 'load', type: 'gauge', help: 'Load.', samples: [{ value: 0.25 }] },
  { name: 'absent', type: 'gauge', help: 'Nothing here.', samples: [{ value: NaN }] },
  {
    name: 'target_info',
    type: 'info',
    help: 'Facts.',
    samples: [{ labels: { os: 'x' }, value: 1 }],
  },
]

test('OpenMetrics: families without their suffix, escaped labels, unknown left out, an end', () => {
  expect(writeMetrics(FAMILIES, 'openmetrics')).toBe(
    [
      '# HELP disk_io_bytes Bytes.',
      '# TYPE disk_io_bytes counter',
      'disk_io_bytes_total{device="a\\"b\\\\c\\nd",direction="read"} 7',
      '# HELP load Load.',
      '# TYPE load gauge',
      'load 0.25',
      '# HELP target Facts.',
      '# TYPE target info',
      'target_info{os="x"} 1',
      '# HELP taskmgr_series_dropped Series that were left out because there are more than this service tells.',
      '# TYPE taskmgr_series_dropped gauge',
      'taskmgr_series_dropped 0',
      '# EOF',
      '',
    ].join('\n'),
  )
})

test('the older format names counters in full and has no end', () => {
  const text = writeMetrics(FAMILIES, 'prometheus')
  expect(text).toContain('# TYPE disk_io_bytes_total counter\n')
  expect(text).toContain('# TYPE target_info gauge\n')
  expect(text).not.toContain('# EOF')
})

test('two hundred series and no more; the rest is counted', () => {
  const samples = Array.from({ length: 150 }, (_, i) => ({ labels: { i: String(i) }, value: i }))
  const family = (name: string): MetricFamily => ({ name, type: 'gauge', help: 'Many.', samples })
  const lines = writeMetrics([family('first'), family('second')], 'openmetrics').split('\n')
  const series = lines.filter((line) => line !== '' && !line.startsWith('#'))
  expect(series).toHaveLength(200)
  expect(series.filter((line) => line.startsWith('first'))).toHaveLength(150)
  expect(series.at(-1)).toBe('taskmgr_series_dropped 101')
})

test('the asker chooses the format', () => {
  const prometheus =
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1'
  expect([metricFormatOf(prometheus), metricFormatOf('*/*'), metricFormatOf(undefined)]).toEqual([
    'openmetrics',
    'prometheus',
    'prometheus',
  ])
})
