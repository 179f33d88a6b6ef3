import type { DriveHealth, DiskStats } from '@taskmanager/contracts'
import { Icon } from '../../components/icon.tsx'
import { sayHealth } from '../../lib/drive-words.ts'
import {
  formatAgo,
  formatBytes,
  formatCelsius,
  formatCount,
  formatDuration,
  formatPercent,
} from '../../lib/format.ts'
import { useDriveHealth } from '../../stores/drive-health.ts'
import { useServiceClock } from '../../stores/live-stats.ts'
import { FactList } from './panel-frame.tsx'

/** What the drive says of itself: the verdict first, then its figures. */
export function DriveHealthSection({ disk }: { disk: DiskStats }) {
  const drive = useDriveHealth(disk.id)
  if (drive === null) return null
  const { icon, tone, fact, rest } = sayHealth(drive)
  return (
    <section aria-label="Health">
      <div className="subhead">
        <h2>Health</h2>
        {drive.protocol !== null && (
          <span>{drive.protocol === 'nvme' ? 'as NVMe reports it' : 'as SMART reports it'}</span>
        )}
        <TellsSince atMs={drive.told_at_ms} />
      </div>
      <p className={`verdict ${tone}`}>
        <Icon name={icon} />
        <span>
          <b className="strong">{fact}</b> {rest}
        </span>
      </p>
      {drive.verdict !== null && <Figures drive={drive} />}
    </section>
  )
}

const MINUTE_MS = 60_000

function TellsSince({ atMs }: { atMs: number | null }) {
  const now = useServiceClock()
  if (atMs === null) return null
  const minutes = Math.floor(Math.max(0, now - atMs) / MINUTE_MS)
  return (
    <span className="r">{minutes < 1 ? 'asked just now' : `asked ${formatAgo(minutes * 60)}`}</span>
  )
}

function Figures({ drive }: { drive: DriveHealth }) {
  const figure = <T,>(value: T | null, format: (value: T) => string): string | null =>
    value === null ? null : format(value)
  const whole = (value: number) => formatPercent(value, 0)
  return (
    <div className="drivefacts">
      <FactList
        facts={[
          ['Life used', figure(drive.used_percent, whole)],
          ['Spare blocks', figure(drive.spare_percent, whole)],
          ['Temperature then', figure(drive.temperature_celsius, formatCelsius)],
          ['In operation', figure(drive.power_on_hours, (hours) => formatDuration(hours * 3600))],
          ['Switched on', figure(drive.power_cycles, times)],
          ['Lost power', figure(drive.unsafe_shutdowns, times)],
        ]}
      />
      <FactList
        facts={[
          ['Read in its life', figure(drive.read_bytes, formatBytes)],
          ['Written in its life', figure(drive.written_bytes, formatBytes)],
          ['Data errors', figure(drive.media_errors, formatCount)],
          ['Replaced sectors', figure(drive.reallocated_sectors, formatCount)],
          ['Unreadable sectors', figure(drive.pending_sectors, formatCount)],
          ['Firmware', drive.firmware],
        ]}
      />
    </div>
  )
}

const times = (count: number): string => (count === 1 ? 'once' : `${formatCount(count)} times`)
