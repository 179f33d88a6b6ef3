import { isMissing, type Missing } from '../line-worker.ts'
import { floor } from '../opponents/floor.ts'
import { pidusage } from '../opponents/node-packages.ts'
import { ours } from '../opponents/ours.ts'
import { ps } from '../opponents/commands.ts'
import { psutilV1, psutilV2 } from '../opponents/psutil.ts'
import type { WatchedCost } from '../opponents/terminal.ts'
import { digits, ms, times } from '../report/figures.ts'
import { budget, type Budget } from '../report/part-result.ts'
import { cpuRatio, medianOf, type Measured } from '../rounds.ts'

/** What one size gave. */
export interface SweepResult {
  processes: number
  measured: readonly Measured[]
  /** A monitor with a screen of its own, watched afterwards at one picture a second. */
  watched: { name: string } & (WatchedCost | Missing)
}

/** Who saw fewer of the processes than this share did not do the work. */
const SAW_ENOUGH = 0.8

export function sweepRows(result: SweepResult): string[][] {
  const mine = find(result, ours.name)
  return [
    ...result.measured.map((each) => rowOf(each, mine, result.processes)),
    watchedRow(result.watched, mine),
  ]
}

function rowOf(each: Measured, mine: Measured | undefined, processes: number): string[] {
  const { name, costs, failure } = each
  if (costs.length === 0) return [name, '–', '–', '–', '0', failure ?? '']
  const saw = medianOf(each, 'rows')
  const blind = saw < processes * SAW_ENOUGH ? `saw only ${saw} of ${processes}` : null
  return [
    name,
    ms(medianOf(each, 'cpuMs')),
    ms(medianOf(each, 'wallMs')),
    each === mine ? '1' : times(cpuRatio(each, mine)),
    String(costs.length),
    [failure, blind].filter((word) => word !== null).join('; '),
  ]
}

function watchedRow(watched: SweepResult['watched'], mine: Measured | undefined): string[] {
  const name = `${watched.name}, a picture a second`
  if (isMissing(watched)) return [name, '–', '–', '–', '0', `missing: ${watched.missing}`]
  const { cpuMsPerSecond, version } = watched
  const ratio = mine === undefined ? Number.NaN : cpuMsPerSecond / medianOf(mine, 'cpuMs')
  return [name, ms(cpuMsPerSecond), '–', times(ratio), '–', version]
}

interface SweepBudget {
  against: string
  of: string
  required: string
  keeps: (ratio: number) => boolean
}

const atLeast = (least: number) => ({
  required: `>= ${least} × ours`,
  keeps: (ratio: number) => ratio >= least,
})

const BUDGETS: readonly SweepBudget[] = [
  { against: 'psutil, loop of v1', of: psutilV1.name, ...atLeast(25) },
  { against: 'psutil, loop of v2', of: psutilV2.name, ...atLeast(25) },
  { against: 'ps -eo', of: ps.name, ...atLeast(10) },
  { against: 'pidusage on all pids', of: pidusage.name, ...atLeast(4) },
]
const MOST_OVER_FLOOR = 1.5

export function sweepBudgets(size: number, result: SweepResult): Budget[] {
  const mine = find(result, ours.name)
  const overFloor = cpuRatio(mine, find(result, floor.name))
  return [
    ...BUDGETS.map(({ against, of, required, keeps }) => {
      const value = cpuRatio(find(result, of), mine)
      return budget(`sweep at ${size} processes: ${against}`, required, {
        text: times(value),
        value,
        keeps,
      })
    }),
    budget(
      `sweep at ${size} processes: ours over the same calls in C`,
      `<= ${digits(MOST_OVER_FLOOR)} ×`,
      { text: times(overFloor), value: overFloor, keeps: (ratio) => ratio <= MOST_OVER_FLOOR },
    ),
  ]
}

const find = ({ measured }: SweepResult, name: string): Measured | undefined =>
  measured.find((each) => each.name === name)
