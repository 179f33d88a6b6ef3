import { useEffect, useRef } from 'react'
import { connections, isOld } from '../stores/connection.ts'
import { crosshair } from '../stores/crosshair.ts'
import { gapsIn, liveStats, statsHistory } from '../stores/live-stats.ts'
import { paint, type PaintedSeries } from './painter.ts'
import { onThemeChange } from './token-colours.ts'

const LEAD_IN_MS = 1500

export interface PlotSeries {
  readonly key: string
  readonly hue: string
  readonly style: PaintedSeries['style']
}

interface PlotProps {
  readonly series: readonly PlotSeries[]
  readonly seconds?: number
  readonly maximum: number
  /** Instant at its right edge; the newest sample where left out. */
  readonly untilMs?: number | undefined
  readonly grid?: boolean
  /** Whether it draws the shared crosshair itself. */
  readonly cross?: boolean
  /** What it shows, for people who do not see it. Without it the plot is decoration beside the same figures. */
  readonly label?: string
  readonly className?: string
}

/** A small live chart: redrawn from the history when a sample lands, without React. */
export function Plot(props: PlotProps) {
  const {
    series,
    seconds = 60,
    maximum,
    untilMs,
    grid = true,
    cross = true,
    label,
    className,
  } = props
  const canvas = useRef<HTMLCanvasElement>(null)

  useEffect(() => {
    const element = canvas.current
    if (element === null) return
    const draw = () => drawHistory(element, { series, seconds, maximum, untilMs, grid, cross })
    const stops = [
      liveStats.subscribe(draw),
      ...(cross ? [crosshair.subscribe(draw)] : []),
      connections.stats.subscribe(draw),
      onThemeChange(draw),
    ]
    const observer = new ResizeObserver(draw)
    observer.observe(element)
    draw()
    return () => {
      observer.disconnect()
      for (const stop of stops) stop()
    }
  }, [series, seconds, maximum, untilMs, grid, cross])

  return (
    <canvas
      ref={canvas}
      className={className ?? 'plot'}
      {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    />
  )
}

interface DrawnHistory {
  readonly series: readonly PlotSeries[]
  readonly seconds: number
  readonly maximum: number
  readonly untilMs: number | undefined
  readonly grid: boolean
  readonly cross: boolean
}

function drawHistory(canvas: HTMLCanvasElement, drawn: DrawnHistory): void {
  if (document.hidden) return
  const { series, seconds, maximum, grid } = drawn
  const untilMs = drawn.untilMs ?? liveStats.get()?.sampled_at_ms ?? Date.now()
  const fromMs = untilMs - seconds * 1000
  const keys = series.map((one) => one.key)
  // From before the edge, so that the line enters from outside.
  const { times, values } = statsHistory.window(keys, fromMs - LEAD_IN_MS, untilMs)
  const { state } = connections.stats.get()
  paint(canvas, {
    times,
    series: series.map(({ hue, style }, index) => ({ hue, style, values: values[index] ?? [] })),
    fromMs,
    untilMs,
    maximum,
    grid,
    gaps: gapsIn(fromMs, untilMs),
    crossMs: drawn.cross ? crosshair.get() : null,
    stale: isOld(state),
  })
}
