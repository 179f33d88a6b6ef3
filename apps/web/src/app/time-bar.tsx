import { useEffect, useMemo, useState, type PointerEvent } from 'react'
import { biggestThen } from '../components/biggest-then.ts'
import { Icon } from '../components/icon.tsx'
import { Plot, type PlotSeries } from '../components/plot.tsx'
import { formatAgo, formatClock, formatDuration, formatPercent } from '../lib/format.ts'
import { useStore } from '../lib/create-store.ts'
import { nearestIndex } from '../lib/nearest-index.ts'
import { tickTimes } from '../lib/tick-times.ts'
import { useClock } from '../stores/clock.ts'
import { isSilent, useConnection } from '../stores/connection.ts'
import { crosshair } from '../stores/crosshair.ts'
import { statsHistory, useStats } from '../stores/live-stats.ts'
import { setPreference, usePreference } from '../stores/preferences.ts'

const SERIES: readonly PlotSeries[] = [
  { key: 'cpu', hue: '--cpu', style: 'line' },
  { key: 'memory.percent', hue: '--mem', style: 'thin' },
]
const RANGES = [1, 5, 10] as const

/** The last minutes under every page: CPU as an area, memory as a line, the present at the right edge. */
export function TimeBar() {
  const minutes = usePreference('timeRangeMinutes')
  const [pointerX, setPointerX] = useState<number | null>(null)
  const cross = useStore(crosshair, (at) => at)
  return (
    <section className="timebar" aria-label="Time">
      <Clock minutes={minutes} />
      <Track minutes={minutes} onPointer={setPointerX} />
      {pointerX !== null && cross !== null && <TimeTip atMs={cross} left={pointerX} />}
      <div className="tb-range" role="group" aria-label="Length of the time bar">
        {RANGES.map((range) => (
          <button
            key={range}
            type="button"
            className="btn"
            aria-pressed={range === minutes}
            onClick={() => setPreference('timeRangeMinutes', range)}
          >
            {range} min
          </button>
        ))}
      </div>
    </section>
  )
}

function Clock({ minutes }: { minutes: number }) {
  const now = useClock()
  const paused = usePreference('paused')
  const { state, sinceMs } = useConnection('stats')
  const sampledAtMs = useStats((stats) => stats?.sampled_at_ms ?? null)
  const first = useStats((stats) => stats === null || stats.interval_ms === null)
  const shown = paused && sampledAtMs !== null ? sampledAtMs : now
  const silent = isSilent(state)
  const says = paused
    ? `paused, ${formatDuration(Math.max(0, Math.round((now - shown) / 1000)))} ago`
    : silent
      ? `not live for ${formatDuration(Math.max(0, Math.round((now - sinceMs) / 1000)))}`
      : first
        ? 'live, no past yet'
        : 'live'
  return (
    <div className={paused ? 'tb-state paused' : 'tb-state'}>
      <Icon name={silent ? 'unplugged' : paused ? 'pause' : 'live'} />
      <div>
        <div className="clock">{formatClock(shown)}</div>
        <small>
          {says}
          {says === 'live' && (
            <span className="more">
              , last {minutes} {minutes === 1 ? 'minute' : 'minutes'}
            </span>
          )}
        </small>
      </div>
    </div>
  )
}

interface TrackProps {
  readonly minutes: number
  /** Where the pointer is, pixels from the left of the window; `null`: elsewhere. */
  readonly onPointer: (x: number | null) => void
}

function Track({ minutes, onPointer }: TrackProps) {
  const untilMs = useStats((stats) => stats?.sampled_at_ms ?? null)
  const { state, lastDataAtMs } = useConnection('stats')
  const now = useClock()
  const cross = useStore(crosshair, (at) => at)
  const span = minutes * 60_000
  const end = untilMs ?? now
  const from = end - span
  const ticks = useMemo(() => tickTimes(from, end), [from, end])
  const place = (at: number) => `${((at - from) / span) * 100}%`

  useEffect(() => () => crosshair.set(null), [])
  const onMove = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    crosshair.set(from + ((event.clientX - box.left) / box.width) * span)
    onPointer(event.clientX)
  }
  const silentMs = isSilent(state) && lastDataAtMs !== null ? now - lastDataAtMs : 0
  return (
    <div
      className="tb-track"
      onPointerMove={onMove}
      onPointerLeave={() => {
        crosshair.set(null)
        onPointer(null)
      }}
    >
      <Plot
        series={SERIES}
        seconds={minutes * 60}
        maximum={100}
        grid={false}
        cross={false}
        label={`CPU and memory use, last ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`}
      />
      {silentMs > 1500 && (
        <span
          className="tb-gap"
          style={{ right: 0, width: `${Math.min(100, (silentMs / span) * 100)}%` }}
          title="No data: the service does not answer"
        />
      )}
      {cross !== null && cross >= from && cross <= end && (
        <span className="tb-cross" style={{ left: place(cross) }} />
      )}
      <span className="tb-edge" />
      <div className="tb-ticks" aria-hidden="true">
        {ticks.map((tick) => (
          <span key={tick.atMs} style={{ left: place(tick.atMs) }}>
            {tick.text}
          </span>
        ))}
        <span className="now">now</span>
      </div>
    </div>
  )
}

interface TimeTipProps {
  readonly atMs: number
  readonly left: number
}

/** What the machine did at the second under the pointer. */
const percent = (value: number): string => formatPercent(value, 1)

function TimeTip({ atMs, left }: TimeTipProps) {
  const now = useStats((stats) => stats?.sampled_at_ms ?? atMs)
  const { times, values } = statsHistory.window(
    SERIES.map((one) => one.key),
    atMs - 2500,
    atMs + 2500,
  )
  const index = nearestIndex(times, atMs)
  const time = times[index] ?? atMs
  const users = biggestThen('cpu', time, { format: percent, least: 0.1 })
  return (
    <div className="tip tb-tip" style={{ left }} aria-hidden="true">
      <div className="t">
        <span>{formatClock(time)}</span>
        <span>{formatAgo(Math.max(0, Math.round((now - time) / 1000)))}</span>
      </div>
      <div className="row">
        <span>CPU</span>
        <b>{formatPercent(values[0]?.[index] ?? null)}</b>
      </div>
      <div className="row">
        <span>Memory</span>
        <b>{formatPercent(values[1]?.[index] ?? null)}</b>
      </div>
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
