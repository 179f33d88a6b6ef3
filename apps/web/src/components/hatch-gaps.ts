import type uPlot from 'uplot'
import { token } from './token-colours.ts'

/** Paints where nothing is known: a gap is a gap, not a line across it. Gaps in the first series only. */
export function hatchGaps(chart: uPlot): void {
  const [times, values] = chart.data
  if (values === undefined) return
  const { ctx, bbox } = chart
  ctx.save()
  ctx.fillStyle = token('--line-2')
  ctx.globalAlpha = 0.5
  let lastKnown: number | null = null
  let open = false
  for (const [index, time] of times.entries()) {
    if (values[index] == null) {
      open = lastKnown !== null
      continue
    }
    if (open && lastKnown !== null) {
      const left = chart.valToPos(lastKnown, 'x', true)
      const right = chart.valToPos(time, 'x', true)
      ctx.fillRect(
        Math.max(bbox.left, left),
        bbox.top,
        right - Math.max(bbox.left, left),
        bbox.height,
      )
    }
    open = false
    lastKnown = time
  }
  ctx.restore()
}
