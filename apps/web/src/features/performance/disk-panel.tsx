import type { CSSProperties } from 'react'
import { useMemo } from 'react'
import type { DiskStats, FilesystemStats } from '@taskmanager/contracts'
import { biggestOnDisk } from '../../components/biggest-then.ts'
import { Chart } from '../../components/chart.tsx'
import type { ChartSeries } from '../../components/chart-series.ts'
import { useSoftMaximum } from '../../components/use-soft-maximum.ts'
import { biggestDiskUsers } from '../../lib/biggest.ts'
import {
  formatAgo,
  formatBytes,
  formatCelsius,
  formatCount,
  formatOf,
  formatPercent,
  formatRate,
} from '../../lib/format.ts'
import { countedDisks } from '../../lib/stats-series.ts'
import { useProcesses } from '../../stores/live-processes.ts'
import { useStats } from '../../stores/live-stats.ts'
import { usePreference } from '../../stores/preferences.ts'
import { DriveHealthSection } from './drive-health.tsx'
import { BigFacts, FactList, PanelFrame } from './panel-frame.tsx'
import { WhoSection } from './who-section.tsx'

const axisPercent = (value: number | null): string => formatPercent(value)
const LEAST_RATE = 1e6
const LEAST_LATENCY_MS = 1

const KINDS: Record<DiskStats['kind'], string> = {
  nvme: 'NVMe drive',
  ssd: 'solid-state drive',
  hdd: 'hard disk',
  virtual: 'virtual disk',
  removable: 'removable drive',
  unknown: 'drive',
}

export function DiskPanel({ id }: { id: string }) {
  const seconds = usePreference('chartSeconds')
  const disk = useStats((frame) => frame?.disks.find((one) => one.id === id) ?? null)
  // Programs are not told apart by drive: with several of them nobody knows whose traffic this is.
  const isOnly = useStats((frame) => frame !== null && countedDisks(frame.disks).length === 1)
  const busy = useMemo(
    (): ChartSeries[] => [{ key: `disk.${id}.busy`, name: 'busy', hue: 'disk', style: 'line' }],
    [id],
  )
  const transfer = useMemo(
    (): ChartSeries[] => [
      { key: `disk.${id}.read`, name: 'read', hue: 'disk', style: 'line' },
      { key: `disk.${id}.write`, name: 'write', hue: 'disk', style: 'dash' },
    ],
    [id],
  )
  const latency = useMemo(
    (): ChartSeries[] => [
      { key: `disk.${id}.latency`, name: 'slowest of read and write', hue: 'disk', style: 'line' },
    ],
    [id],
  )
  const rate = useSoftMaximum([`disk.${id}.read`, `disk.${id}.write`], seconds, LEAST_RATE)
  const wait = useSoftMaximum([`disk.${id}.latency`], seconds, LEAST_LATENCY_MS)
  if (disk === null) return null
  return (
    <PanelFrame
      title={id}
      model={[
        disk.model,
        KINDS[disk.kind],
        disk.size_bytes === null ? null : formatBytes(disk.size_bytes),
      ]
        .filter(Boolean)
        .join(', ')}
      sentence={<DiskSentence disk={disk} />}
      facts={<DiskFacts disk={disk} />}
    >
      <Chart
        title="Active time"
        series={busy}
        seconds={seconds}
        maximum={100}
        format={axisPercent}
        short
      />
      <Chart
        title="Transfer"
        series={transfer}
        seconds={seconds}
        maximum={rate.maximum}
        changed={rate.bold}
        format={formatRate}
        {...(isOnly && { who: biggestOnDisk })}
        short
      />
      <Chart
        title="Response time"
        series={latency}
        seconds={seconds}
        maximum={wait.maximum}
        changed={wait.bold}
        format={formatMs}
        short
      />
      <Users isOnly={isOnly} />
      <Filesystems disk={disk} />
      <DriveHealthSection disk={disk} />
    </PanelFrame>
  )
}

/** Programs are not told apart by drive. */
function Users({ isOnly }: { isOnly: boolean }) {
  const apps = useProcesses((live) => live.apps)
  const isMeasured = useProcesses((live) => live.intervalMs !== null)
  const disks = useStats((frame) => frame?.disks ?? NO_DISKS)
  if (apps.size === 0) return null
  return (
    <WhoSection
      title="Who reads and writes"
      says={isOnly ? 'what reaches the drive' : 'all drives together'}
      hue="disk"
      rows={biggestDiskUsers([...apps.values()], disks)}
      format={formatRate}
      empty={isMeasured ? 'Nothing reads or writes.' : 'Measuring, one second…'}
      all={{ text: 'All in Apps', href: '/apps?sort=-disk' }}
    />
  )
}

function formatMs(value: number | null): string {
  return value === null ? '—' : `${Number(value.toPrecision(3))}\u202fms`
}

function DiskSentence({ disk }: { disk: DiskStats }) {
  const { busy_percent: busy, read_bytes_per_second: read, write_bytes_per_second: write } = disk
  if (busy === null && read === null) return <>Measuring, one second…</>
  const traffic = `${formatRate(read)} and writing ${formatRate(write)}.`
  return (
    <>
      {busy === null ? (
        `Reading ${traffic}`
      ) : (
        <>
          <b>{formatPercent(busy)} active</b>, reading {traffic} {loadWords(busy)}
        </>
      )}
      {disk.health?.verdict === 'failing' && (
        <>
          {' '}
          <b>It is failing: see Health below.</b>
        </>
      )}
    </>
  )
}

function loadWords(busy: number): string {
  if (busy >= 90) return 'It is at its limit.'
  return busy >= 50 ? 'It has much to do.' : 'It has time to spare.'
}

/** A mean of nothing is none; `null`: not told. */
function responseText(ms: number | null, perSecond: number | null, none: string): string | null {
  if (ms !== null) return formatMs(ms)
  return perSecond === 0 ? none : null
}

const STALE: Record<NonNullable<FilesystemStats['stale_reason']>, string> = {
  no_answer: 'it does not answer',
  not_asked: 'not asked, since others do not answer',
}

const NO_DISKS: DiskStats[] = []
const NO_FILESYSTEMS: readonly FilesystemStats[] = []

function Filesystems({ disk }: { disk: DiskStats }) {
  const all = useStats((frame) => frame?.filesystems ?? NO_FILESYSTEMS)
  const own = all.filter((fs) => fs.disk === disk.id)
  if (own.length === 0) return null
  return (
    <section className="hue-disk" aria-label="File systems">
      <div className="subhead">
        <h2>File systems</h2>
        <span>{own.length === 1 ? 'one on this drive' : `${own.length} on this drive`}</span>
      </div>
      {own.map((fs) => (
        <div key={fs.mount} className="fsrow">
          <div className="fsline">
            <span className="cut">
              <b className="strong">{fs.mount}</b>{' '}
              <span className="dim">
                {fs.device}, {fs.type}
              </span>
              {fs.read_only && <span className="dim">, read-only</span>}
              {fs.stale_ms !== null && (
                <span className="dim">
                  , as of {formatAgo(fs.stale_ms / 1000)}: {STALE[fs.stale_reason ?? 'no_answer']}
                </span>
              )}
            </span>
            <span>
              {formatOf(fs.used_bytes, fs.total_bytes)}
              <span className="dim"> · {formatPercent(fs.used_percent)}</span>
            </span>
          </div>
          <div className="thinbar" aria-hidden="true">
            <i style={{ '--w': ((fs.used_percent ?? 0) / 100).toFixed(4) } as CSSProperties} />
          </div>
        </div>
      ))}
    </section>
  )
}

function DiskFacts({ disk }: { disk: DiskStats }) {
  const waits = useStats((frame) => frame?.pressure.io?.some?.avg10 ?? null)
  return (
    <>
      <BigFacts
        facts={[
          {
            name: 'Active',
            value: formatPercent(disk.busy_percent),
            tie: { hue: 'disk', look: '' },
          },
          ...(disk.temperature_celsius === null
            ? []
            : [{ name: 'Temperature', value: formatCelsius(disk.temperature_celsius) }]),
          {
            name: 'Read',
            value: formatRate(disk.read_bytes_per_second),
            tie: { hue: 'disk', look: '' },
          },
          {
            name: 'Write',
            value: formatRate(disk.write_bytes_per_second),
            tie: { hue: 'disk', look: 'dash' },
          },
          ...(waits === null
            ? []
            : [{ name: 'Waiting for disks', value: formatPercent(waits, 1) }]),
        ]}
      />
      <FactList
        facts={[
          ['Response, read', responseText(disk.read_latency_ms, disk.reads_per_second, 'no reads')],
          [
            'Response, write',
            responseText(disk.write_latency_ms, disk.writes_per_second, 'no writes'),
          ],
          [
            'Reads',
            disk.reads_per_second === null ? null : `${formatCount(disk.reads_per_second)}/s`,
          ],
          [
            'Writes',
            disk.writes_per_second === null ? null : `${formatCount(disk.writes_per_second)}/s`,
          ],
          ['Queue', disk.queue_length === null ? null : disk.queue_length.toFixed(1)],
          ['Capacity', disk.size_bytes === null ? null : formatBytes(disk.size_bytes)],
          ['Read since start', formatBytes(disk.read_bytes)],
          ['Written since start', formatBytes(disk.write_bytes)],
          ['Partitions', disk.partitions.length === 0 ? null : disk.partitions.join(', ')],
        ]}
      />
    </>
  )
}
