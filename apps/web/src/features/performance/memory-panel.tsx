import type { CSSProperties } from 'react'
import type { MemoryStats } from '@taskmanager/contracts'
import { biggestInMemory } from '../../components/biggest-then.ts'
import { Chart } from '../../components/chart.tsx'
import type { ChartSeries } from '../../components/chart-series.ts'
import { biggestApps } from '../../lib/biggest.ts'
import { formatBytes, formatCount, formatOf, formatPercent, formatRate } from '../../lib/format.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { useStats, useSystem } from '../../stores/live-stats.ts'
import { usePreference } from '../../stores/preferences.ts'
import { NumaNodes } from './numa-nodes.tsx'
import { BigFacts, FactList, PanelFrame } from './panel-frame.tsx'
import { MOST_USERS, WhoSection } from './who-section.tsx'

const SERIES: readonly ChartSeries[] = [
  { key: 'memory', name: 'used', hue: 'mem', style: 'line' },
  { key: 'memory.committed', name: 'committed', hue: 'mem', style: 'dash' },
]

export function MemoryPanel() {
  const seconds = usePreference('chartSeconds')
  const total = useStats((frame) => frame?.memory_total ?? null)
  const committed = useStats((frame) => frame?.memory.committed_bytes ?? 0)
  const modules = useSystem((system) => system?.memory.modules ?? null)
  // Programs may be promised more than there is; the axis never clips the line.
  const maximum = Math.max(total ?? 1, committed * 1.05)
  return (
    <PanelFrame
      title="Memory"
      model={modules === null ? null : describeModules(modules)}
      sentence={<MemorySentence />}
      facts={<MemoryFacts />}
    >
      <Chart
        title="In use"
        series={SERIES}
        seconds={seconds}
        maximum={maximum}
        format={formatBytes}
        who={biggestInMemory}
        note="used = total − available"
      />
      <Composition />
      <NumaNodes />
      <Swap />
      <Holders />
    </PanelFrame>
  )
}

interface Module {
  readonly size_bytes: number | null
  readonly type: string | null
  readonly speed_mts: number | null
}

/** `32 GiB DDR4, 3200 MT/s, 2 modules`; `null` where the inventory needs rights we lack. */
function describeModules(modules: readonly Module[]): string | null {
  const [first] = modules
  if (first === undefined) return null
  const bytes = modules.reduce((sum, module) => sum + (module.size_bytes ?? 0), 0)
  return [
    [bytes > 0 ? formatBytes(bytes) : null, first.type].filter(Boolean).join(' '),
    first.speed_mts === null ? null : `${first.speed_mts} MT/s`,
    modules.length === 1 ? '1 module' : `${modules.length} modules`,
  ]
    .filter(Boolean)
    .join(', ')
}

function MemorySentence() {
  const stats = useStats((frame) => frame)
  if (stats === null) return <>Connecting…</>
  const { memory } = stats
  const { swap_in_bytes_per_second: swapIn, swap_out_bytes_per_second: swapOut } = memory
  const swapping = (swapIn ?? 0) > 0 || (swapOut ?? 0) > 0
  const isTold = swapIn !== null && swapOut !== null
  return (
    <>
      <b>{formatOf(stats.memory_used, stats.memory_total)} in use.</b> Another{' '}
      {formatBytes(memory.available_bytes)} can be had at once
      {memory.swap_total_bytes === 0
        ? '; there is no swap.'
        : swapping
          ? '; the machine is swapping.'
          : isTold
            ? '; nothing is being swapped.'
            : '.'}
    </>
  )
}

interface Share {
  readonly id: 'apps' | 'shared' | 'kernel' | 'cache' | 'free'
  readonly name: string
  readonly says: string
  readonly bytes: number
}

/** The parts of all memory. Parts the kernel does not name are not invented: they are missing from the bar's sum. */
export function composition(memory: MemoryStats): Share[] {
  const cache =
    memory.cached_bytes === null
      ? null
      : memory.cached_bytes + (memory.buffers_bytes ?? 0) + (memory.slab_reclaimable_bytes ?? 0)
  const parts = [
    ['apps', 'Apps', 'private to programs', memory.apps_bytes],
    ['shared', 'Shared', 'counted once', memory.shared_bytes],
    ['kernel', 'Kernel', 'kept by the system', memory.kernel_bytes],
    ['cache', 'Cache', 'given back when needed', cache],
    ['free', 'Free', 'used by nothing', memory.free_bytes],
  ] as const
  return parts.flatMap(([id, name, says, bytes]) =>
    bytes === null ? [] : [{ id, name, says, bytes }],
  )
}

function Composition() {
  const memory = useStats((frame) => frame?.memory ?? null)
  if (memory === null) return null
  const parts = composition(memory)
  const total = memory.total_bytes ?? parts.reduce((sum, part) => sum + part.bytes, 0)
  if (parts.length < 2) return null
  return (
    <section aria-label="What it is made of">
      <div className="subhead">
        <h2>What it is made of</h2>
        <span>
          {formatBytes(memory.used_bytes)} in use, {formatBytes(memory.available_bytes)} can be had
          at once
        </span>
      </div>
      <div className="compo" aria-hidden="true">
        {parts.map((part) => (
          <span
            key={part.id}
            className={`c-${part.id}`}
            style={{ '--w': (part.bytes / total).toFixed(4) } as CSSProperties}
            title={`${part.name} ${formatBytes(part.bytes)}`}
          />
        ))}
      </div>
      <div className="compo-key">
        {parts.map((part) => (
          <div key={part.id}>
            <i className={`c-${part.id}`} />
            <span>
              {part.name} <b>{formatBytes(part.bytes)}</b>
            </span>
            <small>{part.says}</small>
          </div>
        ))}
      </div>
    </section>
  )
}

function Swap() {
  const memory = useStats((frame) => frame?.memory ?? null)
  const total = memory?.swap_total_bytes ?? 0
  if (memory === null || total === 0) return null
  const used = memory.swap_used_bytes
  const { swap_in_bytes_per_second: swapIn, swap_out_bytes_per_second: swapOut } = memory
  const isTold = swapIn !== null && swapOut !== null
  const moving = (swapIn ?? 0) + (swapOut ?? 0) > 0
  return (
    <section className="hue-mem" aria-label="Swap">
      <div className="subhead">
        <h2>Swap</h2>
        <span>
          {formatOf(used, total)}
          {moving || !isTold ? '' : ', quiet'}
        </span>
        {isTold && (
          <span className="r">
            in {formatRate(swapIn)}, out {formatRate(swapOut)}
          </span>
        )}
      </div>
      <div className="thinbar" aria-hidden="true">
        <i style={{ '--w': ((used ?? 0) / total).toFixed(4) } as CSSProperties} />
      </div>
    </section>
  )
}

const SOURCES = {
  pss: 'shared memory split fairly (PSS)',
  rss: 'resident memory; shared pages count in each',
  mixed: 'shared memory split fairly (PSS) where known',
} as const

function Holders() {
  const apps = useProcesses((live) => live.apps)
  if (apps.size === 0) return null
  const rows = biggestApps(apps.values(), (app) => app.memory)
  const sources = new Set(rows.slice(0, MOST_USERS).map((row) => apps.get(row.id)?.memory_source))
  const source = sources.size === 1 ? ([...sources][0] ?? 'mixed') : 'mixed'
  return (
    <WhoSection
      title="Who holds it"
      says={SOURCES[source]}
      hue="mem"
      rows={rows}
      format={formatBytes}
      empty="Not known yet."
      all={{ text: 'All in Processes', href: '/processes?sort=-memory' }}
    />
  )
}

function MemoryFacts() {
  const stats = useStats((frame) => frame)
  if (stats === null) return null
  const { memory, pressure } = stats
  const hasZram = stats.unknown['memory.zram_original_bytes'] === undefined
  const cache = composition(memory).find((part) => part.id === 'cache')
  const waits = pressure.memory?.some?.avg10
  const huge = memory.huge_pages_total
  return (
    <>
      <BigFacts
        facts={[
          { name: 'In use', value: formatBytes(stats.memory_used), tie: { hue: 'mem', look: '' } },
          { name: 'Available', value: formatBytes(memory.available_bytes) },
          {
            name: 'Committed',
            value: formatBytes(memory.committed_bytes),
            tie: { hue: 'mem', look: 'dash' },
          },
          { name: 'Limit', value: formatBytes(memory.commit_limit_bytes) },
          ...(waits === undefined
            ? []
            : [{ name: 'Waiting for memory', value: formatPercent(waits, 1) }]),
          { name: 'Cache', value: formatBytes(cache?.bytes ?? null) },
        ]}
      />
      <FactList
        facts={[
          ['Total', formatBytes(stats.memory_total)],
          ['Free', bytes(memory.free_bytes)],
          ['Buffers', bytes(memory.buffers_bytes)],
          ['Slab, reclaimable', bytes(memory.slab_reclaimable_bytes)],
          [
            'Slab, fixed',
            memory.slab_bytes === null || memory.slab_reclaimable_bytes === null
              ? null
              : formatBytes(memory.slab_bytes - memory.slab_reclaimable_bytes),
          ],
          ['Mapped files', bytes(memory.mapped_bytes)],
          ['Dirty', bytes(memory.dirty_bytes)],
          ['Being written', bytes(memory.writeback_bytes)],
          [
            'Huge pages',
            huge === null
              ? null
              : huge === 0
                ? 'none'
                : `${formatCount(huge - (memory.huge_pages_free ?? 0))} of ${formatCount(huge)}`,
          ],
          [
            'Compressed',
            memory.zram_original_bytes === null
              ? hasZram
                ? 'none'
                : null
              : `${formatBytes(memory.zram_original_bytes)} in ${formatBytes(memory.zram_compressed_bytes)}`,
          ],
          [
            'Out-of-memory kills',
            memory.oom_kills === null ? null : `${formatCount(memory.oom_kills)} since start`,
          ],
          // It is a program of Linux, which tells of buffers as well.
          [
            'free(1) says used',
            memory.buffers_bytes === null ? null : bytes(memory.free_used_bytes),
          ],
        ]}
      />
    </>
  )
}

const bytes = (value: number | null): string | null => (value === null ? null : formatBytes(value))
