import { memo, useEffect, useRef } from 'react'
import { sparkMaximum } from '../lib/heat.ts'
import type { MinuteOfValues } from '../lib/second-history.ts'
import { onThemeChange, token, tokenNumber } from './token-colours.ts'

interface SparkCellProps {
  /** Reads the minute when it is time to draw; `null`: none yet. */
  readonly read: () => MinuteOfValues | null
  /** Number of the sample: a new one redraws. */
  readonly seq: number
  readonly column: number
}

/** One minute of CPU on a small canvas, scaled to the step above its own peak. */
export const SparkCell = memo(
  function SparkCell({ read, seq, column }: SparkCellProps) {
    const canvas = useRef<HTMLCanvasElement>(null)
    useEffect(() => {
      const draw = () => canvas.current !== null && drawSpark(canvas.current, read())
      draw()
      return onThemeChange(draw)
      // oxlint-disable-next-line react/exhaustive-effect-dependencies -- a new sample redraws
    }, [read, seq])
    return (
      <div role="gridcell" aria-colindex={column} className="cell sp" aria-label="Drawing of 60 s">
        <canvas ref={canvas} className="spark" aria-hidden="true" />
      </div>
    )
  },
  (before, after) => before.seq === after.seq && before.read === after.read,
)

function drawSpark(canvas: HTMLCanvasElement, values: MinuteOfValues | null): void {
  const context = canvas.getContext('2d')
  const { clientWidth: width, clientHeight: height } = canvas
  if (context === null || width === 0) return
  const scale = devicePixelRatio
  const pixels = [Math.round(width * scale), Math.round(height * scale)] as const
  if (canvas.width !== pixels[0]) canvas.width = pixels[0]
  if (canvas.height !== pixels[1]) canvas.height = pixels[1]
  context.setTransform(scale, 0, 0, scale, 0, 0)
  context.clearRect(0, 0, width, height)
  if (values === null) return
  let peak = 0
  for (const value of values) if (value > peak) peak = value
  const maximum = sparkMaximum(peak)
  canvas.title = `60 s, full height ${maximum} %`
  const x = (index: number) => (index / (values.length - 1)) * width
  const y = (value: number) => height - 1 - (value / maximum) * (height - 2)
  context.strokeStyle = token('--cpu')
  context.fillStyle = token('--cpu')
  context.lineWidth = 1.2
  let start = -1
  for (let index = 0; index <= values.length; index += 1) {
    const known = index < values.length && !Number.isNaN(values[index])
    if (known && start === -1) start = index
    if (known || start === -1) continue
    const line = new Path2D()
    for (let at = start; at < index; at += 1) line.lineTo(x(at), y(values[at] ?? 0))
    const area = new Path2D(line)
    area.lineTo(x(index - 1), height)
    area.lineTo(x(start), height)
    context.globalAlpha = tokenNumber('--chart-fill')
    // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas, not an array
    context.fill(area)
    context.globalAlpha = 1
    context.stroke(line)
    start = -1
  }
}
