const STEPS = 7
/** Below half a percent of the scale a cell has neither tint nor bar. */
const LEAST_SHARE = 0.005
/** A step changes only when its edge is crossed by a tenth, so a value on the edge does not flicker. */
const SLACK = 0.1

/** `round(7 × √share)`, 1 to 7; 0 below the threshold. `share` is value ÷ scale, 0-1. */
export function heatStep(share: number | null): number {
  if (share === null || share < LEAST_SHARE) return 0
  return Math.min(STEPS, Math.max(1, Math.round(STEPS * Math.sqrt(share))))
}

/** The step of a cell that had step `previous` before. */
export function nextHeatStep(share: number | null, previous: number): number {
  const step = heatStep(share)
  if (share === null || step === previous) return step
  const edge = step > previous ? edgeOf(previous + 1) : edgeOf(previous)
  const crossed = step > previous ? share > edge * (1 + SLACK) : share < edge * (1 - SLACK)
  return crossed || Math.abs(step - previous) > 1 ? step : previous
}

/** Share at which `step` begins. */
function edgeOf(step: number): number {
  return step <= 1 ? LEAST_SHARE : ((step - 0.5) / STEPS) ** 2
}

/** Length of the bar under the number, 0-1 of the cell. */
export function heatBar(share: number | null): number {
  return share === null || share < LEAST_SHARE ? 0 : Math.min(1, Math.sqrt(share))
}

const MAXIMA = [1, 2, 5, 10, 25, 50, 100]

/** Maximum of a sparkline: the step above its peak, percent. */
export function sparkMaximum(peak: number): number {
  return MAXIMA.find((maximum) => peak <= maximum) ?? peak
}
