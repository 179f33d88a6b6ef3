import type { ProcessInfo } from '@taskmanager/contracts'
import { formatBytes, formatCount, UNKNOWN } from '../../lib/format.ts'
import { REASONS } from './reasons.ts'
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
  /** What this kind of system has no word for is no fact. */
  const isOffered = (field: string) => info?.unknown[field] !== 'not_supported'
  const bytes = (name: string, field: keyof ProcessInfo['memory']) =>
    isOffered(`memory.${field}`) && (
      <>
        <dt>{name}</dt>
        <dd>{formatBytes(memory?.[field] ?? null)}</dd>
      </>
    )
  return (
    <>
      <ProcessPlot identity={identity} />
      <OpenedPlot figure="memory" samples={samples} of="own" />
      <OpenedPlot figure="read" samples={samples} of="own" />
      <OpenedPlot figure="write" samples={samples} of="own" />
      <dl className="kv">
        <dt>Resident</dt>
        <dd>
          <WithMost bytes={memory?.rss_bytes} most={memory?.peak_rss_bytes} />
        </dd>
        {memory?.footprint_bytes != null && (
          <>
            <dt>Footprint</dt>
            <dd>
              <WithMost bytes={memory.footprint_bytes} most={memory.peak_footprint_bytes} />
            </dd>
          </>
        )}
        {bytes('Kept in RAM', 'locked_bytes')}
        {bytes('Its share (PSS)', 'pss_bytes')}
        {bytes('Its own (USS)', 'uss_bytes')}
        {bytes('Shared', 'shared_bytes')}
        {bytes('Swapped out', 'swap_bytes')}
        {bytes('Committed', 'commit_bytes')}
        {bytes('Address space', 'vms_bytes')}
        <dt>Page faults</dt>
        <dd>{formatCount(memory?.page_faults ?? null)}</dd>
        <dt>Read, written</dt>
        <dd>
          {info?.io == null
            ? REASONS[info?.unknown['io'] ?? 'first_sample']
            : `${formatBytes(info.io.read_bytes)}, ${formatBytes(info.io.write_bytes)} since its start`}
        </dd>
        {isOffered('context_switches_voluntary') && (
          <>
            <dt>Switches</dt>
            <dd>
              {info === undefined
                ? UNKNOWN
                : `${formatCount(info.context_switches_voluntary)} by itself, ${formatCount(info.context_switches_involuntary)} pushed aside`}
            </dd>
          </>
        )}
      </dl>
    </>
  )
}

function WithMost({
  bytes,
  most,
}: {
  readonly bytes: number | null | undefined
  readonly most: number | null | undefined
}) {
  const now = formatBytes(bytes ?? null)
  return most == null ? now : `${now}, most ${formatBytes(most)}`
}
