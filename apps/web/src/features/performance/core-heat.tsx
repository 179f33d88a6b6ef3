import { useState, type KeyboardEvent, type PointerEvent } from 'react'
import type { CpuStats } from '@taskmanager/contracts'
import { formatPercent } from '../../lib/format.ts'
import { heatStep } from '../../lib/heat.ts'
import { CoreChart, HOT_PERCENT } from './core-chart.tsx'

type Core = CpuStats['cores'][number]

/** Many cores as a grid of heat; the one pointed at, or chosen with the arrow keys, shows its chart below. */
export function CoreHeat({ cores }: { cores: readonly Core[] }) {
  const [chosen, setChosen] = useState<number | null>(null)
  const core = chosen === null ? undefined : cores[chosen]
  const onMove = (event: PointerEvent) => {
    const at = (event.target as HTMLElement).dataset['at']
    if (at !== undefined) setChosen(Number(at))
  }
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    setChosen(((chosen ?? -1) + step + cores.length) % cores.length)
  }
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- a picture that answers to arrow keys */}
      <div
        className="coreheat hue-cpu"
        role="img"
        aria-label={describe(cores, core)}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- the arrow keys need a focus
        tabIndex={0}
        onPointerMove={onMove}
        onKeyDown={onKey}
      >
        {cores.map(({ index, usage_percent: usage }, at) => (
          <span
            key={index}
            data-at={at}
            className={`h${heatStep(usage === null ? null : usage / 100)}${at === chosen ? ' on' : ''}`}
            title={`Core ${index}: ${formatPercent(usage)}`}
          />
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

function describe(cores: readonly Core[], chosen: Core | undefined): string {
  const hot = cores.filter((core) => (core.usage_percent ?? 0) > HOT_PERCENT)
  const all = `${cores.length} cores, ${hot.length} of them over ${HOT_PERCENT} percent`
  return chosen === undefined
    ? all
    : `${all}; core ${chosen.index}: ${formatPercent(chosen.usage_percent)}`
}
