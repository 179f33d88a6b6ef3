import {
  ACCESS,
  ProcessColumns,
  type EndedProcess,
  type EndedUnder,
  type MachineTimes,
  type ProcessFacts,
  type ProcessTable,
  type ProcessTableCapabilities,
  type ProcessTableProvider,
  statusCode,
} from '@taskmanager/platform'
import type { ProcessStatus } from '@taskmanager/contracts'
import { fakeClock, type FakeClock } from './fake-clock.ts'

/** One process as a test says it; what is left out is as of a quiet program of user `anna`. */
export interface FakeProcess {
  pid: number
  ppid?: number
  name?: string
  status?: ProcessStatus
  cpuMs?: number
  rssBytes?: number
  threads?: number
  readBytes?: number
  writeBytes?: number
  pssBytes?: number
  /** Its CPU time, memory and threads are told to its user only. */
  isPrivate?: boolean
  facts?: Partial<ProcessFacts>
}

export interface FakeProcessTable extends ProcessTableProvider {
  clock: FakeClock
  /** What the next sweep finds; a process is the same while pid and start mark are. */
  processes: FakeProcess[]
  /** Times of the machine in the next interval; null on the first sweep whatever is set. */
  machine: MachineTimes | null
  endedUnder: EndedUnder[]
  exitCount: number | null
  logicalCpuCount: number
  capabilities: ProcessTableCapabilities
  /** How often it was swept. */
  sweeps: number
  /** At once. */
  sweep(): ProcessTable
}

/** A process table that finds what a test puts into it, and keeps the contract of the real ones. */
export function fakeProcessTable(processes: FakeProcess[] = [{ pid: 1 }]): FakeProcessTable {
  const columns = new ProcessColumns()
  const facts: (ProcessFacts | undefined)[] = []
  const slotOfPid = new Map<number, number>()
  let lastMs: number | null = null

  function end(pid: number, slot: number): EndedProcess {
    const startId = facts[slot]?.startId ?? ''
    facts[slot] = undefined
    slotOfPid.delete(pid)
    return { pid, startId, waitStatus: null }
  }

  function freeSlot(): number {
    const used = new Set(slotOfPid.values())
    let slot = 0
    while (used.has(slot)) slot++
    return slot
  }

  function fill(slot: number, process: FakeProcess, isNew: boolean) {
    const cpuNs = (process.cpuMs ?? 0) * 1e6
    columns.previousCpuNs[slot] = isNew ? Number.NaN : (columns.cpuNs[slot] ?? Number.NaN)
    columns.previousReadBytes[slot] = isNew ? Number.NaN : (columns.readBytes[slot] ?? Number.NaN)
    columns.previousWriteBytes[slot] = isNew ? Number.NaN : (columns.writeBytes[slot] ?? Number.NaN)
    columns.cpuNs[slot] = cpuNs
    columns.pid[slot] = process.pid
    columns.ppid[slot] = process.ppid ?? (process.pid === 1 ? 0 : 1)
    columns.status[slot] = statusCode(process.status ?? 'sleeping')
    columns.rssBytes[slot] = process.rssBytes ?? 8 * 2 ** 20
    columns.vmsBytes[slot] = 4 * (columns.rssBytes[slot] ?? 0)
    columns.threads[slot] = process.threads ?? 1
    columns.readBytes[slot] = process.readBytes ?? Number.NaN
    columns.writeBytes[slot] = process.writeBytes ?? Number.NaN
    columns.pssBytes[slot] = process.pssBytes ?? Number.NaN
    columns.ussBytes[slot] = Number.NaN
    columns.swapBytes[slot] = Number.NaN
    columns.memoryAtMs[slot] = Number.NaN
    columns.childrenCpuMs[slot] = 0
    columns.cpuAccess[slot] = process.isPrivate === true ? ACCESS.denied : ACCESS.unknown
    if (process.isPrivate === true) {
      for (const name of ['cpuNs', 'rssBytes', 'vmsBytes', 'threads'] as const) {
        columns[name][slot] = Number.NaN
      }
    }
    columns.touched[slot] = 1
  }

  const fake: FakeProcessTable = {
    clock: fakeClock(),
    processes,
    machine: null,
    endedUnder: [],
    exitCount: null,
    logicalCpuCount: 4,
    capabilities: {
      cpuTimeResolution: 'nanosecond',
      partialReason: null,
      endedSource: 'waited_for_time',
      provider: 'fake',
      missing: [],
    },
    sweeps: 0,
    sweep() {
      fake.sweeps++
      const list = fake.processes.toSorted((a, b) => a.pid - b.pid)
      const alive = new Map(list.map((process) => [process.pid, factsOf(process).startId]))
      const ended = [...slotOfPid]
        .filter(([pid, slot]) => alive.get(pid) !== facts[slot]?.startId)
        .map(([pid, slot]) => end(pid, slot))
      const added: number[] = []
      const slots = Int32Array.from(list, (process) => {
        const known = slotOfPid.get(process.pid)
        const slot = known ?? freeSlot()
        columns.grow(slot + 1)
        slotOfPid.set(process.pid, slot)
        facts[slot] = factsOf(process)
        fill(slot, process, known === undefined)
        if (known === undefined) added.push(slot)
        return slot
      })
      const now = fake.clock.monotonicMs()
      const intervalMs = lastMs === null ? null : now - lastMs
      lastMs = now
      return {
        monotonicMs: now,
        epochMs: fake.clock.epochMs(),
        intervalMs,
        logicalCpuCount: fake.logicalCpuCount,
        columns,
        facts,
        slots,
        count: list.length,
        added,
        ended,
        endedUnder: intervalMs === null ? [] : fake.endedUnder,
        exitCount: intervalMs === null ? null : fake.exitCount,
        machine: intervalMs === null ? null : fake.machine,
        skipped: 0,
        ownUid: 1000,
      } satisfies ProcessTable
    },
    close() {
      slotOfPid.clear()
    },
  }
  return fake
}

function factsOf({ pid, name = `program-${pid}`, facts = {} }: FakeProcess): ProcessFacts {
  return {
    startId: `0a1b2c3d-${pid * 10}`,
    comm: name.slice(0, 15),
    name,
    args: [name],
    exe: `/usr/bin/${name}`,
    uid: 1000,
    user: 'anna',
    unit: null,
    container: null,
    cgroup: null,
    isKernel: false,
    hasTerminal: false,
    startedAtMs: Date.UTC(2026, 0, 1),
    ...facts,
  }
}
