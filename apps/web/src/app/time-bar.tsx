import { useState, type CSSProperties } from 'react'
import { biggestOnCpu } from '../components/biggest-then.ts'
import { SecondCard } from '../components/chart-cross.tsx'
import { Icon } from '../components/icon.tsx'
import { useStore } from '../lib/create-store.ts'
import { formatClock, formatCount, formatDuration, formatPercent } from '../lib/format.ts'
import { isSilent, useConnection } from '../stores/connection.ts'
import { crosshair } from '../stores/crosshair.ts'
import { toServiceTime, useServiceClock, useStats } from '../stores/live-stats.ts'
import { setPreference, usePreference } from '../stores/preferences.ts'
import { lastDataText } from './liveness.ts'
import { tellFlag, type PointedFlag } from './time-flags.tsx'
import { TIME_SERIES, Track } from './time-track.tsx'
import { useTimeStretch } from './use-time-stretch.ts'

const RANGES = [1, 5, 10] as const

/** The last minutes under every page: CPU as an area, memory as a line, the present at the right edge. */
export function TimeBar() {
  const minutes = usePreference('timeRangeMinutes')
  const [pointerX, setPointerX] = useState<number | null>(null)
  const [pointed, setPointed] = useState<PointedFlag | null>(null)
  const cross = useStore(crosshair, (at) => at)
  return (
    <section className="timebar" aria-label="Time">
      <Clock minutes={minutes} />
      <Track minutes={minutes} onPointer={setPointerX} onFlag={setPointed} />
      {pointed !== null && <FlagTip {...pointed} minutes={minutes} />}
      {pointed === null && pointerX !== null && cross !== null && (
        <TimeTip atMs={cross} left={pointerX} minutes={minutes} />
      )}
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
  const now = useServiceClock()
  const paused = usePreference('paused')
  const connection = useConnection('stats')
  const { state, sinceMs } = connection
  const sampledAtMs = useStats((stats) => stats?.sampled_at_ms ?? null)
  const first = useStats((stats) => stats === null || stats.interval_ms === null)
  const shown = paused && sampledAtMs !== null ? sampledAtMs : now
  const silent = isSilent(state)
  const says = paused
    ? `paused, ${formatDuration(Math.max(0, Math.round((now - shown) / 1000)))} ago`
    : silent
      ? `not live for ${formatDuration(Math.max(0, Math.round((now - toServiceTime(sinceMs)) / 1000)))}`
      : state === 'stale'
        ? 'late'
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
          {says === 'late' && connection.lastDataAtMs !== null && (
            <span className="more">, {lastDataText(connection, now)}</span>
          )}
        </small>
      </div>
    </div>
  )
}

interface TimeTipProps {
  readonly atMs: number
  readonly left: number
  readonly minutes: number
}

/** What the machine did at the second under the pointer, and who most. */
function TimeTip({ atMs, left, minutes }: TimeTipProps) {
  const { untilMs } = useTimeStretch(minutes)
  return (
    <div className="tb-tip">
      <SecondCard
        {...{ atMs, untilMs }}
        series={TIME_SERIES}
        format={formatPercent}
        who={biggestOnCpu}
        style={beside(left)}
      />
    </div>
  )
}

/** What a flag stands for, moving with it; its link says the same to who does not see it. */
function FlagTip({ flag, track, minutes }: PointedFlag & { minutes: number }) {
  const { fromMs, spanMs } = useTimeStretch(minutes)
  const { lines, more } = tellFlag(flag)
  const box = track.getBoundingClientRect()
  const x = box.left + ((flag.atMs - fromMs) / spanMs) * box.width
  return (
    <div className="tb-tip" aria-hidden="true">
      <div className="tip events" style={beside(x)}>
        {lines.map(({ id, clock, text }) => (
          <p key={id}>
            <span className="mid">{clock}</span> {text}
          </p>
        ))}
        {more > 0 && <p className="mid">and {formatCount(more)} more</p>}
      </div>
    </div>
  )
}

const GAP = 8
const beside = (x: number): CSSProperties =>
  x < innerWidth / 2 ? { left: x + GAP } : { right: innerWidth - x + GAP }
