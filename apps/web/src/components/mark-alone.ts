import type uPlot from 'uplot'

/** What a point looks like that has no neighbour to draw a line to. */
export interface AloneLook {
  readonly colour: string
  /** Of the sliver below it; `null`: the series has no fill. */
  readonly fill: string | null
  /** An inner share has a fill only. */
  readonly dot: boolean
}

/** Radius of the dot, and width of the sliver under it, CSS pixels. */
const SIZE = 2

/** For the hook `drawSeries` of uPlot, which draws no line through one point: a dot there, and a sliver of its fill. */
export function markAlone(chart: uPlot, series: number, look: AloneLook): void {
  const { ctx, bbox, data } = chart
  const size = SIZE * devicePixelRatio
  const bottom = bbox.top + bbox.height
  // uPlot remembers what it set last and would not set it again.
  ctx.save()
  for (const index of aloneIn(data[series] ?? [])) {
    const atMs = data[0][index]
    const value = data[series]?.[index]
    if (atMs === undefined || value == null) continue
    const x = Math.min(chart.valToPos(atMs, 'x', true), bbox.left + bbox.width - size)
    if (x < bbox.left) continue
    const y = Math.min(Math.max(chart.valToPos(value, 'y', true), bbox.top + size), bottom - size)
    if (look.fill !== null) {
      ctx.fillStyle = look.fill
      ctx.fillRect(x - size / 2, y, size, bottom - y)
    }
    if (!look.dot) continue
    ctx.fillStyle = look.colour
    ctx.beginPath()
    ctx.arc(x, y, size, 0, 2 * Math.PI)
    // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas, not an array
    ctx.fill()
  }
  ctx.restore()
}

/** Indexes of known values with nothing known on either side. */
function aloneIn(values: ArrayLike<number | null | undefined>): number[] {
  const isKnown = (index: number): boolean => values[index] != null
  return Array.from({ length: values.length }, (_, index) => index).filter(
    (index) => isKnown(index) && !isKnown(index - 1) && !isKnown(index + 1),
  )
}
