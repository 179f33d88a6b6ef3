import type { ProcessInfo, ProcessRow } from '@taskmanager/contracts'
import { useState } from 'react'
import { AtLeast } from '../../components/at-least.tsx'
import { Segments } from '../../components/button.tsx'
import { Value } from '../../components/value.tsx'
import { atLeastHint } from '../../lib/at-least.ts'
import { formatBits, formatBytes, formatPercent, formatRate } from '../../lib/format.ts'
import { NOT_TOLD } from '../../lib/gpu-card.ts'
import { gpuUseOf } from '../../lib/gpu-use.ts'
import { networkReason, networkUseOf, type NetworkUses } from '../../lib/network-use.ts'
import { networkHint, networkLeast } from '../../lib/network-words.ts'
import { figuresOf, addFigures, type Figures } from '../../lib/process-tree.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { useGpuUses } from '../../stores/gpu-users.ts'
import { useCanTellNetwork, useNetworkUses } from '../../stores/network-use.ts'
import { usePreference } from '../../stores/preferences.ts'
import { Facts } from './facts.tsx'
import { LimitList } from './limit-list.tsx'
import { OpenedPlot } from './opened-plot.tsx'
import { ProcessPlot } from './process-plot.tsx'
import { REASONS } from './reasons.ts'
import type { Identity, InfoState } from './use-process-info.ts'
import type { OpenedSample } from './use-since-opened.ts'

interface OverviewTabProps {
  readonly identity: Identity
  readonly info: ProcessInfo | undefined
  readonly row: ProcessRow | undefined
  /** It and all below it. */
  readonly branch: readonly ProcessRow[]
  readonly samples: readonly OpenedSample[]
  /** Of the details; why they do not come stands in the header. */
  readonly state: InfoState['state']
}

export function OverviewTab(props: OverviewTabProps) {
  const { identity, info, row, branch, samples, state } = props
  const cpuCount = useProcesses((live) => live.logicalCpuCount ?? 1)
  const cpuScale = usePreference('cpuScale')
  const [withChildren, setWithChildren] = useState(true)
  const children = Math.max(0, branch.length - 1)
  const isBranch = withChildren && children > 0
  const canTellNetwork = useCanTellNetwork()
  const network = useNetworkUses(canTellNetwork)
  const gpu = useGpuUses()
  const figuresNow = (one: ProcessRow) =>
    figuresOf(
      one,
      gpu === null ? null : gpuUseOf(gpu, [one.pid], one.unknown),
      null,
      network === null ? null : networkUseOf(network, one),
    )
  const own = row === undefined ? null : figuresNow(row)
  const figures = isBranch ? addFigures(branch.map(figuresNow)) : own
  const of = withChildren ? 'branch' : 'own'
  const usesGpu = (isBranch ? branch : branch.slice(0, 1)).some(({ pid }) => gpu?.byPid.has(pid))
  return (
    <>
      {children > 0 && (
        <div className="subhead">
          <Segments
            label="Figures"
            value={withChildren ? 'branch' : 'itself'}
            options={[
              {
                value: 'branch',
                text: children === 1 ? 'With its child' : `With its ${children} children`,
              },
              { value: 'itself', text: 'Itself' },
            ]}
            onChange={(value) => setWithChildren(value === 'branch')}
          />
        </div>
      )}
      <Figures
        figures={figures}
        count={isBranch ? branch.length : 1}
        row={row}
        cpuFactor={cpuScale === 'core' ? cpuCount : 1}
        network={canTellNetwork ? network : undefined}
        usesGpu={usesGpu}
      />
      <ProcessPlot members={withChildren ? branch : branch.slice(0, 1)} identity={identity} />
      <div className="dr-pair">
        <OpenedPlot figure="memory" samples={samples} of={of} />
        <OpenedPlot figure="threads" samples={samples} of={of} />
      </div>
      {info !== undefined && <Facts info={info} />}
      {info !== undefined && info.unknown['limits'] !== 'not_supported' && (
        <Limits identity={identity} />
      )}
      {info === undefined && state === 'loading' && <p className="dr-note">Reading the details…</p>}
    </>
  )
}

/** Read only when somebody opens it. */
function Limits({ identity }: { readonly identity: Identity }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details className="dr-more" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Limits</summary>
      {isOpen && <LimitList identity={identity} />}
    </details>
  )
}

function Figures({
  figures,
  count,
  row,
  cpuFactor,
  network,
  usesGpu,
}: {
  figures: Figures | null
  /** Processes they are the sum of. */
  count: number
  row: ProcessRow | undefined
  cpuFactor: number
  /** `undefined`: this system does not tell. */
  network: NetworkUses | null | undefined
  /** One of them has work or memory on a card. */
  usesGpu: boolean
}) {
  const whyNot = (field: keyof ProcessRow) =>
    row === undefined ? 'not known' : REASONS[row.unknown[field] ?? 'first_sample']
  const cpu = figures?.cpu ?? null
  const least = atLeastHint(figures?.diskDenied ?? 0, count)
  return (
    <dl className="vals">
      <Figure
        hue="cpu"
        name="CPU"
        text={cpu === null ? null : formatPercent(cpu * cpuFactor, 1)}
        why={whyNot('cpu_percent')}
      />
      <Figure
        hue="mem"
        name="Memory"
        text={figures?.memory == null ? null : formatBytes(figures.memory)}
        why={whyNot('memory')}
      />
      <Figure
        hue="disk"
        name="Read"
        text={figures?.read == null ? null : formatRate(figures.read)}
        least={least}
        why={whyNot('read_bytes_per_second')}
      />
      <Figure
        hue="disk"
        name="Write"
        text={figures?.write == null ? null : formatRate(figures.write)}
        least={least}
        why={whyNot('write_bytes_per_second')}
      />
      {network !== undefined && (
        <Figure
          hue="net"
          name="Network"
          text={figures?.network == null ? null : formatBits(figures.network)}
          least={figures === null ? null : networkLeast(figures, count)}
          hint={figures === null ? null : networkHint(figures)}
          why={whyNoNetwork(network, row)}
        />
      )}
      {usesGpu && (
        <>
          <Figure
            hue="gpu"
            name="GPU"
            text={figures?.gpu == null ? null : formatPercent(figures.gpu)}
            why={NOT_TOLD}
          />
          <Figure
            hue="gpu"
            name="GPU memory"
            text={figures?.gpuMemory == null ? null : formatBytes(figures.gpuMemory)}
            why={NOT_TOLD}
          />
        </>
      )}
    </dl>
  )
}

function whyNoNetwork(network: NetworkUses | null, row: ProcessRow | undefined): string {
  const why = row === undefined ? 'measuring' : networkUseOf(network, row)
  return networkReason(typeof why === 'string' ? why : 'measuring', null)
}

function Figure({
  hue,
  name,
  text,
  least = null,
  hint = null,
  why,
}: {
  hue: string
  name: string
  text: string | null
  /** Why it is only a least value. */
  least?: string | null
  hint?: string | null
  why: string
}) {
  return (
    <div className={`hue-${hue}`}>
      <dt>{name}</dt>
      <dd className={text === null ? 'quiet' : undefined} title={least ?? hint ?? undefined}>
        {text !== null && least !== null && <AtLeast />}
        {text === null ? why : <Value>{text}</Value>}
      </dd>
    </div>
  )
}
