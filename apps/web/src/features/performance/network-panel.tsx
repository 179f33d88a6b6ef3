import { useMemo } from 'react'
import type { NetworkStats } from '@taskmanager/contracts'
import { Chart } from '../../components/chart.tsx'
import type { ChartSeries } from '../../components/chart-series.ts'
import { NETWORK_SCALE, useSoftMaximum } from '../../components/use-soft-maximum.ts'
import {
  formatBits,
  formatBytes,
  formatCount,
  formatDbm,
  formatLink,
  UNKNOWN,
} from '../../lib/format.ts'
import { useStats } from '../../stores/live-stats.ts'
import { usePreference } from '../../stores/preferences.ts'
import { BigFacts, FactList, PanelFrame } from './panel-frame.tsx'

const KINDS: Record<NetworkStats['kind'], string> = {
  ethernet: 'Ethernet',
  wifi: 'Wi-Fi',
  loopback: 'Loopback',
  virtual: 'Virtual interface',
  tunnel: 'Tunnel',
  unknown: 'Network interface',
}
/** Least top of the axis, bytes per second: 100 kbit/s, or 10 kB/s. */
const LEAST = { bits: 12_500, bytes: 10_000 } as const

export function NetworkPanel({ id }: { id: string }) {
  const seconds = usePreference('chartSeconds')
  const net = useStats((frame) => frame?.networks.find((one) => one.id === id) ?? null)
  const series = useMemo(
    (): ChartSeries[] => [
      { key: `net.${id}.recv`, name: 'down', hue: 'net', style: 'line' },
      { key: `net.${id}.sent`, name: 'up', hue: 'net', style: 'dash' },
    ],
    [id],
  )
  const keys = [`net.${id}.recv`, `net.${id}.sent`]
  const unit = usePreference('networkUnit')
  const { maximum, bold } = useSoftMaximum(keys, seconds, LEAST[unit], NETWORK_SCALE[unit])
  if (net === null) return null
  return (
    <PanelFrame
      title={id}
      model={[
        KINDS[net.kind],
        net.link_bits_per_second === null ? null : `link ${formatLink(net.link_bits_per_second)}`,
      ]
        .filter(Boolean)
        .join(', ')}
      sentence={<NetworkSentence net={net} />}
      facts={<NetworkFacts net={net} />}
    >
      <Chart
        title="Traffic"
        series={series}
        seconds={seconds}
        maximum={maximum}
        changed={bold}
        format={formatBits}
      />
      <section aria-label="Addresses">
        <div className="subhead">
          <h2>Addresses</h2>
        </div>
        {net.addresses.length === 0 ? (
          <p className="dim">None.</p>
        ) : (
          <ul className="mono">
            {net.addresses.map((address) => (
              <li key={address}>{address}</li>
            ))}
          </ul>
        )}
      </section>
    </PanelFrame>
  )
}

function NetworkSentence({ net }: { net: NetworkStats }) {
  if (net.up === false) return <b>Not connected.</b>
  if (net.recv_bytes_per_second === null) return <>Measuring, one second…</>
  return (
    <>
      <b>Down {formatBits(net.recv_bytes_per_second)}</b>, up{' '}
      {formatBits(net.sent_bytes_per_second)}.{' '}
      {net.errors === 0 && net.drops === 0
        ? 'No errors since the machine started.'
        : `${formatCount(net.errors)} errors and ${formatCount(net.drops)} dropped packets since the machine started.`}
    </>
  )
}

function NetworkFacts({ net }: { net: NetworkStats }) {
  return (
    <>
      <BigFacts
        facts={[
          {
            name: 'Down',
            value: formatBits(net.recv_bytes_per_second),
            tie: { hue: 'net', look: '' },
          },
          {
            name: 'Up',
            value: formatBits(net.sent_bytes_per_second),
            tie: { hue: 'net', look: 'dash' },
          },
        ]}
      />
      <FactList
        facts={[
          ['State', net.up === null ? null : net.up ? 'connected' : 'not connected'],
          ['Link', linkText(net)],
          ['Signal', net.kind === 'wifi' ? signalText(net) : null],
          ['Hardware address', net.mac],
          ['Packets in', perSecond(net.recv_packets_per_second)],
          ['Packets out', perSecond(net.sent_packets_per_second)],
          ['Received since start', formatBytes(net.recv_bytes)],
          ['Sent since start', formatBytes(net.sent_bytes)],
          ['Errors', formatCount(net.errors)],
          ['Dropped', formatCount(net.drops)],
        ]}
      />
    </>
  )
}

function linkText({ link_bits_per_second: link, up }: NetworkStats): string {
  if (link !== null) return formatLink(link)
  return up === false ? UNKNOWN : 'speed not reported by this driver'
}

/** Words as common tools have them: a video needs about −67 dBm. */
function signalText({ signal_dbm: dbm, up }: NetworkStats): string {
  if (dbm === null) return up === false ? 'not connected' : 'not reported by this driver'
  const word = dbm >= -50 ? 'excellent' : dbm >= -67 ? 'good' : dbm >= -75 ? 'fair' : 'weak'
  return `${formatDbm(dbm)}, ${word}`
}

const perSecond = (value: number | null): string | null =>
  value === null ? null : `${formatCount(value)}/s`
