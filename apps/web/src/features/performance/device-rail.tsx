import { Link } from 'wouter'
import { Icon } from '../../components/icon.tsx'
import { Plot } from '../../components/plot.tsx'
import { useSoftMaximum } from '../../components/use-soft-maximum.ts'
import type { DeviceEntry } from './device-list.ts'

interface DeviceRailProps {
  readonly entries: readonly DeviceEntry[]
  readonly current: string
}

export function DeviceRail({ entries, current }: DeviceRailProps) {
  return (
    <nav className="devrail" aria-label="Devices">
      {entries.map((entry) => (
        <RailEntry key={entry.id} entry={entry} current={entry.id === current} />
      ))}
    </nav>
  )
}

/** Quiet devices look quiet: 100 kB/s, or 20 W, is the least top of a thumbnail's axis. */
const LEAST_RATE = 100_000
const LEAST_WATTS = 20

function RailEntry({ entry, current }: { entry: DeviceEntry; current: boolean }) {
  const rate = useSoftMaximum(
    entry.series.map((one) => one.key),
    60,
    entry.hue === 'power' ? LEAST_WATTS : LEAST_RATE,
  )
  return (
    <Link
      className={`dev hue-${entry.hue}`}
      href={`/performance/${entry.id}`}
      aria-current={current ? 'page' : undefined}
    >
      <span className="thumb">
        <Plot series={entry.series} maximum={entry.maximum ?? rate.maximum} grid={false} />
      </span>
      <b>
        {entry.name}
        {entry.trouble == null ? (
          <span title={entry.fact}>{entry.fact}</span>
        ) : (
          <span className="trouble">
            <Icon name="warning" size="s" />
            {entry.trouble}
          </span>
        )}
      </b>
      <small>{entry.value}</small>
    </Link>
  )
}
