import { useEffect, useMemo, useRef, type PointerEvent } from 'react'
import { Plot } from '../components/plot.tsx'
import { useWidth } from '../components/use-width.ts'
import { useStore } from '../lib/create-store.ts'
import { tickTimes } from '../lib/tick-times.ts'
import { isOld, useConnectionState } from '../stores/connection.ts'
import { crosshair } from '../stores/crosshair.ts'
import { usePreference } from '../stores/preferences.ts'
import { FlagLinks, type PointedFlag } from './time-flags.tsx'
import { useTimeFlags } from './use-time-flags.ts'
import { useTimeStretch } from './use-time-stretch.ts'

export const TIME_SERIES = [
  { key: 'cpu', name: 'CPU', hue: '--cpu', style: 'line' },
  { key: 'memory.percent', name: 'Memory', hue: '--mem', style: 'thin' },
] as const

interface TrackProps {
  readonly minutes: number
  /** Where the pointer is, pixels from the left of the window; `null`: elsewhere. */
  readonly onPointer: (x: number | null) => void
  /** The flag under the pointer or with the focus. */
  readonly onFlag: (pointed: PointedFlag | null) => void
}

/** The plot of the time bar with what lies over it: the unknown, the shared second, flags, hours. */
export function Track({ minutes, onPointer, onFlag }: TrackProps) {
  const stretch = useTimeStretch(minutes)
  const { fromMs, untilMs, spanMs, unknownFromMs, isNow } = stretch
  const late = isOld(useConnectionState('stats'))
  const paused = usePreference('paused')
  const cross = useStore(crosshair, (at) => at)
  const track = useRef<HTMLDivElement>(null)
  const width = useWidth(track, 1000)
  const ticks = useMemo(() => tickTimes(fromMs, untilMs, width), [fromMs, untilMs, width])
  const flags = useTimeFlags(stretch, width)
  const shareOf = (at: number) => `${((at - fromMs) / spanMs) * 100}%`

  useEffect(() => () => crosshair.set(null), [])
  const onMove = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    crosshair.set(fromMs + ((event.clientX - box.left) / box.width) * spanMs)
    onPointer(event.clientX)
  }
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
        series={TIME_SERIES}
        seconds={minutes * 60}
        maximum={100}
        untilMs={unknownFromMs === null ? undefined : untilMs}
        grid={false}
        cross={false}
        label={`CPU and memory use, last ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`}
      />
      {unknownFromMs !== null && (
        <span
          className="tb-gap"
          style={{ left: shareOf(unknownFromMs), right: 0 }}
          title="No data: the service does not answer"
        />
      )}
      {cross !== null && cross >= fromMs && cross <= untilMs && (
        <span className="tb-cross" style={{ left: shareOf(cross) }} />
      )}
      <span className={late || paused ? 'tb-edge still' : 'tb-edge'} />
      <FlagLinks flags={flags} fromMs={fromMs} spanMs={spanMs} onPointed={onFlag} />
      <div className="tb-ticks" aria-hidden="true">
        {ticks.map((tick) => (
          <span key={tick.atMs} style={{ left: shareOf(tick.atMs) }}>
            {tick.text}
          </span>
        ))}
        {isNow && <span className="now">now</span>}
      </div>
    </div>
  )
}
