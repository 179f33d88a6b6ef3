import type { Carried, NetworkUseSample, ProcessMark } from '@taskmanager/platform'

/** Bytes per second. */
export interface Traffic {
  recv: number
  sent: number
}

export interface ProcessTraffic extends ProcessMark {
  /** Through the interfaces. */
  outside: Traffic
  /** To and from programs of this computer. */
  inside: Traffic
}

export interface NetworkUse {
  /** Processes that hold a connection, also where nothing moved. */
  processes: readonly ProcessTraffic[]
  /** What the interfaces carried; null: not told. */
  interfaces: Traffic | null
  /** Through the interfaces, by connections that nobody seen here holds. */
  unheld: Traffic
  /** What the interfaces carried beyond all connections: headers, UDP, containers, connections that have closed. */
  rest: Traffic | null
}

/**
 * Who carried what between two samples. A connection that is not in the sample before has begun since: all it carried
 * counts. What one carried after the sample before and until it closed is in the rest. null without a baseline.
 */
export function networkUse(
  previous: NetworkUseSample | null,
  next: NetworkUseSample,
): NetworkUse | null {
  if (previous === null) return null
  const seconds = (next.monotonicMs - previous.monotonicMs) / 1000
  if (seconds <= 0) return null
  const processes = new Map<string, ProcessTraffic>()
  const unheld = { recv: 0, sent: 0 }
  const carried = { recv: 0, sent: 0 }
  for (const [cookie, connection] of next.connections) {
    const { holder, inside } = connection
    const traffic = rise(previous.connections.get(cookie), connection, seconds)
    if (!inside) add(carried, traffic)
    if (holder !== null) add(trafficOf(processes, holder)[inside ? 'inside' : 'outside'], traffic)
    else if (!inside) add(unheld, traffic)
  }
  const interfaces = interfaceTraffic(previous, next, seconds)
  return {
    processes: [...processes.values()],
    interfaces,
    unheld,
    rest: interfaces === null ? null : minus(interfaces, carried),
  }
}

function trafficOf(all: Map<string, ProcessTraffic>, { pid, startId }: ProcessMark) {
  const key = `${pid}.${startId}`
  let traffic = all.get(key)
  if (traffic === undefined) {
    traffic = { pid, startId, outside: { recv: 0, sent: 0 }, inside: { recv: 0, sent: 0 } }
    all.set(key, traffic)
  }
  return traffic
}

/** Interfaces that came or went since carried what nobody counted. */
function interfaceTraffic(
  previous: NetworkUseSample,
  next: NetworkUseSample,
  seconds: number,
): Traffic | null {
  if (previous.interfaces === null || next.interfaces === null) return null
  const sum = { recv: 0, sent: 0 }
  for (const [id, carried] of next.interfaces) {
    const before = previous.interfaces.get(id)
    if (before !== undefined) add(sum, rise(before, carried, seconds))
  }
  return sum
}

/** A counter that went back began anew, and what it carried before that is not known. */
function rise(before: Carried | undefined, after: Carried, seconds: number): Traffic {
  const of = (from: number, to: number) => Math.max(0, to - from) / seconds
  return {
    recv: of(before?.recvBytes ?? 0, after.recvBytes),
    sent: of(before?.sentBytes ?? 0, after.sentBytes),
  }
}

function add(sum: Traffic, { recv, sent }: Traffic): void {
  sum.recv += recv
  sum.sent += sent
}

function minus(a: Traffic, b: Traffic): Traffic {
  return { recv: Math.max(0, a.recv - b.recv), sent: Math.max(0, a.sent - b.sent) }
}
