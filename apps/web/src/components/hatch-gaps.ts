import type uPlot from 'uplot'
import { gapsIn } from '../stores/live-stats.ts'
import { hatch } from './hatch.ts'

/** Hook of uPlot: hatches the gaps in sight, under the lines. */
export function hatchGaps(chart: uPlot): void {
  const { ctx, bbox, scales } = chart
  const { min, max } = scales['x'] ?? {}
  if (min == null || max == null) return
  hatch(ctx, gapsIn(min, max), {
    top: bbox.top,
    height: bbox.height,
    left: bbox.left,
    right: bbox.left + bbox.width,
    scale: devicePixelRatio,
    x: (atMs) => chart.valToPos(atMs, 'x', true),
  })
}
