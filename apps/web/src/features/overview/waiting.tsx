import type { CSSProperties } from 'react'
import type { Accounting } from '@taskmanager/contracts'
import { Icon } from '../../components/icon.tsx'
import { Value } from '../../components/value.tsx'
import { formatPercent } from '../../lib/format.ts'
import { programsPercent } from '../../lib/programs-percent.ts'
import { isSilent, useConnectionState } from '../../stores/connection.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { useStats, useSystem } from '../../stores/live-stats.ts'

/** "Is anything waiting?": time that work stood still for want of a resource, and where the CPU goes. */
export function Waiting() {
  return (
    <section className="card" aria-label="Is anything waiting?">
      <h2>
        Is anything waiting? <span className="r">stalled time, last 10 s</span>
      </h2>
      <div className="waits">
        <Stalls />
        <WhereItGoes />
      </div>
    </section>
  )
}

/** Half a percent of standing still is what an idle machine shows by chance. */
const WORTH_NAMING = 5

function Stalls() {
  const known = useStats((frame) => frame !== null)
  const cpu = useStats((frame) => frame?.pressure.cpu?.some?.avg10 ?? null)
  const memory = useStats((frame) => frame?.pressure.memory?.some?.avg10 ?? null)
  const disk = useStats((frame) => frame?.pressure.io?.some?.avg10 ?? null)
  const reason = useSystem((system) => system?.capabilities['pressure']?.reason ?? null)
  if (!known) return <p className="verdict">…</p>
  if (cpu === null && memory === null && disk === null) {
    return (
      <p className="verdict">
        <Icon name="info" />
        This system does not measure it. {reason}
      </p>
    )
  }
  const meters = [
    { hue: 'cpu', name: 'CPU', said: 'a CPU', value: cpu },
    { hue: 'mem', name: 'Memory', said: 'memory', value: memory },
    { hue: 'disk', name: 'Disk', said: 'the disk', value: disk },
  ]
  const waiting = meters.filter((meter) => (meter.value ?? 0) >= WORTH_NAMING)
  return (
    <>
      <p className={waiting.length > 0 ? 'verdict warn' : 'verdict'}>
        <Icon name={waiting.length > 0 ? 'warning' : 'good'} />
        {waiting.length === 0
          ? 'No. Work gets the machine when it asks.'
          : `Yes. Work waits for ${waiting.map((meter) => meter.said).join(' and ')}.`}
      </p>
      <div className="meters">
        {meters.map((meter) => (
          <div key={meter.hue} className={`meter hue-${meter.hue}`}>
            <span className="mid">{meter.name}</span>
            <span className="bar" aria-hidden="true">
              <i style={{ '--w': Math.min(1, (meter.value ?? 0) / 100) } as CSSProperties} />
            </span>
            <span className="v">
              <Value>{formatPercent(meter.value, 1)}</Value>
            </span>
          </div>
        ))}
      </div>
    </>
  )
}

interface Part {
  readonly name: string
  readonly value: number
  readonly colour: string
}

/** The addends of the busy time, those that are there. Source: `accounting` of port 8001. */
function addends(accounting: Accounting): Part[] {
  const most = 'color-mix(in srgb, var(--cpu) 75%, var(--surface-1))'
  const half = 'color-mix(in srgb, var(--cpu) 55%, var(--surface-1))'
  const parts: Part[] = [
    { name: 'programs', value: programsPercent(accounting) ?? 0, colour: 'var(--cpu)' },
    { name: 'kernel threads', value: accounting.kernel_percent ?? 0, colour: most },
    { name: 'short-lived', value: accounting.ended_percent ?? 0, colour: half },
    { name: 'interrupts', value: accounting.irq_percent ?? 0, colour: 'var(--other)' },
    { name: 'taken by the host', value: accounting.steal_percent ?? 0, colour: 'var(--line-3)' },
    { name: 'unattributed', value: accounting.unattributed_percent ?? 0, colour: 'var(--line-2)' },
  ]
  return parts.filter((part, index) => index === 0 || Math.abs(part.value) >= 0.05)
}

function WhereItGoes() {
  const accounting = useProcesses((live) => live.accounting)
  const silent = isSilent(useConnectionState('accuracy'))
  if (silent) {
    return (
      <div className="addup">
        <p className="mid">Where the CPU goes</p>
        <p className="dim">Known again when the process list is back.</p>
      </div>
    )
  }
  const busy = accounting?.busy_percent ?? null
  if (accounting === null || busy === null) {
    return (
      <div className="addup">
        <p className="mid">Where the CPU goes: measuring…</p>
      </div>
    )
  }
  const parts = addends(accounting)
  const whole = parts.reduce((sum, part) => sum + Math.max(0, part.value), 0)
  return (
    <div className="addup">
      <div className="subhead">
        <span className="mid">Where the {formatPercent(busy, 1)} goes</span>
        <span className="r">listed rows + rest = total</span>
      </div>
      <div className="stack" aria-hidden="true">
        {parts.map((part) => (
          <i
            key={part.name}
            style={
              {
                '--w': whole === 0 ? 0 : Math.max(0, part.value) / whole,
                '--c': part.colour,
              } as CSSProperties
            }
          />
        ))}
      </div>
      <div className="legend">
        {parts.map((part) => (
          <span key={part.name} style={{ '--c': part.colour } as CSSProperties}>
            {part.name} {part.value.toFixed(1).replace('-', '−')}
          </span>
        ))}
      </div>
    </div>
  )
}
