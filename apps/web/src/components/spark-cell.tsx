import { memo, useEffect, useRef } from 'react'
import { sparkMaximum } from '../lib/heat.ts'
import type { MinuteOfValues } from '../lib/second-history.ts'
import { watchSize, type Size } from './canvas-size.ts'
import { onThemeChange, token, tokenNumber } from './token-colours.ts'
import { whenIdle } from './when-idle.ts'

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
    const size = useRef<Size | null>(null)
    const draw = useRef(() => {})
    useEffect(() => {
      draw.current = () => {
        if (canvas.current !== null && size.current !== null) {
          drawSpark(canvas.current, size.current, read())
        }
      }
      draw.current()
      // oxlint-disable-next-line react/exhaustive-effect-dependencies -- a new sample redraws
    }, [read, seq])
    useEffect(() => {
      if (canvas.current === null) return
      const again = () => draw.current()
      let callOff = () => {}
      const unwatch = watchSize(canvas.current, (next) => {
        size.current = next
        callOff()
        // Most rows that come while a list is scrolled are gone before they could be looked at.
        callOff = whenIdle(again)
      })
      const stop = onThemeChange(again)
      return () => {
        callOff()
        unwatch()
        stop()
      }
    }, [])
    return (
      <div role="gridcell" aria-colindex={column} className="cell sp" aria-label="Drawing of 60 s">
        <canvas ref={canvas} className="spark" aria-hidden="true" />
      </div>
    )
  },
  (before, after) => before.seq === after.seq && before.read === after.read,
)

function drawSpark(
  canvas: HTMLCanvasElement,
  { width, height }: Size,
  values: MinuteOfValues | null,
): void {
  const context = canvas.getContext('2d')
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
  const title = `60 s, full height ${maximum} %`
  // Writing what is there already would make the browser look at the row again.
  if (canvas.title !== title) canvas.title = title
  context.strokeStyle = token('--cpu')
  context.fillStyle = token('--cpu')
  context.lineWidth = 1.2
  const x = (index: number) => (index / (values.length - 1)) * width
  const y = (index: number) => height - 1 - ((values[index] ?? 0) / maximum) * (height - 2)
  let start = -1
  for (let index = 0; index <= values.length; index += 1) {
    const known = index < values.length && !Number.isNaN(values[index])
    if (known && start === -1) start = index
    if (known || start === -1) continue
    context.beginPath()
    // A second alone has no line: a short stroke shows that it is there.
    if (index - start === 1) context.moveTo(x(start) - 2, y(start))
    for (let at = start; at < index; at += 1) context.lineTo(x(at), y(at))
    context.stroke()
    context.lineTo(x(index - 1), height)
    context.lineTo(x(start), height)
    context.globalAlpha = tokenNumber('--chart-fill')
    // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas, not an array
    context.fill()
    context.globalAlpha = 1
    start = -1
  }
}
