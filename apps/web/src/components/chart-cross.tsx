import type { CSSProperties } from 'react'
import { useStore } from '../lib/create-store.ts'
import { formatAgo, formatClock } from '../lib/format.ts'
import { nearestIndex } from '../lib/nearest-index.ts'
import { crosshair } from '../stores/crosshair.ts'
import { statsHistory } from '../stores/live-stats.ts'
import type { UserThen } from './biggest-then.ts'
import type { ChartSeries } from './chart-series.ts'

/** What a chart shows now; changed with each sample, without React. */
export interface Range {
  readonly current: { readonly fromMs: number; readonly untilMs: number; readonly maximum: number }
}

interface CrossProps {
  readonly range: Range
  readonly series: readonly ChartSeries[]
  readonly format: (value: number | null) => string
  readonly who: ((atMs: number) => readonly UserThen[]) | undefined
}

/** The shared second: a line, and a card with time, age, values and the biggest users. */
export function Cross({ range, series, format, who }: CrossProps) {
  const atMs = useStore(crosshair, (at) => at)
  if (atMs === null) return null
  const { fromMs, untilMs } = range.current
  if (atMs < fromMs || atMs > untilMs) return null
  const share = (atMs - fromMs) / (untilMs - fromMs)
  const style =
    share > 0.6 ? { right: `${(1 - share) * 100 + 1.5}%` } : { left: `${share * 100 + 1.5}%` }
  return (
    <>
      <span className="cross" style={{ left: `${share * 100}%` }} />
      <SecondCard {...{ atMs, untilMs, series, format, who, style }} />
    </>
  )
}

interface SecondCardProps {
  readonly atMs: number
  readonly untilMs: number
  readonly series: readonly { readonly key: string; readonly name: string }[]
  readonly format: (value: number | null) => string
  readonly who: ((atMs: number) => readonly UserThen[]) | undefined
  readonly style: CSSProperties
}

/** The second of the past nearest to an instant: time, age, values, and the biggest users where they are known. */
export function SecondCard({ atMs, untilMs, series, format, who, style }: SecondCardProps) {
  const { times, values } = statsHistory.window(
    series.map((one) => one.key),
    atMs - 3000,
    atMs + 3000,
  )
  const index = nearestIndex(times, atMs)
  const time = times[index] ?? atMs
  const users = who?.(time) ?? []
  return (
    <div className="tip" style={style} aria-hidden="true">
      <div className="t">
        <span>{formatClock(time)}</span>
        <span>{formatAgo(Math.max(0, Math.round((untilMs - time) / 1000)))}</span>
      </div>
      {series.map((one, row) => (
        <div key={one.key} className="row">
          <span className={row === 0 ? '' : 'mid'}>{one.name}</span>
          <b>{format(values[row]?.[index] ?? null)}</b>
        </div>
      ))}
      {users.length > 0 && <hr />}
      {users.map((user) => (
        <div key={user.name} className="row">
          <span className="cut">{user.name}</span>
          <span>{user.text}</span>
        </div>
      ))}
    </div>
  )
}
