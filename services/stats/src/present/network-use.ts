import type { NetworkUse } from '@taskmanager/contracts'
import { networkUse, type Traffic } from '@taskmanager/metrics'
import type { NetworkUseSample, ProcessMark } from '@taskmanager/platform'

/** What two samples tell, as the wire has it. */
export function presentNetworkUse(
  previous: NetworkUseSample | null,
  next: NetworkUseSample,
): NetworkUse {
  const use = networkUse(previous, next)
  return {
    processes:
      use?.processes.map(({ outside, inside, ...mark }) => ({
        ...presentMark(mark),
        ...presentTraffic(outside),
        inside_recv_bytes_per_second: Math.round(inside.recv),
        inside_sent_bytes_per_second: Math.round(inside.sent),
      })) ?? null,
    apart: next.apart.map(presentMark),
    processes_hidden: next.denied,
    interfaces: trafficOrNull(use?.interfaces),
    unheld: trafficOrNull(use?.unheld),
    rest: trafficOrNull(use?.rest),
    sampled_at_ms: Math.round(next.epochMs),
  }
}

const presentMark = ({ pid, startId }: ProcessMark) => ({ pid, start_id: startId })

const presentTraffic = ({ recv, sent }: Traffic) => ({
  recv_bytes_per_second: Math.round(recv),
  sent_bytes_per_second: Math.round(sent),
})

const trafficOrNull = (traffic: Traffic | null | undefined) =>
  traffic == null ? null : presentTraffic(traffic)
