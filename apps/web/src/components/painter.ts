import type { Gap } from '../lib/gaps.ts'
import { hatch } from './hatch.ts'
import { token, tokenNumber } from './token-colours.ts'

/** A line of a small plot. Values are already known on `times`; `null` breaks line and fill. */
export interface PaintedSeries {
  readonly values: readonly (number | null)[]
  /** Token of the colour, for example `--cpu`. */
  readonly hue: string
  /** `line`: over a fill · `thin`: without fill · `dash`: second series, no fill · `area`: the inner share, fill only. */
  readonly style: 'line' | 'thin' | 'dash' | 'area'
}

export interface PaintedPlot {
  readonly times: readonly number[]
  readonly series: readonly PaintedSeries[]
  readonly fromMs: number
  readonly untilMs: number
  readonly maximum: number
  readonly grid: boolean
  /** Stretches of which nothing is known, and why. */
  readonly gaps?: readonly Gap[]
  /** Instant of the shared crosshair. */
  readonly crossMs?: number | null
  /** Nothing of this is of now: hue drained. */
  readonly stale?: boolean
}

/** Draws one plot over the whole canvas, sharp on any screen. */
export function paint(canvas: HTMLCanvasElement, plot: PaintedPlot): void {
  const context = canvas.getContext('2d')
  const { clientWidth: width, clientHeight: height } = canvas
  if (context === null || width === 0 || height === 0) return
  const scale = devicePixelRatio
  const [pixelWidth, pixelHeight] = [Math.round(width * scale), Math.round(height * scale)]
  if (canvas.width !== pixelWidth) canvas.width = pixelWidth
  if (canvas.height !== pixelHeight) canvas.height = pixelHeight
  context.setTransform(scale, 0, 0, scale, 0, 0)
  context.clearRect(0, 0, width, height)
  if (plot.grid) paintGrid(context, width, height)
  const x = (time: number) => ((time - plot.fromMs) / (plot.untilMs - plot.fromMs)) * width
  // Half a line of room, so that 0 and 100 % are not cut in two.
  const y = (value: number) => height - 1 - Math.min(1, value / plot.maximum) * (height - 2)
  if (plot.gaps !== undefined) {
    hatch(context, plot.gaps, { top: 0, height, left: 0, right: width, scale: 1, x })
  }
  for (const series of plot.series) {
    const colour = plot.stale === true ? token('--text-3') : token(series.hue)
    for (const run of runs(plot.times, series.values)) {
      paintRun(context, series.style, colour, run, { x, y, height })
    }
  }
  if (plot.crossMs != null && plot.crossMs >= plot.fromMs && plot.crossMs <= plot.untilMs) {
    paintCross(context, Math.round(x(plot.crossMs)) + 0.5, height)
  }
}

interface Point {
  readonly time: number
  readonly value: number
}

/** Splits a line at its gaps. */
export function runs(
  times: readonly number[],
  values: readonly (number | null)[],
): (readonly Point[])[] {
  const all: Point[][] = []
  let current: Point[] = []
  for (const [index, time] of times.entries()) {
    const value = values[index]
    if (value == null) {
      if (current.length > 0) all.push(current)
      current = []
    } else {
      current.push({ time, value })
    }
  }
  if (current.length > 0) all.push(current)
  return all
}

interface Scales {
  readonly x: (time: number) => number
  readonly y: (value: number) => number
  readonly height: number
}

/** Length of the stroke of a point alone, pixels. */
const ALONE = 2

function paintRun(
  context: CanvasRenderingContext2D,
  style: PaintedSeries['style'],
  colour: string,
  run: readonly Point[],
  { x, y, height }: Scales,
): void {
  const path = new Path2D()
  const [first] = run
  if (first === undefined) return
  // A point alone has no line: a short stroke up to it shows that it is there.
  const left = x(first.time) - (run.length === 1 ? ALONE : 0)
  path.moveTo(left, y(first.value))
  for (const point of run.length === 1 ? run : run.slice(1)) {
    path.lineTo(x(point.time), y(point.value))
  }
  if (style === 'line' || style === 'area') {
    const area = new Path2D(path)
    area.lineTo(x(run.at(-1)?.time ?? 0), height)
    area.lineTo(left, height)
    area.closePath()
    context.globalAlpha = tokenNumber(style === 'area' ? '--chart-fill-strong' : '--chart-fill')
    context.fillStyle = colour
    // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas, not an array
    context.fill(area)
    context.globalAlpha = 1
  }
  if (style === 'area') return
  context.strokeStyle = colour
  context.lineWidth = style === 'thin' ? 1 : tokenNumber('--chart-line')
  context.lineJoin = 'round'
  context.lineCap = 'round'
  context.setLineDash(style === 'dash' ? [5, 4] : [])
  context.stroke(path)
  context.setLineDash([])
}

/** Six columns and, as the cards are low, three rows. */
function paintGrid(context: CanvasRenderingContext2D, width: number, height: number): void {
  context.strokeStyle = token('--chart-grid')
  context.lineWidth = 1
  context.beginPath()
  for (let column = 1; column < 6; column += 1) {
    const at = Math.round((width * column) / 6) + 0.5
    context.moveTo(at, 0)
    context.lineTo(at, height)
  }
  for (let row = 1; row < 3; row += 1) {
    const at = Math.round((height * row) / 3) + 0.5
    context.moveTo(0, at)
    context.lineTo(width, at)
  }
  context.stroke()
}

function paintCross(context: CanvasRenderingContext2D, at: number, height: number): void {
  context.globalAlpha = 0.55
  context.strokeStyle = token('--chart-cross')
  context.lineWidth = 1
  context.beginPath()
  context.moveTo(at, 0)
  context.lineTo(at, height)
  context.stroke()
  context.globalAlpha = 1
}
