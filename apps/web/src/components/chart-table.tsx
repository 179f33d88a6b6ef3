import { formatClock, formatDuration } from '../lib/format.ts'
import { statsHistory } from '../stores/live-stats.ts'
import type { ChartSeries } from './chart-series.ts'

interface ChartTableProps {
  readonly title: string
  readonly series: readonly ChartSeries[]
  readonly seconds: number
  /** The newest instant it shows: it stands still, so that it can be read. */
  readonly untilMs: number
  readonly format: (value: number | null) => string
}

const ROWS = 60

/** The same figures as words, newest first: one line a second, or one of every ten. */
export function ChartTable({ title, series, seconds, untilMs, format }: ChartTableProps) {
  const stepMs = (seconds / ROWS) * 1000
  const rows = rowsOf(series, untilMs - seconds * 1000, untilMs, stepMs)
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls can be scrolled by keys
    <div className="frame charttable" tabIndex={0} role="region" aria-label={`${title} as a table`}>
      <table className="plain">
        <caption className="vh">
          {title}, the {formatDuration(seconds)} before {formatClock(untilMs)}
        </caption>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {series.map((one) => (
              <th key={one.key} scope="col">
                {one.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ atMs, values }) => (
            <tr key={atMs}>
              <th scope="row">{formatClock(atMs)}</th>
              {values.map((value, index) => (
                <td key={series[index]?.key}>{format(value)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** One sample for each step, newest first; gaps are lines of unknown values. */
function rowsOf(series: readonly ChartSeries[], fromMs: number, untilMs: number, stepMs: number) {
  const keys = series.map((one) => one.key)
  const { times, values } = statsHistory.window(keys, fromMs, untilMs)
  const rows: { atMs: number; values: (number | null)[] }[] = []
  for (let index = times.length - 1; index >= 0; index -= 1) {
    const atMs = times[index] ?? untilMs
    const last = rows.at(-1)
    // A little less than the step: samples are never exactly a second apart.
    if (last !== undefined && last.atMs - atMs < stepMs * 0.9) continue
    rows.push({ atMs, values: values.map((list) => list[index] ?? null) })
  }
  return rows
}
