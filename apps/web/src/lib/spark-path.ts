import { sparkMaximum } from './heat.ts'
import type { MinuteOfValues } from './second-history.ts'

/** Width and height that paths are made for: one step a second, the zero line at the bottom. */
export const SPARK_BOX = { width: 59, height: 100 } as const

export interface SparkPaths {
  /** `d` of the line and of what lies under it; empty where nothing is known. */
  readonly line: string
  readonly area: string
  /** What the full height stands for: the step above the peak, percent. */
  readonly maximum: number
}

/** How far a second alone reaches to both sides: a point has no line. */
const ALONE = 0.8

/** One minute as paths. What is not known is left out; points within a level stretch are, too. */
export function sparkPaths(values: MinuteOfValues): SparkPaths {
  let peak = 0
  for (const value of values) if (value > peak) peak = value
  const maximum = sparkMaximum(peak)
  const { height } = SPARK_BOX
  const yOf = (index: number) =>
    Math.round(height - (Math.max(0, values[index] ?? 0) / maximum) * height)
  let line = ''
  let area = ''
  let start = -1
  for (let index = 0; index <= values.length; index += 1) {
    const isKnown = index < values.length && !Number.isNaN(values[index])
    if (isKnown && start === -1) start = index
    if (isKnown || start === -1) continue
    const isAlone = index - start === 1
    const [from, to] = isAlone ? [start - ALONE, start + ALONE] : [start, index - 1]
    let points = `${from} ${yOf(start)}`
    for (let at = start + 1; at < index - 1; at += 1) {
      const y = yOf(at)
      if (y !== yOf(at - 1) || y !== yOf(at + 1)) points += `L${at} ${y}`
    }
    points += `L${to} ${yOf(index - 1)}`
    line += `M${points}`
    area += `M${from} ${height}L${points}L${to} ${height}Z`
    start = -1
  }
  return { line, area, maximum }
}
