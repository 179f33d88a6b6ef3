import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { formatClock } from '../lib/format.ts'
import { withoutZeros } from '../lib/common-unit.ts'
import { connections, isOld } from '../stores/connection.ts'
import { crosshair } from '../stores/crosshair.ts'
import { liveStats, statsHistory } from '../stores/live-stats.ts'
import { Button } from './button.tsx'
import type { UserThen } from './biggest-then.ts'
import { Cross, type Range } from './chart-cross.tsx'
import type { ChartSeries } from './chart-series.ts'
import { ChartTable } from './chart-table.tsx'
import { Icon } from './icon.tsx'
import { hatchGaps } from './hatch-gaps.ts'
import { markAlone } from './mark-alone.ts'
import { onThemeChange, token, tokenNumber } from './token-colours.ts'

const LEAD_IN_MS = 1500

interface ChartProps {
  readonly title: string
  readonly series: readonly ChartSeries[]
  readonly seconds: number
  readonly maximum: number
  /** The maximum has just changed: its label is bold for two seconds. */
  readonly changed?: boolean
  /** Value with unit, for the top of the axis and the tooltip. */
  readonly format: (value: number | null) => string
  /** Right of the legend. */
  readonly note?: string
  readonly short?: boolean
  /** Further lines of the tooltip for a second of the past. */
  readonly who?: (atMs: number) => readonly UserThen[]
}

/** The big live chart: uPlot, updated in place; axes are text of the page; one crosshair for all charts. */
export function Chart(props: ChartProps) {
  const { title, series, seconds, format, note } = props
  const rows = props.short === true ? 2 : 4
  const [tableUntilMs, setTableUntilMs] = useState<number | null>(null)
  const isTable = tableUntilMs !== null
  return (
    <figure className={props.short === true ? 'chart short' : 'chart'}>
      <figcaption className="cap">
        <span className="strong">{title}</span>
        {(series.length > 1 || series[0]?.name !== title) &&
          series.map((one) => (
            <span key={one.key} className={`key ${KEY_LOOK[one.style]} hue-${one.hue}`}>
              {one.name}
            </span>
          ))}
        <span className="dim note">{isTable ? `as of ${formatClock(tableUntilMs)}` : note}</span>
        <Button
          icon
          aria-label={`Show ${title} as ${isTable ? 'a chart' : 'a table'}`}
          title={isTable ? 'Show as chart' : 'Show as table'}
          onClick={() => setTableUntilMs(isTable ? null : (statsHistory.newest ?? Date.now()))}
        >
          <Icon name={isTable ? 'performance' : 'columns'} />
        </Button>
      </figcaption>
      {isTable ? (
        <ChartTable {...{ title, series, seconds, format }} untilMs={tableUntilMs} />
      ) : (
        <Drawn {...props} rows={rows} />
      )}
    </figure>
  )
}

function Drawn(props: ChartProps & { rows: number }) {
  const { maximum, rows, format, seconds } = props
  return (
    <>
      <div className="y" aria-hidden="true">
        {yLabels(maximum, rows, format).map((label, index) => (
          <span key={label} className={index === 0 && props.changed === true ? 'changed' : ''}>
            {label}
          </span>
        ))}
      </div>
      <div className="p">
        <ChartFrame {...props} />
      </div>
      <div className="x" aria-hidden="true">
        {xLabels(seconds).map((label, index, all) => (
          <span key={label} style={{ left: `${(index / (all.length - 1)) * 100}%` }}>
            {label}
          </span>
        ))}
      </div>
    </>
  )
}

const KEY_LOOK = { line: '', dash: 'dash', area: 'fill' } as const

/** The unit is said once, at the maximum. */
function yLabels(maximum: number, rows: number, format: (value: number) => string): string[] {
  const top = withoutZeros(format(maximum))
  const unitless = (value: number): string => {
    const share = Number.parseFloat(top.replaceAll(',', '')) * (value / maximum)
    return value === 0 ? '0' : String(Number(share.toPrecision(3)))
  }
  return Array.from({ length: rows + 1 }, (_, index) =>
    index === 0 ? top : unitless(maximum * (1 - index / rows)),
  )
}

function xLabels(seconds: number): string[] {
  const minutes = seconds > 120
  const unit = minutes ? 60 : 1
  const steps = minutes ? 5 : 6
  return Array.from({ length: steps + 1 }, (_, index) => {
    const value = Math.round((seconds / unit) * (1 - index / steps))
    if (value === 0) return 'now'
    return index === 0 ? `${value} ${minutes ? 'min' : 's'}` : String(value)
  })
}

function ChartFrame(props: ChartProps & { rows: number }) {
  const { title, series, seconds, maximum, format, rows } = props
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const range = useRef({ fromMs: 0, untilMs: 1, maximum: 1 })
  const [empty, setEmpty] = useState(true)
  const [label, setLabel] = useState(title)

  useEffect(() => {
    const element = box.current
    if (element === null) return
    const size = () => ({
      width: Math.max(1, element.clientWidth),
      height: Math.max(1, element.clientHeight),
    })
    const made = new uPlot(options(series, range, size()), [[]], element)
    plot.current = made
    const recolour = () => document.hidden || made.redraw(false)
    const stops = [onThemeChange(recolour), connections.stats.subscribe(recolour)]
    // In the next frame: a size set inside the observer's own turn would be reported as a loop.
    let resize = 0
    const observer = new ResizeObserver(() => {
      cancelAnimationFrame(resize)
      resize = requestAnimationFrame(() => made.setSize(size()))
    })
    observer.observe(element)
    return () => {
      observer.disconnect()
      cancelAnimationFrame(resize)
      for (const stop of stops) stop()
      made.destroy()
      plot.current = null
    }
  }, [series])

  // After the effect above, which makes the plot that this one fills.
  useEffect(() => {
    const keys = series.map((one) => one.key)
    const update = () => {
      if (plot.current === null || document.hidden) return
      const untilMs = liveStats.get()?.sampled_at_ms ?? Date.now()
      const fromMs = untilMs - seconds * 1000
      const { times, values } = statsHistory.window(keys, fromMs - LEAD_IN_MS, untilMs)
      range.current = { fromMs, untilMs, maximum }
      setEmpty(!values.some((list) => list.some((value) => value !== null)))
      plot.current.setData([times, ...values], true)
    }
    update()
    return liveStats.subscribe(update)
  }, [series, seconds, maximum])

  const moveTo = (atMs: number): void => {
    const { fromMs, untilMs } = range.current
    crosshair.set(Math.min(untilMs, Math.max(fromMs, atMs)))
  }
  const onMove = (event: PointerEvent<HTMLDivElement>) => {
    const area = event.currentTarget.getBoundingClientRect()
    const { fromMs, untilMs } = range.current
    moveTo(fromMs + ((event.clientX - area.left) / area.width) * (untilMs - fromMs))
  }
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
    if (step === 0) {
      if (event.key === 'Escape') crosshair.set(null)
      return
    }
    event.preventDefault()
    moveTo((crosshair.get() ?? range.current.untilMs) + step * Math.max(1000, seconds * 10))
  }
  return (
    // A picture that can be focused: arrow keys move the crosshair, the label is renewed on focus, not on ticks.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a picture that answers to arrow keys
    <div
      className="frame gridded"
      data-rows={rows}
      ref={box}
      role="img"
      aria-label={label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the arrow keys need a focus
      tabIndex={0}
      onFocus={() => setLabel(describe(props))}
      onPointerMove={onMove}
      onPointerLeave={() => crosshair.set(null)}
      onBlur={() => crosshair.set(null)}
      onKeyDown={onKey}
    >
      {empty && <span className="said">measuring…</span>}
      <Cross range={range} {...{ series, format }} who={props.who} />
    </div>
  )
}

/** "CPU use, last 60 seconds: now 23 %, lowest 13 %, peak 47 %". */
function describe({ title, series, seconds, format }: ChartProps): string {
  const untilMs = liveStats.get()?.sampled_at_ms ?? Date.now()
  const parts = series.map((one) => {
    const { values } = statsHistory.series(one.key, untilMs - seconds * 1000, untilMs)
    const known = values.filter((value) => value !== null)
    if (known.length === 0) return `${one.name} not known yet`
    const now = format(values.at(-1) ?? null)
    return `${one.name} now ${now}, lowest ${format(Math.min(...known))}, peak ${format(Math.max(...known))}`
  })
  return `${title}, last ${seconds === 60 ? '60 seconds' : `${seconds / 60} minutes`}: ${parts.join('; ')}`
}

function options(
  series: readonly ChartSeries[],
  range: Range,
  size: { readonly width: number; readonly height: number },
): uPlot.Options {
  const hue = (one: ChartSeries): string => {
    const { state } = connections.stats.get()
    return isOld(state) ? token('--text-3') : token(`--${one.hue}`)
  }
  const fill = (one: ChartSeries): string => {
    const strength = token(one.style === 'area' ? '--chart-fill-strong' : '--chart-fill')
    return `color-mix(in srgb, ${hue(one)} ${strength}, transparent)`
  }
  const alone = (chart: uPlot, index: number) => {
    const one = series[index - 1]
    if (one === undefined) return
    markAlone(chart, index, {
      colour: hue(one),
      fill: one.style === 'dash' ? null : fill(one),
      dot: one.style !== 'area',
    })
  }
  return {
    ...size,
    padding: [1, 0, 0, 0],
    cursor: { show: false },
    legend: { show: false },
    scales: {
      x: { time: false, range: () => [range.current.fromMs, range.current.untilMs] },
      y: { range: () => [0, range.current.maximum] },
    },
    axes: [{ show: false }, { show: false }],
    series: [
      {},
      ...series.map((one): uPlot.Series => ({
        spanGaps: false,
        points: { show: false },
        width: one.style === 'area' ? 0 : tokenNumber('--chart-line'),
        stroke: () => hue(one),
        ...(one.style === 'dash' && { dash: [5, 4] }),
        ...(one.style !== 'dash' && { fill: () => fill(one) }),
      })),
    ],
    hooks: { drawClear: [hatchGaps], drawSeries: [alone] },
  }
}
