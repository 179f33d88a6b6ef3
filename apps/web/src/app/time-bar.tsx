import { useEffect, useMemo, useRef, useState, type PointerEvent } from 'react'
import { biggestOnCpu } from '../components/biggest-then.ts'
import { Icon } from '../components/icon.tsx'
import { SecondCard } from '../components/chart-cross.tsx'
import { Plot } from '../components/plot.tsx'
import { useWidth } from '../components/use-width.ts'
import { formatClock, formatDuration, formatPercent } from '../lib/format.ts'
import { useStore } from '../lib/create-store.ts'
import { tickTimes } from '../lib/tick-times.ts'
import { useClock } from '../stores/clock.ts'
import { isSilent, useConnection } from '../stores/connection.ts'
import { crosshair } from '../stores/crosshair.ts'
import { useStats } from '../stores/live-stats.ts'
import { setPreference, usePreference } from '../stores/preferences.ts'

const SERIES = [
  { key: 'cpu', name: 'CPU', hue: '--cpu', style: 'line' },
  { key: 'memory.percent', name: 'Memory', hue: '--mem', style: 'thin' },
] as const
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
  const track = useRef<HTMLDivElement>(null)
  const width = useWidth(track, 1000)
  const ticks = useMemo(() => tickTimes(from, end, width), [from, end, width])
  const place = (at: number) => `${((at - from) / span) * 100}%`

  useEffect(() => () => crosshair.set(null), [])
  const onMove = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    crosshair.set(from + ((event.clientX - box.left) / box.width) * span)
    onPointer(event.clientX)
  }
  const paused = usePreference('paused')
  const silentMs = isSilent(state) && lastDataAtMs !== null ? now - lastDataAtMs : 0
  return (
    <div
      className="tb-track"
      ref={track}
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
      <span className={isSilent(state) || paused ? 'tb-edge still' : 'tb-edge'} />
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

/** What the machine did at the second under the pointer, and who most. */
function TimeTip({ atMs, left }: TimeTipProps) {
  const untilMs = useStats((stats) => stats?.sampled_at_ms ?? atMs)
  return (
    <div className="tb-tip">
      <SecondCard
        {...{ atMs, untilMs }}
        series={SERIES}
        format={formatPercent}
        who={biggestOnCpu}
        style={left < innerWidth / 2 ? { left: left + 8 } : { right: innerWidth - left + 8 }}
      />
    </div>
  )
}
