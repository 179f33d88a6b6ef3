import type { ProcessRow } from '@taskmanager/contracts'
import { useEffect, useEffectEvent, useRef } from 'react'
import { paint, type PaintedSeries } from '../../components/painter.ts'
import { onThemeChange } from '../../components/token-colours.ts'
import { formatPercent } from '../../lib/format.ts'
import { sparkMaximum } from '../../lib/heat.ts'
import { sumMinutes } from '../../lib/second-history.ts'
import { cpuHistory, useProcesses } from '../../stores/live-processes.ts'
import type { Identity } from './use-process-info.ts'

interface ProcessPlotProps {
  readonly identity: Identity
  /** Its branch, itself included: their sum is drawn. Left out, or of one that ended: itself alone. */
  readonly members?: readonly ProcessRow[]
  readonly label: string
}

/** The last minute of CPU of one process or its branch, from what the page has held. */
export function ProcessPlot({ identity, members = [], label }: ProcessPlotProps) {
  // The history is not React's: each sample draws anew.
  useProcesses((live) => live.sampledAtMs)
  const values =
    members.length > 1
      ? sumMinutes(members.map((one) => cpuHistory(one.pid, one.start_id)))
      : cpuHistory(identity.pid, identity.startId)
  const known = values === null ? [] : [...values].filter((value) => !Number.isNaN(value))
  const peak = known.reduce((most, value) => Math.max(most, value), 0)
  const maximum = sparkMaximum(peak)
  return (
    <figure className="dr-chart">
      <figcaption>
        {label}
        <span className="dim">{formatPercent(maximum)}</span>
      </figcaption>
      <LinePlot
        label={`${label}: now ${formatPercent(known.at(-1) ?? null, 1)}, peak ${formatPercent(peak, 1)}`}
        times={SECONDS}
        values={
          values === null ? [] : Array.from(values, (value) => (Number.isNaN(value) ? null : value))
        }
        maximum={maximum}
        hue="--cpu"
      />
    </figure>
  )
}

const SECONDS = Array.from({ length: 60 }, (_, index) => index * 1000)

interface LinePlotProps {
  readonly label: string
  readonly times: readonly number[]
  readonly values: readonly (number | null)[]
  readonly maximum: number
  readonly hue: string
  readonly style?: PaintedSeries['style']
}

/** One line on a canvas, drawn anew with each sample. */
export function LinePlot(props: LinePlotProps) {
  const { label } = props
  const canvas = useRef<HTMLCanvasElement>(null)
  const draw = useEffectEvent(() => {
    if (canvas.current === null) return
    const { times, values, maximum, hue, style = 'line' } = props
    paint(canvas.current, {
      times,
      series: [{ values, hue, style }],
      fromMs: times[0] ?? 0,
      untilMs: Math.max(times.at(-1) ?? 1, (times[0] ?? 0) + 1),
      maximum,
      grid: true,
    })
  })
  useEffect(() => draw())
  useEffect(() => {
    const element = canvas.current
    if (element === null) return
    const observer = new ResizeObserver(() => requestAnimationFrame(() => draw()))
    observer.observe(element)
    const stop = onThemeChange(() => draw())
    return () => {
      observer.disconnect()
      stop()
    }
  }, [])
  return <canvas ref={canvas} role="img" aria-label={label} />
}
