import type { CSSProperties } from 'react'
import type { CpuStats } from '@taskmanager/contracts'
import { formatPercent } from '../../lib/format.ts'
import { useStats } from '../../stores/live-stats.ts'
import { CoreHeat } from './core-heat.tsx'
import { CoreChart, HOT_PERCENT } from './core-chart.tsx'

type Core = CpuStats['cores'][number]

const MOST_CHARTS = 16
const MOST_TILES = 64

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
        <CoreHeat cores={cores} />
      )}
    </section>
  )
}

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
