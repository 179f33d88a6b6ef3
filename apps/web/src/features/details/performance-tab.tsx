import type { ProcessInfo } from '@taskmanager/contracts'
import { formatBytes, formatCount, UNKNOWN } from '../../lib/format.ts'
import { OpenedPlot } from './opened-plot.tsx'
import { ProcessPlot } from './process-plot.tsx'
import { useProcessInfo, type Identity } from './use-process-info.ts'
import type { OpenedSample } from './use-since-opened.ts'

interface PerformanceTabProps {
  readonly identity: Identity
  readonly info: ProcessInfo | undefined
  readonly samples: readonly OpenedSample[]
}

/** Charts of the process itself since the drawer was opened, and what they do not show. */
export function PerformanceTab({ identity, info, samples }: PerformanceTabProps) {
  const { info: withMemory } = useProcessInfo(identity, ['memory'])
  const memory = withMemory?.memory ?? info?.memory
  return (
    <>
      <ProcessPlot identity={identity} />
      <OpenedPlot figure="memory" samples={samples} of="own" />
      <OpenedPlot figure="read" samples={samples} of="own" />
      <OpenedPlot figure="write" samples={samples} of="own" />
      <dl className="kv">
        <dt>Resident</dt>
        <dd>
          {formatBytes(memory?.rss_bytes ?? null)}, most{' '}
          {formatBytes(memory?.peak_rss_bytes ?? null)}
        </dd>
        <dt>Its share (PSS)</dt>
        <dd>{formatBytes(memory?.pss_bytes ?? null)}</dd>
        <dt>Its own (USS)</dt>
        <dd>{formatBytes(memory?.uss_bytes ?? null)}</dd>
        <dt>Shared</dt>
        <dd>{formatBytes(memory?.shared_bytes ?? null)}</dd>
        <dt>Swapped out</dt>
        <dd>{formatBytes(memory?.swap_bytes ?? null)}</dd>
        <dt>Address space</dt>
        <dd>{formatBytes(memory?.vms_bytes ?? null)}</dd>
        <dt>Read, written</dt>
        <dd>
          {info?.io == null
            ? 'needs permission'
            : `${formatBytes(info.io.read_bytes)}, ${formatBytes(info.io.write_bytes)} since its start`}
        </dd>
        <dt>Switches</dt>
        <dd>
          {info === undefined
            ? UNKNOWN
            : `${formatCount(info.context_switches_voluntary)} by itself, ${formatCount(info.context_switches_involuntary)} pushed aside`}
        </dd>
      </dl>
    </>
  )
}
