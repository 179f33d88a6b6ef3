import type { ProcessRow } from '@taskmanager/contracts'
import { formatPercent } from '../../lib/format.ts'
import { sparkMaximum } from '../../lib/heat.ts'
import { sumMinutes } from '../../lib/second-history.ts'
import { niceCeiling } from '../../lib/soft-maximum.ts'
import { cpuHistory, useProcesses } from '../../stores/live-processes.ts'
import { usePreference } from '../../stores/preferences.ts'
import { DrawerChart } from './drawer-chart.tsx'
import type { Identity } from './use-process-info.ts'

interface ProcessPlotProps {
  readonly identity: Identity
  /** Its branch, itself included: their sum is drawn. Left out, or of one that ended: itself alone. */
  readonly members?: readonly ProcessRow[]
}

/** The last minute of CPU of one process or its branch, from what the page has held. */
export function ProcessPlot({ identity, members }: ProcessPlotProps) {
  // The history is not React's: each sample draws anew.
  useProcesses((live) => live.sampledAtMs)
  const cpuCount = useProcesses((live) => live.logicalCpuCount ?? 1)
  const isOfCore = usePreference('cpuScale') === 'core'
  const factor = isOfCore ? cpuCount : 1
  const minute =
    members !== undefined && members.length > 1
      ? sumMinutes(members.map((one) => cpuHistory(one.pid, one.start_id)))
      : cpuHistory(identity.pid, identity.startId)
  const values = Array.from(minute ?? [], (value) => (Number.isNaN(value) ? null : value * factor))
  const known = values.filter((value) => value !== null)
  const peak = known.reduce((most, value) => Math.max(most, value), 0)
  const maximum = isOfCore ? niceCeiling(peak) : sparkMaximum(peak)
  return (
    <DrawerChart
      name="CPU"
      note={isOfCore ? 'of one core' : 'of the machine'}
      label={`CPU, last 60 seconds: now ${formatPercent(known.at(-1) ?? null, 1)}, peak ${formatPercent(peak, 1)}`}
      hue="--cpu"
      times={SECONDS}
      values={values}
      maximum={maximum}
      top={formatPercent(maximum)}
      below={BELOW}
    />
  )
}

const SECONDS = Array.from({ length: 60 }, (_, index) => index * 1000)
const BELOW = ['60\u202fs', '40', '20', 'now']
