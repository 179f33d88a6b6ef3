import { mkdirSync, mkdtempSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { defaultOptions, type Clock } from '../options.ts'
import type { ProcessTable } from '../process-table.ts'
import type { SweepCalls } from './libc.ts'
import { LinuxProcessTable } from './linux-process-table.ts'

const SECOND_NS = 1e9

/** A proc tree of ordinary files whose clocks, and the death of whose descriptors, a test decides. */
class SmallMachine {
  readonly root = mkdtempSync(path.join(tmpdir(), 'small-proc-'))
  readonly clocks = new Map<number, number[]>()
  readonly nices = new Map<number, number>()
  /** Pids whose kept descriptors answer as those of an ended process do. */
  readonly dead = new Set<string>()
  reads = 0
  now = 100_000
  /** The wall clock at the boot, which `uptime` puts 100 seconds back; epoch milliseconds. */
  bootEpochMs = 1_700_000_000_000
  /** For how long the next reads of clocks take, milliseconds. */
  interruptions: number[] = []

  constructor() {
    this.file('uptime', '100.00 150.00\n')
    this.stat(100, 100)
    mkdirSync(path.join(this.root, 'self'))
  }

  file(name: string, text: string) {
    mkdirSync(path.dirname(path.join(this.root, name)), { recursive: true })
    writeFileSync(path.join(this.root, name), text)
  }

  stat(idleTicks: number, forks: number) {
    const times = `10 0 10 ${idleTicks} 0 0 0 0 0 0`
    const boot = `btime ${Math.floor(this.bootEpochMs / 1000)}\n`
    this.file('stat', `cpu  ${times}\ncpu0 ${times}\n${boot}processes ${forks}\n`)
  }

  process(
    pid: number,
    options: {
      ppid?: number
      start?: number
      waitedTicks?: number
      nice?: number
      state?: string
    } = {},
  ) {
    const { ppid = 1, start = 50, waitedTicks = 0, nice = 0, state = 'S' } = options
    const tail = `0 0 0 -1 0 0 0 0 0 1 1 ${waitedTicks} 0 20 ${nice} 1 0 ${start} 4096 10 0\n`
    this.nices.set(pid, nice)
    this.file(`${pid}/stat`, `${pid} (p${pid}) ${state} ${ppid} ${tail}`)
    this.file(`${pid}/statm`, '20 12 0 0 0 0 0\n')
    this.file(`${pid}/status`, 'Uid:\t0\t0\t0\t0\n')
  }

  /** The instant of the boot moves with the clock, in the file too. */
  setClock(byMs: number) {
    this.bootEpochMs += byMs
    this.stat(100, 100)
  }

  remove(pid: number) {
    rmSync(path.join(this.root, String(pid)), { recursive: true })
  }

  /** Answers of the CPU clock, one a call; the last is repeated. */
  clock(pid: number, ...answers: number[]) {
    this.clocks.set(pid, answers)
  }

  readonly calls: SweepCalls = {
    processCpuNs: (pid) => {
      this.now += this.interruptions.shift() ?? 0
      const answers = this.clocks.get(pid) ?? []
      return (answers.length > 1 ? answers.shift() : answers[0]) ?? -1
    },
    ownThreadCpuNs: () => 0,
    nice: (pid) => this.nices.get(pid) ?? 0,
    readAgain: (fd, buffer) => {
      const length = readSync(fd, buffer, 0, buffer.length, 0)
      const text = Buffer.from(buffer.subarray(0, length)).toString('latin1')
      this.reads += text.includes(') S ') ? 1 : 0
      return this.dead.has(text) ? -1 : length
    },
    lastErrno: () => 3,
    directoryEntries: () => -1,
    rewind: () => {},
  }

  table() {
    return this.tableAt({
      monotonicMs: () => this.now,
      epochMs: () => this.bootEpochMs + 100_000,
    })
  }

  protected tableAt(clock: Clock) {
    return new LinuxProcessTable({
      ...defaultOptions,
      procRoot: this.root,
      etcRoot: this.root,
      clock,
      calls: this.calls,
      ownUid: 0,
    })
  }
}

let machine: SmallMachine
let provider: LinuxProcessTable
beforeEach(() => {
  machine = new SmallMachine()
  machine.process(1, { ppid: 0, start: 1 })
  machine.clock(1, 1 * SECOND_NS)
  provider = machine.table()
})
afterEach(() => {
  provider.close()
  rmSync(machine.root, { recursive: true })
})

function sweepAfterOneSecond(): ProcessTable {
  machine.now += 1000
  return provider.sweep()
}

function slotOf(table: ProcessTable, pid: number): number {
  const slot = table.slots.subarray(0, table.count).find((at) => table.columns.pid[at] === pid)
  if (slot === undefined) throw new Error(`pid ${pid} is not listed`)
  return slot
}

const cell = (table: ProcessTable, pid: number, column: 'nice' | 'ppid') =>
  table.columns[column][slotOf(table, pid)]

function row(table: ProcessTable, pid: number) {
  const slot = slotOf(table, pid)
  const { cpuNs, previousCpuNs, cpuAtMs, previousCpuAtMs, rssBytes } = table.columns
  return {
    cpuNs: cpuNs[slot],
    previousCpuNs: previousCpuNs[slot],
    cpuAtMs: cpuAtMs[slot],
    previousCpuAtMs: previousCpuAtMs[slot],
    rssBytes: rssBytes[slot],
    startId: table.facts[slot]?.startId,
  }
}

/** Each look at the clock takes as long as a slice may. */
class SlowMachine extends SmallMachine {
  override table() {
    const monotonicMs = () => (this.now += 5)
    return this.tableAt({ monotonicMs, epochMs: () => 1_700_000_000_000 })
  }
}

const listed = (table: ProcessTable) =>
  Array.from(table.slots.subarray(0, table.count), (slot) => table.columns.pid[slot])

describe('the sweep', () => {
  test('with a pause, lets others in between listing, clocks and rows, and finds the same', async () => {
    const slow = new SlowMachine()
    for (let pid = 1; pid <= 100; pid++) {
      slow.process(pid)
      slow.clock(pid, pid * SECOND_NS)
    }
    const [whole, sliced] = [slow.table(), slow.table()]
    try {
      let pauses = 0
      const table = await sliced.sweep(async () => {
        pauses++
        // A process that ends meanwhile is listed with what was read, or left out: never half.
        if (pauses === 3) slow.remove(90)
      })
      expect(pauses).toBe(5)
      const all = listed(whole.sweep())
      expect(listed(table)).toEqual(all)
      expect(all).not.toContain(90)
      expect(row(table, 40)).toMatchObject({ cpuNs: 40 * SECOND_NS })
    } finally {
      whole.close()
      sliced.close()
      rmSync(slow.root, { recursive: true })
    }
  })

  test('has no baseline on the first sweep and takes rss from statm', () => {
    const first = provider.sweep()
    expect(row(first, 1)).toMatchObject({ cpuNs: SECOND_NS, previousCpuNs: NaN })
    expect((row(first, 1).rssBytes ?? 0) % 12).toBe(0)
    machine.clock(1, 1.25 * SECOND_NS)
    expect(row(sweepAfterOneSecond(), 1)).toMatchObject({
      cpuNs: 1.25 * SECOND_NS,
      previousCpuNs: SECOND_NS,
    })
  })

  test('tells the starts of all anew when the clock is set, and none when it is only slewed', () => {
    const startOf = (table: ProcessTable) => table.facts[slotOf(table, 1)]?.startedAtMs
    const first = provider.sweep()
    expect(startOf(first)).toBe(1_700_000_000_010) // one tick after the boot
    sweepAfterOneSecond()
    machine.setClock(500)
    const slewed = sweepAfterOneSecond()
    expect(startOf(slewed)).toBe(1_700_000_000_010)
    expect(slewed.columns.touched[slotOf(slewed, 1)]).toBe(0)
    machine.setClock(3_600_000)
    const set = sweepAfterOneSecond()
    expect(startOf(set)).toBe(1_700_003_600_510)
    expect(set.columns.touched[slotOf(set, 1)]).toBe(1)
    expect(row(set, 1).startId).toBe(row(first, 1).startId)
    machine.process(2, { start: 100 })
    machine.clock(2, SECOND_NS)
    const later = sweepAfterOneSecond()
    expect(later.facts[slotOf(later, 2)]?.startedAtMs).toBe(1_700_003_601_500)
  })

  test('knows newcomers in a container whose uptime is its own', () => {
    machine.file('uptime', '7.00 1.00\n')
    machine.process(2, { start: 9000 }) // within the uptime of the host, beyond that of the container
    machine.clock(2, SECOND_NS)
    expect(provider.sweep().facts.filter(Boolean)).toHaveLength(2)
    machine.process(3, { start: 9000 }) // was missed by the sweep before
    machine.clock(3, SECOND_NS)
    machine.process(4, { start: 10_000 })
    machine.clock(4, SECOND_NS)
    const table = sweepAfterOneSecond()
    expect(table.facts[slotOf(table, 4)]?.startedAtMs).toBe(1_700_000_100_000)
    expect(table.columns.previousCpuNs[slotOf(table, 3)]).toBeNaN()
    expect(table.columns.previousCpuNs[slotOf(table, 4)]).toBe(0)
  })

  test('does not ask a process that waits for a disk for its arguments, and asks when it has come', () => {
    const argsOf = (table: ProcessTable) => table.facts[slotOf(table, 2)]?.args
    machine.process(2, { state: 'D' })
    machine.file('2/cmdline', 'first\0')
    machine.clock(2, 1, 1, 2, 3, 4, 5)
    const first = provider.sweep()
    expect(first.facts[slotOf(first, 2)]).toMatchObject({ name: 'p2', args: null })
    expect(argsOf(sweepAfterOneSecond())).toBeNull()
    expect(argsOf(sweepAfterOneSecond())).toBeNull() // it ran, and waits again
    machine.process(2, { state: 'S' })
    expect(argsOf(sweepAfterOneSecond())).toEqual(['first'])
    machine.process(2, { state: 'D' })
    machine.file('2/cmdline', 'second\0')
    for (let sweep = 0; sweep < 700; sweep++) {
      machine.clock(2, SECOND_NS + sweep)
      provider.sweep()
    }
    const table = sweepAfterOneSecond()
    expect(argsOf(table)).toEqual(['first'])
    machine.process(2, { state: 'S' })
    machine.clock(2, 2 * SECOND_NS)
    expect(argsOf(sweepAfterOneSecond())).toEqual(['second'])
  })

  test('reads stat again when the clock moved, once more after that, and in its turn', () => {
    provider.sweep()
    machine.reads = 0
    machine.clock(1, 2 * SECOND_NS)
    sweepAfterOneSecond()
    expect(machine.reads).toBe(1)
    machine.reads = 0
    sweepAfterOneSecond() // it was caught at work: how it came to rest
    expect(machine.reads).toBe(1)
    machine.reads = 0
    for (let i = 0; i < 30; i++) sweepAfterOneSecond()
    expect(machine.reads).toBe(1)
  })

  test('finds within ten sweeps that somebody changed the priority of a resting process', () => {
    machine.process(20)
    machine.clock(20, SECOND_NS)
    provider.sweep()
    for (let i = 0; i < 30; i++) sweepAfterOneSecond()
    machine.process(20, { nice: 5 })
    let sweeps = 1
    while (cell(sweepAfterOneSecond(), 20, 'nice') !== 5 && sweeps < 20) sweeps++
    expect(sweeps).toBeLessThanOrEqual(10)
  })

  test('the children of a process that ends get their new parent at the next sweep, resting or not', () => {
    machine.process(10)
    machine.clock(10, SECOND_NS)
    machine.process(20, { ppid: 10 })
    machine.clock(20, SECOND_NS)
    provider.sweep()
    machine.clock(10, -1)
    machine.process(20, { ppid: 1 })
    sweepAfterOneSecond()
    expect(cell(sweepAfterOneSecond(), 20, 'ppid')).toBe(1)
  })

  test('so do the children of one that ended and was not waited for', () => {
    machine.process(10)
    machine.clock(10, SECOND_NS)
    machine.process(20, { ppid: 10 })
    machine.clock(20, SECOND_NS)
    provider.sweep()
    machine.process(10, { state: 'Z' })
    machine.clock(10, 1.1 * SECOND_NS) // what it did to end
    machine.process(20, { ppid: 1 })
    sweepAfterOneSecond()
    expect(cell(sweepAfterOneSecond(), 20, 'ppid')).toBe(1)
  })

  test('each clock has the instant of its reading, whether the process ran or not', () => {
    machine.process(20)
    machine.clock(20, SECOND_NS)
    expect(row(provider.sweep(), 20)).toMatchObject({ cpuAtMs: 100_000, previousCpuAtMs: NaN })
    // Every pass over the two clocks is interrupted; the third is the last.
    machine.interruptions = [30, 2, 30, 2, 30, 2]
    const resting = sweepAfterOneSecond()
    expect(resting).toMatchObject({ monotonicMs: 101_080, intervalMs: 1080 })
    expect(row(resting, 1)).toMatchObject({ cpuAtMs: 101_094, previousCpuAtMs: 100_000 })
    expect(row(resting, 20)).toMatchObject({ cpuAtMs: 101_096, previousCpuAtMs: 100_000 })
    machine.clock(20, 2 * SECOND_NS)
    expect(row(sweepAfterOneSecond(), 20)).toMatchObject({
      cpuNs: 2 * SECOND_NS,
      cpuAtMs: 102_096,
      previousCpuAtMs: 101_096,
    })
  })

  test('a clock that was not taken into the row leaves its instant too', () => {
    machine.process(20)
    machine.clock(20, SECOND_NS)
    provider.sweep()
    machine.clock(20, 2 * SECOND_NS)
    machine.file('20/stat', '20 (broken) S 1 x\n')
    sweepAfterOneSecond()
    machine.process(20)
    expect(row(sweepAfterOneSecond(), 20)).toMatchObject({
      cpuNs: 2 * SECOND_NS,
      previousCpuNs: SECOND_NS,
      cpuAtMs: 102_000,
      previousCpuAtMs: 100_000,
    })
  })

  test('a reused pid is another process, without the time of the former', () => {
    machine.process(20, { start: 60 })
    machine.clock(20, 500 * SECOND_NS)
    const old = row(provider.sweep(), 20).startId
    // The kernel: descriptors of the ended process answer ESRCH, the directory is that of the new one.
    machine.dead.add(`20 (p20) S 1 0 0 0 -1 0 0 0 0 0 1 1 0 0 20 0 1 0 60 4096 10 0\n`)
    // A new file: the kept descriptor goes on reading the old one.
    machine.remove(20)
    machine.process(20, { start: 10_000 })
    machine.clock(20, 0.1 * SECOND_NS)
    const table = sweepAfterOneSecond()
    expect(table.ended).toEqual([{ pid: 20, startId: old, waitStatus: null }])
    expect(row(table, 20).startId).not.toBe(old)
    expect(row(table, 20)).toMatchObject({ cpuNs: 0.1 * SECOND_NS, previousCpuNs: 0 })
  })

  test('a child collected between its clock and the stat of its parent is told once', () => {
    machine.process(10)
    machine.clock(10, SECOND_NS)
    machine.process(20, { ppid: 10 })
    machine.clock(20, 300 * SECOND_NS)
    provider.sweep()
    machine.clock(10, 1.1 * SECOND_NS)
    machine.process(10, { waitedTicks: 30_050 })
    machine.clock(20, 300.4 * SECOND_NS, -1) // alive in the pass over the clocks, then gone
    const table = sweepAfterOneSecond()
    expect(listed(table)).toEqual([1, 10])
    expect(table.endedUnder).toMatchObject([
      { parentPid: 10, parentName: 'p10', cpuNs: 500 * 1e6, listedCount: 1 },
    ])
  })

  test('one that ends while files are read is told up to the instant, and the rest next time', () => {
    machine.process(10)
    machine.clock(10, SECOND_NS)
    machine.process(20, { ppid: 10 })
    machine.clock(20, 300 * SECOND_NS)
    const { startId } = row(provider.sweep(), 20)
    machine.clock(20, 300.4 * SECOND_NS)
    machine.dead.add('20 (p20) S 10 0 0 0 -1 0 0 0 0 0 1 1 0 0 20 0 1 0 50 4096 10 0\n')
    rmSync(path.join(machine.root, '20/stat'))
    const table = sweepAfterOneSecond()
    expect(table.ended).toEqual([{ pid: 20, startId, waitStatus: null }])
    expect(table.endedUnder).toMatchObject([{ parentPid: 10, cpuNs: 400 * 1e6 }])
    machine.clock(20, -1)
    machine.clock(10, 1.1 * SECOND_NS)
    machine.process(10, { waitedTicks: 30_050 })
    const next = sweepAfterOneSecond()
    expect(next.ended).toEqual([])
    expect(next.endedUnder).toMatchObject([{ parentPid: 10, cpuNs: 100 * 1e6 }])
  })

  test('one that ended under the first sweep is no news to the second', () => {
    machine.process(10)
    machine.clock(10, SECOND_NS)
    machine.process(20, { ppid: 10 })
    rmSync(path.join(machine.root, '20/stat'))
    machine.clock(20, 300 * SECOND_NS, -1)
    expect(listed(provider.sweep())).toEqual([1, 10])
    machine.remove(20)
    machine.clock(10, 1.1 * SECOND_NS)
    machine.process(10, { waitedTicks: 30_001 })
    expect(sweepAfterOneSecond().endedUnder).toMatchObject([{ parentPid: 10, cpuNs: 10 * 1e6 }])
  })

  test('a parent that waits is read with the clocks: children of later are for the next sweep', () => {
    machine.process(10)
    machine.clock(10, SECOND_NS)
    provider.sweep()
    machine.clock(10, 1.1 * SECOND_NS)
    machine.process(10, { waitedTicks: 5 })
    expect(sweepAfterOneSecond().endedUnder).toMatchObject([{ parentPid: 10, cpuNs: 50 * 1e6 }])
    machine.clock(10, 1.2 * SECOND_NS)
    machine.process(10, { waitedTicks: 9 })
    // Between the pass over the clocks and its own turn the parent waits for another one.
    const readAgain = machine.calls.readAgain.bind(machine.calls)
    let reads = 0
    machine.calls.readAgain = (fd, buffer) => {
      const length = readAgain(fd, buffer)
      const isParent = Buffer.from(buffer).toString('latin1').startsWith('10 (p10) S')
      if (isParent && ++reads === 2) machine.process(10, { waitedTicks: 30 })
      return length
    }
    expect(sweepAfterOneSecond().endedUnder).toMatchObject([{ parentPid: 10, cpuNs: 40 * 1e6 }])
    machine.clock(10, 1.3 * SECOND_NS)
    expect(sweepAfterOneSecond().endedUnder).toMatchObject([{ parentPid: 10, cpuNs: 210 * 1e6 }])
  })

  test('a process that leaves is ended once, wherever it was noticed', () => {
    machine.process(20)
    machine.clock(20, SECOND_NS)
    const { startId } = row(provider.sweep(), 20)
    machine.clock(20, -1)
    expect(sweepAfterOneSecond().ended).toEqual([{ pid: 20, startId, waitStatus: null }])
    machine.remove(20)
    const after = sweepAfterOneSecond()
    expect(after.ended).toEqual([])
    expect(listed(after)).toEqual([1])
  })

  test('a row whose stat is malformed is counted, and no other row suffers', () => {
    machine.file('30/stat', '30 (broken) S 1 x\n')
    machine.clock(30, SECOND_NS)
    const table = provider.sweep()
    expect(table.skipped).toBe(1)
    expect(listed(table)).toEqual([1])
  })

  test('a process that is being collected is gone, not malformed', () => {
    machine.process(20)
    machine.clock(20, SECOND_NS)
    const { startId } = row(provider.sweep(), 20)
    machine.clock(20, 1.1 * SECOND_NS)
    machine.file('20/stat', '20 (p20) X 0 -1 -1 0 -1 4194564 0 0\n')
    const table = sweepAfterOneSecond()
    expect(table.skipped).toBe(0)
    expect(listed(table)).toEqual([1])
    expect(table.ended).toMatchObject([{ pid: 20, startId }])
  })

  test('garbage in the stat of the machine costs one interval of accounting', () => {
    provider.sweep()
    machine.file('stat', 'nonsense\n')
    expect(sweepAfterOneSecond()).toMatchObject({ machine: null, count: 1 })
    machine.stat(200, 101)
    expect(sweepAfterOneSecond().machine).toBeNull() // nothing to compare with
    machine.stat(250, 101)
    expect(sweepAfterOneSecond().machine).toMatchObject({ busyMs: 500, forks: 0 })
  })
})
