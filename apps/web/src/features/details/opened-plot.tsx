import {
  formatBytes,
  formatCount,
  formatDuration,
  formatRate,
  memoryCellUnit,
} from '../../lib/format.ts'
import { withoutZeros } from '../../lib/common-unit.ts'
import type { Figures } from '../../lib/process-tree.ts'
import { niceCeiling } from '../../lib/soft-maximum.ts'
import { DrawerChart } from './drawer-chart.tsx'
import type { OpenedSample } from './use-since-opened.ts'

type OpenedFigure = 'memory' | 'threads' | 'read' | 'write'

interface OpenedPlotProps {
  readonly figure: OpenedFigure
  readonly samples: readonly OpenedSample[]
  readonly of: 'own' | 'branch'
}

interface Look {
  readonly name: string
  readonly hue: string
  readonly format: (value: number | null) => string
  readonly ceiling: (peak: number) => number
}

const LOOKS: Record<OpenedFigure, Look> = {
  memory: { name: 'Memory', hue: '--mem', format: formatBytes, ceiling: bytesCeiling },
  threads: { name: 'Threads', hue: '--text-3', format: formatCount, ceiling: niceCeiling },
  read: { name: 'Read', hue: '--disk', format: formatRate, ceiling: niceCeiling },
  write: { name: 'Write', hue: '--disk', format: formatRate, ceiling: niceCeiling },
}

/** One figure since the drawer was opened. */
export function OpenedPlot({ figure, samples, of }: OpenedPlotProps) {
  const { name, hue, format, ceiling } = LOOKS[figure]
  const times = samples.map(({ atMs }) => atMs)
  const values = samples.map((sample): Figures[OpenedFigure] => sample[of][figure])
  const known = values.filter((value) => value !== null)
  const peak = known.reduce((most, value) => Math.max(most, value), 0)
  // The window only grows, so the scale never shrinks under the line.
  const maximum = ceiling(peak * 1.15)
  const span = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000
  const now = format(known.at(-1) ?? null)
  return (
    <DrawerChart
      name={name}
      value={now}
      note="since opened"
      label={`${name} since opened: now ${now}, peak ${format(peak)}`}
      hue={hue}
      times={times}
      values={values}
      maximum={maximum}
      top={withoutZeros(format(maximum))}
      below={span < 1 ? ['now'] : [formatDuration(span), 'now']}
      missing={known.length === 0 && times.length > 0 ? 'Not permitted or not reported.' : null}
    />
  )
}

/** A round number of the unit it is written in. */
function bytesCeiling(peak: number): number {
  const base = memoryCellUnit() === 'MB' ? 1000 : 1024
  if (peak < 1) return 1
  const unit = base ** Math.floor(Math.log(peak) / Math.log(base))
  return niceCeiling(peak / unit) * unit
}
