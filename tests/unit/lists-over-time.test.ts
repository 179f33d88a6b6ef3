import { fakeClock, fakeProcessTable, type FakeClock } from '@taskmanager/testkit'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { desktopNames } from '../../packages/metrics/src/index.ts'
import { ProcessColumns } from '@taskmanager/platform'
import { EndedTime } from '../../packages/platform/src/linux/ended-time.ts'
import { KeptDescriptors } from '../../packages/platform/src/linux/kept-descriptors.ts'
import { LinuxProcessTable } from '../../packages/platform/src/linux/linux-process-table.ts'
import { Slots } from '../../packages/platform/src/linux/slots.ts'
import { Lists } from '../../services/accuracy/src/lists.ts'
import { ProcTree } from '../support/proc-tree.ts'

const OWN_COST = { cpu_percent: null, memory_bytes: null, sweep_cpu_ms: null, sweep_wall_ms: null }
const HOUR = 3_600_000

let tree: ProcTree
let clock: FakeClock
let provider: LinuxProcessTable
let lists: Lists
beforeEach(() => {
  tree = new ProcTree()
  tree.process(1, { ppid: 0, start: 1 })
  clock = fakeClock()
  const roots = { procRoot: tree.root, sysRoot: tree.root, etcRoot: tree.root }
  provider = new LinuxProcessTable({ ...roots, clock, ownUid: 0 })
  lists = new Lists(desktopNames([]))
})
afterEach(() => {
  provider.close()
  tree[Symbol.dispose]()
})

/** One sweep, as the service does it. */
function sweep() {
  lists.update(provider.sweep(), provider.capabilities, OWN_COST)
  return lists.facts
}

const rowOf = (pid: number) => lists.processes.get(pid)

const isLinux = process.platform === 'linux'
/** Much work, which a loaded machine takes its time for. */
const patient = { timeout: 120_000 }

describe.skipIf(!isLinux)('lists over time (Linux only)', patient, () => {
  test.each([
    ['a day on', 24 * HOUR],
    ['a day back', -24 * HOUR],
    ['an hour back, as in autumn', -HOUR],
  ])('the wall clock is set %s: shares and intervals know nothing of it', (_what, jumpMs) => {
    tree.process(10, { cpuTicks: 100 })
    sweep()
    let last = sweep()
    const started = rowOf(10)?.started_at_ms
    for (let second = 1; second <= 6; second++) {
      clock.advance(1000)
      if (second === 3) clock.jump(jumpMs)
      tree.process(10, { cpuTicks: 100 + 50 * second })
      tree.machine(2, 75 * second)
      const facts = sweep()
      expect(facts?.interval_ms).toBe(1000)
      expect(rowOf(10)).toMatchObject({ cpu_percent: 25, cpu_percent_of_core: 50 })
      expect(facts?.accounting).toMatchObject({ busy_percent: 25, listed_percent: 25 })
      const wall = (facts?.sampled_at_ms ?? 0) - (last?.sampled_at_ms ?? 0)
      expect(wall).toBe(second === 3 ? jumpMs + 1000 : 1000)
      last = facts
    }
    expect(rowOf(10)?.started_at_ms).toBe(started)
    expect(lists.seq).toBe(8)
  })

  test('two hours without a sample: shares are of the two hours, and the next ones of a second', () => {
    tree.process(10)
    sweep()
    clock.advance(1000)
    sweep()
    clock.advance(2 * HOUR)
    tree.process(10, { cpuTicks: 360_000 })
    tree.machine(2, 540_000)
    expect(sweep()).toMatchObject({
      interval_ms: 2 * HOUR,
      accounting: { busy_percent: 25, listed_percent: 25 },
    })
    expect(rowOf(10)?.cpu_percent).toBe(25)
    clock.advance(1000)
    tree.process(10, { cpuTicks: 360_010 })
    sweep()
    expect(rowOf(10)?.cpu_percent).toBe(5)
  })

  test('more CPU time than there was is never more than all of the machine', () => {
    tree.process(10)
    sweep()
    clock.advance(1000)
    tree.process(10, { cpuTicks: 1_000_000 })
    sweep()
    expect(rowOf(10)).toMatchObject({ cpu_percent: 100, cpu_percent_of_core: 200 })
  })

  test('a CPU time that goes back has no share for that interval', () => {
    tree.process(10, { cpuTicks: 500 })
    sweep()
    clock.advance(1000)
    tree.process(10, { cpuTicks: 100 })
    sweep()
    expect(rowOf(10)?.cpu_percent).toBeNull()
    clock.advance(1000)
    tree.process(10, { cpuTicks: 120 })
    sweep()
    expect(rowOf(10)?.cpu_percent).toBe(10)
  })

  test('eight processors, six, eight again, with holes: shares are of those online', () => {
    tree.process(10)
    tree.machine(8, 0)
    sweep()
    const online = [8, [0, 2, 3, 5, 6, 7], [0, 2, 3, 5, 6, 7], 8, 8] as const
    const seen = online.map((cpus, at) => {
      clock.advance(1000)
      tree.process(10, { cpuTicks: (at + 1) * 100 })
      tree.machine(cpus, (at + 1) * 50)
      const facts = sweep()
      return [
        facts?.logical_cpu_count,
        rowOf(10)?.cpu_percent,
        rowOf(10)?.cpu_percent_of_core,
        facts?.accounting.busy_percent,
      ]
    })
    const sixth = expect.closeTo(100 / 6, 1) as number
    expect(seen).toEqual([
      [8, 12.5, 100, 50],
      [6, sixth, 100, null], // the sums of two samples are not of the same processors
      [6, sixth, 100, 50],
      [8, 12.5, 100, null],
      [8, 12.5, 100, 50],
    ])
  })

  test('a pid that lives again is another row: nothing of the former owner is in its share', () => {
    tree.process(10, { start: 50, cpuTicks: 90_000 })
    sweep()
    clock.advance(1000)
    sweep()
    const former = rowOf(10)?.start_id
    clock.advance(1000)
    // Written over, not removed: a kept descriptor of a plain file would go on reading the former owner's.
    tree.process(10, { start: 100_190, cpuTicks: 5, comm: 'another' })
    tree.uptime(1002)
    sweep()
    expect(rowOf(10)).toMatchObject({ name: 'another', cpu_time_ms: 50 })
    expect(rowOf(10)?.start_id).not.toBe(former)
    // It began within the interval: all it used is of it.
    expect([null, 2.5]).toContain(rowOf(10)?.cpu_percent)
    clock.advance(1000)
    tree.process(10, { start: 100_190, cpuTicks: 15, comm: 'another' })
    sweep()
    expect(rowOf(10)?.cpu_percent).toBe(5)
  })

  test('a thousand pids come and go: what the sweep keeps is for those that live', () => {
    const LIVE = 10
    const SWEEPS = 100
    let next = 10
    let living: number[] = []
    const most: Record<string, number> = {}
    for (let at = 0; at < SWEEPS; at++) {
      for (const pid of living) tree.remove(pid)
      living = Array.from({ length: LIVE }, () => next++)
      for (const pid of living) tree.process(pid, { start: at + 1, cpuTicks: pid % 7 })
      clock.advance(1000)
      sweep()
      for (const [name, size] of Object.entries(provider.sizes())) {
        most[name] = Math.max(most[name] ?? 0, size)
      }
    }
    const live = LIVE + 1
    expect(lists.processes.size).toBe(live)
    expect(most['columns']).toBeLessThanOrEqual(512) // the smallest they are made
    expectFewer(most, 2 * live, ['slots', 'pids', 'facts', 'endedTime', 'risen'])
  })
})

test('a million pids through the slots and the books of ended time', patient, () => {
  const LIVE = 100
  const kept = new KeptDescriptors('/nowhere', null)
  const slots = new Slots(kept)
  const ended = new EndedTime()
  const columns = new ProcessColumns()
  columns.grow(2 * LIVE)
  const most = { slots: 0, pids: 0, endedTime: 0 }
  let former: number[] = []
  for (let pid = 1; pid < 1_000_000; pid += LIVE) {
    const living = Array.from({ length: LIVE }, (_, i) => pid + i)
    for (const each of former) {
      const slot = slots.ofPid.get(each) ?? 0
      ended.depart(each, { ppid: columns.ppid[slot] ?? 0, ownMs: 12, childrenMs: 0 })
      slots.release(each, slot)
    }
    for (const each of living) {
      const slot = slots.take(each)
      columns.pid[slot] = each
      columns.ppid[slot] = each - LIVE
    }
    most.endedTime = Math.max(most.endedTime, ended.size)
    // Each has collected a child of the former generation, for a little less than it was told to have used.
    const risen = new Map(living.map((each) => [slots.ofPid.get(each) ?? 0, 10]))
    ended.settle({ slotOf: slots.ofPid, columns, risen, nameOf: () => 'name' })
    most.endedTime = Math.max(most.endedTime, ended.size)
    most.slots = Math.max(most.slots, slots.size)
    most.pids = Math.max(most.pids, slots.ofPid.size)
    former = living
  }
  expect(most.endedTime).toBeGreaterThan(0)
  expectFewer(most, 2 * (LIVE + 1), ['slots', 'pids', 'endedTime'])
})

test('thirty thousand pids through the lists as the wire has them', patient, () => {
  const LIVE = 100
  const table = fakeProcessTable()
  const wire = new Lists(desktopNames([]))
  for (let at = 0; at < 300; at++) {
    table.processes = Array.from({ length: LIVE }, (_, i) => ({ pid: 2 + at * LIVE + i }))
    table.clock.advance(1000)
    wire.update(table.sweep(), table.capabilities, OWN_COST)
    expect(wire.processes.size).toBe(LIVE)
    expect(wire.apps.size).toBeLessThanOrEqual(LIVE)
  }
  expect(wire.sizes().slots).toBeLessThanOrEqual(2 * LIVE)
})

function expectFewer(sizes: Record<string, number>, limit: number, names: readonly string[]) {
  for (const name of names) {
    expect({ name, within: (sizes[name] ?? Infinity) <= limit }).toEqual({ name, within: true })
  }
}
