import type { NetworkUse, ProcessRow } from '@taskmanager/contracts'

/** What one process sends and receives by TCP, bytes per second. */
export interface NetworkTraffic {
  /** From and to other computers. */
  readonly recv: number
  readonly sent: number
  /** From and to programs of this computer. */
  readonly inside: number
}

/** Who uses the network, as far as the system tells. Sums are received and sent together, bytes per second. */
export interface NetworkUses {
  /** Processes that hold a connection, by pid. */
  readonly byPid: ReadonlyMap<number, NetworkTraffic & { readonly startId: string }>
  /** Processes with a network of their own: their start marks, by pid. */
  readonly apart: ReadonlyMap<number, string>
  /** Processes of others may not be looked into: who is not named may use the network all the same. */
  readonly isPartial: boolean
  /** `null`: not told. */
  readonly interfaces: number | null
  /** Of connections that no process seen here holds. */
  readonly unheld: number
  /** Headers, UDP, containers, connections that have closed; `null`: not told. */
  readonly rest: number | null
}

/** Why nothing is known of a process. */
export type NetworkUnknown = 'measuring' | 'not_permitted' | 'apart' | 'kernel'

type MarkedRow = Pick<ProcessRow, 'pid' | 'start_id' | 'kind' | 'unknown'>

const IDLE: NetworkTraffic = { recv: 0, sent: 0, inside: 0 }

/** @returns null after a first reading: rates need a second one */
export function networkUses(use: NetworkUse): NetworkUses | null {
  if (use.processes === null || use.unheld === null) return null
  return {
    byPid: new Map(
      use.processes.map((one) => [
        one.pid,
        {
          startId: one.start_id,
          recv: one.recv_bytes_per_second,
          sent: one.sent_bytes_per_second,
          inside: one.inside_recv_bytes_per_second + one.inside_sent_bytes_per_second,
        },
      ]),
    ),
    apart: new Map(use.apart.map((one) => [one.pid, one.start_id])),
    isPartial: use.processes_hidden,
    interfaces: sumOf(use.interfaces),
    unheld: use.unheld.recv_bytes_per_second + use.unheld.sent_bytes_per_second,
    rest: sumOf(use.rest),
  }
}

const sumOf = (traffic: NetworkUse['interfaces']): number | null =>
  traffic === null ? null : traffic.recv_bytes_per_second + traffic.sent_bytes_per_second

/** What a process carries, or why that is not known; who may be looked into and is not named carries nothing. */
export function networkUseOf(
  uses: NetworkUses | null,
  { pid, start_id: startId, kind, unknown }: MarkedRow,
): NetworkTraffic | NetworkUnknown {
  if (uses === null) return 'measuring'
  const traffic = uses.byPid.get(pid)
  if (traffic?.startId === startId) return traffic
  // What the kernel sends by itself, as for a network drive, is of none of its threads.
  if (kind === 'kernel') return 'kernel'
  if (uses.apart.get(pid) === startId) return 'apart'
  // Who may look behind its descriptors may also read its disk traffic.
  const isHidden = uses.isPartial && unknown['read_bytes_per_second'] === 'not_permitted'
  return isHidden ? 'not_permitted' : IDLE
}

const REASONS: Record<NetworkUnknown, string> = {
  measuring: 'measuring, two seconds',
  not_permitted: 'needs permission',
  apart: 'it has a network of its own, which is not told here',
  kernel: 'not told of threads of the kernel',
}

/** Why there is no figure, in words. */
export function networkReason(why: NetworkUnknown, user: string | null): string {
  if (why !== 'not_permitted' || user === null) return REASONS[why]
  return `${REASONS[why]}: belongs to ${user}`
}

/** Sums of several processes; `null`: of none is anything known. */
export interface NetworkSums {
  /** Received and sent. */
  readonly network: number | null
  readonly networkSent: number | null
  readonly networkInside: number | null
  /** Processes among them that may not be looked into, or have a network of their own: sums are then least values. */
  readonly networkDenied: number
  readonly networkApart: number
}

export const NO_NETWORK: NetworkSums = {
  network: null,
  networkSent: null,
  networkInside: null,
  networkDenied: 0,
  networkApart: 0,
}

export function networkSums(all: Iterable<NetworkTraffic | NetworkUnknown>): NetworkSums {
  const sums: { -readonly [Key in keyof NetworkSums]: NetworkSums[Key] } = { ...NO_NETWORK }
  for (const one of all) {
    if (one === 'not_permitted') sums.networkDenied += 1
    else if (one === 'apart') sums.networkApart += 1
    if (typeof one === 'string') continue
    sums.network = (sums.network ?? 0) + one.recv + one.sent
    sums.networkSent = (sums.networkSent ?? 0) + one.sent
    sums.networkInside = (sums.networkInside ?? 0) + one.inside
  }
  return sums
}
