import { Link } from 'wouter'
import { ErrorBoundary } from '../../components/error-boundary.tsx'
import { Icon } from '../../components/icon.tsx'
import { Plot } from '../../components/plot.tsx'
import { NETWORK_SCALE, useSoftMaximum } from '../../components/use-soft-maximum.ts'
import { Value } from '../../components/value.tsx'
import { withoutZeros } from '../../lib/common-unit.ts'
import { formatDuration } from '../../lib/format.ts'
import { useServiceClock } from '../../stores/live-stats.ts'
import { isOld, isSilent, useConnection, useConnectionState } from '../../stores/connection.ts'
import { usePreference } from '../../stores/preferences.ts'
import type { Device } from './use-devices.ts'
import { CardGraph } from './card-graph.tsx'
import { useCanTellNetwork } from '../../stores/network-use.ts'
import { InterfaceList } from './interface-list.tsx'
import { WhoList } from './who-list.tsx'

/** Least top of a rate axis, bytes per second: 1 MB/s, of a network 1 Mbit/s or 0.1 MB/s; below that, noise would look like work. */
const LEAST_DISK = 1e6
const LEAST_NETWORK = { bits: 125_000, bytes: 100_000 } as const

export function DeviceCard({ device }: { device: Device }) {
  const state = useConnectionState('stats')
  const stale = isOld(state)
  const { maximum, bold } = useDeviceMaximum(device)
  const canTellNetwork = useCanTellNetwork()
  return (
    <section className={`card device hue-${device.hue}`} aria-label={device.name}>
      <div className={stale ? 'top stale' : 'top'}>
        <div className="name">
          <Icon name={device.icon} />
          <Link href={device.href}>{device.name}</Link>
          <span className="r">{device.extra}</span>
        </div>
        <div className="val">
          <Value>{device.value}</Value>
        </div>
        <div className="sub" title={device.sub}>
          {device.sub || '\u00a0'}
        </div>
      </div>
      <CardGraph device={device}>
        {/* For the pointer only: the name above is the same link for keys and readers. */}
        <Link className="open" href={device.href} tabIndex={-1} aria-hidden="true" />
        <Plot
          series={device.series}
          maximum={maximum}
          label={`${device.name}, last 60 seconds: now ${device.value}`}
        />
        <span className={bold ? 'max strong' : 'max'}>
          {withoutZeros(device.formatMaximum(maximum))}
        </span>
      </CardGraph>
      <ErrorBoundary what="This list">
        {device.id === 'network' && !canTellNetwork ? (
          <InterfaceList />
        ) : (
          <>
            <ListAge />
            <WhoList device={device.id} />
          </>
        )}
      </ErrorBoundary>
    </section>
  )
}

export function useDeviceMaximum(device: Device) {
  const unit = usePreference('networkUnit')
  const isNetwork = device.id === 'network'
  const rate = useSoftMaximum(
    device.series.map((one) => one.key),
    60,
    isNetwork ? LEAST_NETWORK[unit] : LEAST_DISK,
    isNetwork ? NETWORK_SCALE[unit] : 1,
  )
  return device.maximum === null ? rate : { maximum: device.maximum, bold: false }
}

/** Over lists that are of some time ago. */
function ListAge() {
  const { state, lastDataAtMs } = useConnection('accuracy')
  const now = useServiceClock()
  if (!isSilent(state) || lastDataAtMs === null) return null
  return (
    <p className="oldline">
      <Icon name="clock" size="s" />
      {formatDuration(Math.max(0, Math.round((now - lastDataAtMs) / 1000)))} old
    </p>
  )
}
