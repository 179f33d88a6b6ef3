/** One number with its labels, in the order they are written. `null`: not known, and left out. */
export interface MetricSample {
  labels?: Readonly<Record<string, string>>
  value: number | null
}

/** Samples of one name. Counters are named with `_total`. */
export interface MetricFamily {
  name: string
  type: 'gauge' | 'counter' | 'info'
  help: string
  samples: readonly MetricSample[]
}

/** What the caller reads: OpenMetrics 1.0, or the older text format of Prometheus. */
export type MetricFormat = 'openmetrics' | 'prometheus'

export const METRIC_TYPES: Readonly<Record<MetricFormat, string>> = {
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
}

/** Most series of one service; what is beyond is counted, not written. */
const MOST_SERIES = 200
const DROPPED = 'taskmgr_series_dropped'

export const metricFormatOf = (accept: string | undefined): MetricFormat =>
  accept?.includes('application/openmetrics-text') === true ? 'openmetrics' : 'prometheus'

/** The exposition, families in their order: the first are kept when there are too many series. */
export function writeMetrics(families: readonly MetricFamily[], format: MetricFormat): string {
  const lines: string[] = []
  let room = MOST_SERIES - 1
  let dropped = 0
  for (const family of families) {
    const known = family.samples.filter(({ value }) => value !== null && Number.isFinite(value))
    const kept = known.slice(0, room)
    room -= kept.length
    dropped += known.length - kept.length
    if (kept.length > 0) writeFamily(lines, { ...family, samples: kept }, format)
  }
  const help = 'Series that were left out because there are more than this service tells.'
  writeFamily(lines, { name: DROPPED, type: 'gauge', help, samples: [{ value: dropped }] }, format)
  if (format === 'openmetrics') lines.push('# EOF')
  return `${lines.join('\n')}\n`
}

function writeFamily(
  lines: string[],
  { name, type, help, samples }: MetricFamily,
  format: MetricFormat,
) {
  const isOpen = format === 'openmetrics'
  // OpenMetrics names the family without the suffix of its samples; Prometheus has no type for facts.
  const suffix = type === 'counter' ? /_total$/ : type === 'info' ? /_info$/ : /$^/
  const family = isOpen ? name.replace(suffix, '') : name
  lines.push(`# HELP ${family} ${escaped(help)}`)
  lines.push(`# TYPE ${family} ${type === 'info' && !isOpen ? 'gauge' : type}`)
  for (const { labels = {}, value } of samples) {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`)
    lines.push(`${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`)
  }
}

/** Names of devices and mounts are chosen by others. */
const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
