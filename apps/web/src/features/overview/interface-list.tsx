import type { NetworkStats } from '@taskmanager/contracts'
import type { CSSProperties } from 'react'
import { Link } from 'wouter'
import { Icon } from '../../components/icon.tsx'
import { Value } from '../../components/value.tsx'
import { likeGreatest, shareUnit } from '../../lib/common-unit.ts'
import { formatBits, formatLink } from '../../lib/format.ts'
import { isCounted, networksBySize } from '../../lib/stats-series.ts'
import { isOld, useConnectionState } from '../../stores/connection.ts'
import { useStats } from '../../stores/live-stats.ts'

const MOST = 3
const NONE: NetworkStats[] = []

/** Under the network where no program is known for its traffic: its interfaces. A click opens one. */
export function InterfaceList() {
  const networks = useStats((frame) => frame?.networks ?? NONE)
  const isStale = isOld(useConnectionState('stats'))
  const known = networksBySize(networks)
  const shown = known.slice(0, MOST)
  const more = known.length - shown.length
  const rates = shown.flatMap((net) => [net.recv_bytes_per_second, net.sent_bytes_per_second])
  const format = likeGreatest(formatBits, Math.max(0, ...rates.map((rate) => rate ?? 0)))
  const greatest = Math.max(0, ...shown.map(trafficOf)) || 1
  return (
    <ul className={isStale ? 'who stale' : 'who'} aria-label="Interfaces">
      {shown.map((net) => (
        <InterfaceItem
          key={net.id}
          net={net}
          share={trafficOf(net) / greatest}
          isExtra={!isCounted(net, networks)}
          format={format}
        />
      ))}
      {more > 0 && <li className="none say">{more} more in Performance.</li>}
    </ul>
  )
}

const trafficOf = (net: NetworkStats): number =>
  (net.recv_bytes_per_second ?? 0) + (net.sent_bytes_per_second ?? 0)

interface InterfaceItemProps {
  readonly net: NetworkStats
  readonly share: number
  /** What it carries is counted elsewhere. */
  readonly isExtra: boolean
  readonly format: (value: number) => string
}

function InterfaceItem({ net, share, isExtra, format }: InterfaceItemProps) {
  const say = (value: number | null) => (value === null ? '…' : format(value))
  const [down = '', up = ''] = shareUnit([
    say(net.recv_bytes_per_second),
    say(net.sent_bytes_per_second),
  ])
  const address = net.addresses.find((one) => !one.includes(':')) ?? net.addresses[0]
  return (
    <li
      className={isExtra ? 'two rest' : 'two'}
      style={{ '--w': share.toFixed(4) } as CSSProperties}
      title={
        isExtra ? 'It passes on what another interface carries: not counted above.' : undefined
      }
    >
      <Icon name="network" />
      <div className="pair">
        <span className="n">{net.id}</span>
        {net.link_bits_per_second !== null && <small>{formatLink(net.link_bits_per_second)}</small>}
      </div>
      <div className="pair">
        <small className="address">{address?.split('/')[0] ?? 'no address'}</small>
        <span className="v">
          <span aria-hidden="true">↓ </span>
          <span className="vh">down </span>
          {down}
          <span aria-hidden="true"> ↑ </span>
          <span className="vh">, up </span>
          <Value>{up}</Value>
        </span>
      </div>
      <Link
        className="open"
        href={`/performance/net-${net.id}`}
        aria-label={`${net.id} in Performance`}
      />
    </li>
  )
}
