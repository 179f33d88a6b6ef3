import { useMemo, type CSSProperties } from 'react'
import { formatPercent } from '../../lib/format.ts'
import { useStats, useSystem } from '../../stores/live-stats.ts'
import { CoreHeat } from './core-heat.tsx'
import { CoreChart, HOT_PERCENT } from './core-chart.tsx'
import { CoreGroupTitle } from './core-group-title.tsx'
import { groupCores, type Core } from './core-groups.ts'

const MOST_CHARTS = 16
const MOST_TILES = 64

const NONE: readonly Core[] = []

/** Up to 16 cores: a chart each · up to 64: tiles with value and bar · more: grids of heat, both by group. */
export function Cores() {
  const cores = useStats((frame) => frame?.cpu.cores ?? NONE)
  const system = useSystem((info) => info?.cpu.groups ?? null)
  const groups = useMemo(() => groupCores(cores, system), [cores, system])
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
        <div className="coregroups hue-cpu">
          {groups.map((group) => (
            <div key={group.title}>
              <CoreGroupTitle group={group} />
              <div className="coretiles">
                {group.cores.map((core) => (
                  <CoreTile key={core.index} core={core} />
                ))}
              </div>
            </div>
          ))}
        </div>
      ) : (
        <CoreHeat groups={groups} />
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
