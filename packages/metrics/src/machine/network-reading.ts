import type { NetworkSample } from '@taskmanager/platform'
import { delta, perSecond } from './counters.ts'

export interface NetworkReading {
  recvBytesPerSecond: number | null
  sentBytesPerSecond: number | null
  recvPacketsPerSecond: number | null
  sentPacketsPerSecond: number | null
}

/** A counter that ran backwards (the interface came anew) has no rate for that interval. */
export function readNetwork(
  previous: NetworkSample | undefined,
  next: NetworkSample,
  elapsedMs: number,
): NetworkReading {
  const rate = (key: 'recvBytes' | 'sentBytes' | 'recvPackets' | 'sentPackets') =>
    perSecond(delta(previous?.[key], next[key]), elapsedMs)
  return {
    recvBytesPerSecond: rate('recvBytes'),
    sentBytesPerSecond: rate('sentBytes'),
    recvPacketsPerSecond: rate('recvPackets'),
    sentPacketsPerSecond: rate('sentPackets'),
  }
}

/** Bytes since boot over the interfaces that count; null when there is none to count. */
export function sumNetworks(networks: readonly NetworkSample[]): {
  recvBytes: number | null
  sentBytes: number | null
} {
  const counted = networks.filter((network) => network.counted)
  if (counted.length === 0) return { recvBytes: null, sentBytes: null }
  return {
    recvBytes: counted.reduce((sum, { recvBytes }) => sum + recvBytes, 0),
    sentBytes: counted.reduce((sum, { sentBytes }) => sum + sentBytes, 0),
  }
}
