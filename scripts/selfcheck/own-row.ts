import type { ProcessFacts, ProcessTable, ProcessTableProvider } from '@taskmanager/platform'
import { STATUS_BY_CODE } from '@taskmanager/platform'

/** One process of the table, as far as it is checked. Numbers are null where they are not told. */
export interface Row {
  pid: number
  ppid: number
  cpuMs: number | null
  rssBytes: number | null
  threads: number | null
  nice: number | null
  status: string
  facts: ProcessFacts
}

export async function rowOf(provider: ProcessTableProvider, pid: number): Promise<Row | null> {
  return find(await provider.sweep(), pid)
}

export function find({ columns, facts, slots, count }: ProcessTable, pid: number): Row | null {
  const slot = slots.subarray(0, count).find((each) => columns.pid[each] === pid)
  const own = slot === undefined ? undefined : facts[slot]
  if (slot === undefined || own === undefined) return null
  const known = (number: number | undefined) =>
    number === undefined || Number.isNaN(number) ? null : number
  const cpuNs = known(columns.cpuNs[slot])
  return {
    pid,
    ppid: columns.ppid[slot] ?? 0,
    cpuMs: cpuNs === null ? null : cpuNs / 1e6,
    rssBytes: known(columns.rssBytes[slot]),
    threads: known(columns.threads[slot]),
    nice: known(columns.nice[slot]),
    status: STATUS_BY_CODE[columns.status[slot] ?? 0] ?? 'unknown',
    facts: own,
  }
}
