import { useState, type KeyboardEvent, type PointerEvent } from 'react'
import { formatPercent } from '../../lib/format.ts'
import { heatStep } from '../../lib/heat.ts'
import { CoreChart, HOT_PERCENT } from './core-chart.tsx'
import { CoreGroupTitle } from './core-group-title.tsx'
import type { Core, CoreGroup } from './core-groups.ts'

/** Many cores as grids of heat; the one pointed at, or chosen with the arrow keys, shows its chart below. */
export function CoreHeat({ groups }: { groups: readonly CoreGroup[] }) {
  const [chosen, setChosen] = useState<number | null>(null)
  const cores = groups.flatMap((group) => group.cores)
  const core = cores.find(({ index }) => index === chosen)
  const onMove = (event: PointerEvent) => {
    const index = (event.target as HTMLElement).dataset['core']
    if (index !== undefined) setChosen(Number(index))
  }
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const at = core === undefined ? Math.min(0, -step) : cores.indexOf(core)
    setChosen(cores[(at + step + cores.length) % cores.length]?.index ?? null)
  }
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a picture that answers to arrow keys */}
      <div
        className="coregroups hue-cpu"
        role="img"
        aria-label={describe(groups, core)}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the arrow keys need a focus
        tabIndex={0}
        onPointerMove={onMove}
        onKeyDown={onKey}
      >
        {groups.map((group) => (
          <div key={group.title}>
            <CoreGroupTitle group={group} />
            <div className="coreheat">
              {group.cores.map(({ index, usage_percent: usage }) => (
                <span
                  key={index}
                  data-core={index}
                  className={`h${heatStep(usage === null ? null : usage / 100)}${index === chosen ? ' on' : ''}`}
                  title={`Core ${index}: ${formatPercent(usage)}`}
                />
              ))}
            </div>
          </div>
        ))}
      </div>
      <div className="coreone">
        {core === undefined ? (
          <p className="dim">Point at a core, or use the arrow keys, for its past.</p>
        ) : (
          <CoreChart index={core.index} usage={core.usage_percent} />
        )}
      </div>
    </>
  )
}

function describe(groups: readonly CoreGroup[], chosen: Core | undefined): string {
  const cores = groups.flatMap((group) => group.cores)
  const hot = cores.filter((core) => (core.usage_percent ?? 0) > HOT_PERCENT)
  const named = groups.flatMap(({ title, usage }) =>
    title === null ? [] : `${title}: mean ${formatPercent(usage)}`,
  )
  return [
    `${cores.length} cores, ${hot.length} of them over ${HOT_PERCENT} percent`,
    ...named,
    ...(chosen === undefined
      ? []
      : [`core ${chosen.index}: ${formatPercent(chosen.usage_percent)}`]),
  ].join('; ')
}
