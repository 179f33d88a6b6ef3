import { memo, useMemo, type CSSProperties } from 'react'
import type { CpuStats } from '@taskmanager/contracts'
import { Plot, type PlotSeries } from '../../components/plot.tsx'
import { formatPercent } from '../../lib/format.ts'
import { heatStep } from '../../lib/heat.ts'
import { useStats } from '../../stores/live-stats.ts'
import { usePreference } from '../../stores/preferences.ts'

type Core = CpuStats['cores'][number]

const MOST_CHARTS = 16
const MOST_TILES = 64
const HOT_PERCENT = 60

const NONE: readonly Core[] = []

/** Up to 16 cores: a chart each · up to 64: a tile with value and bar · more: a grid of heat. */
export function Cores() {
  const cores = useStats((frame) => frame?.cpu.cores ?? NONE)
  if (cores.length === 0) return null
  return (
    <section aria-label="Logical cores">
      <div className="subhead">
        <h2>{cores.length === 1 ? '1 logical core' : `${cores.length} logical cores`}</h2>
        <span className="r">each 0 to 100 %</span>
      </div>
      {cores.length <= MOST_CHARTS ? (
        <div
          className="cores"
          style={{ '--core-columns': Math.min(8, cores.length) } as CSSProperties}
        >
          {cores.map((core) => (
            <CoreChart key={core.index} index={core.index} usage={core.usage_percent} />
          ))}
        </div>
      ) : cores.length <= MOST_TILES ? (
        <div className="coretiles hue-cpu">
          {cores.map((core) => (
            <CoreTile key={core.index} core={core} />
          ))}
        </div>
      ) : (
        <div className="coreheat hue-cpu" role="img" aria-label={heatLabel(cores)}>
          {cores.map((core) => (
            <span
              key={core.index}
              className={`h${heatStep(core.usage_percent === null ? null : core.usage_percent / 100)}`}
              title={`Core ${core.index}: ${formatPercent(core.usage_percent)}`}
            />
          ))}
        </div>
      )}
    </section>
  )
}

interface CoreChartProps {
  readonly index: number
  readonly usage: number | null
}

const CoreChart = memo(function CoreChart({ index, usage }: CoreChartProps) {
  const seconds = usePreference('chartSeconds')
  const series = useMemo(
    (): PlotSeries[] => [
      { key: `core.${index}`, hue: '--cpu', style: 'line' },
      { key: `core.${index}.kernel`, hue: '--cpu', style: 'area' },
    ],
    [index],
  )
  return (
    <div className={(usage ?? 0) > HOT_PERCENT ? 'core hot' : 'core'}>
      <div className="l">
        <span>
          <span className="vh">Core </span>
          {index}
        </span>
        <b>{usage === null ? '…' : formatPercent(usage)}</b>
      </div>
      <div className="frame">
        <Plot series={series} seconds={seconds} maximum={100} grid={false} />
      </div>
    </div>
  )
})

function CoreTile({ core }: { core: Core }) {
  const usage = core.usage_percent
  return (
    <div className={(usage ?? 0) > HOT_PERCENT ? 'coretile hot' : 'coretile'}>
      <span>{core.index}</span>
      <b>{usage === null ? '…' : formatPercent(usage)}</b>
      <span className="thinbar" aria-hidden="true">
        <i style={{ '--w': (usage ?? 0) / 100 } as CSSProperties} />
      </span>
    </div>
  )
}

function heatLabel(cores: readonly Core[]): string {
  const hot = cores.filter((core) => (core.usage_percent ?? 0) > HOT_PERCENT)
  return `${cores.length} cores, ${hot.length} of them over ${HOT_PERCENT} percent`
}
