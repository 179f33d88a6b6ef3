import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createProcessTable } from '@taskmanager/platform'
import { burner } from '@taskmanager/testkit'
import type { ProcessTableState } from '@taskmanager/client'
import { whyNoExitRecords } from '../support/exit-record-rights.ts'
import { watchList, type ListViewer } from '../support/list-stream.ts'
import {
  CARELESS_CHILD_MS,
  CARELESS_CHILDREN,
  carelessParent,
  compileStorm,
  countedRuns,
  trueStorm,
} from '../support/process-storms.ts'
import { startServices, type RunningServices } from '../support/running-services.ts'

/** Parts are rounded for the wire one by one. */
const ROUNDING = 0.1
/** What may stay unexplained for good, of the busy time. */
const UNEXPLAINED_RATIO = 0.01
/**
 * Five counters of `/proc/stat` (idle, iowait, irq, softirq, steal) are cut to 10 ms. Counters run on, so in the sum
 * of intervals only the first and the last reading are cut: 10 ms for each, however many intervals.
 */
const MACHINE_ROUNDING_MS = 5 * 10
/** `cutime` and `cstime` of each parent that waited; a few of the system's wait at any time beside those of the test. */
const PARENT_ROUNDING_MS = 20
const OTHER_PARENTS = 4
/** Asked of the service. */
const INTERVAL_MS = 1000
/** Both ends of the sum: on a busy machine readings of one instant may lie a turn of others apart, on each CPU. */
const TURN_MS = 20

async function nextFrames(viewer: ListViewer, count: number): Promise<ProcessTableState[]> {
  const list: ProcessTableState[] = []
  // The interval that was running when the load began is not looked at.
  let seq = (await after(viewer, viewer.state().seq)).seq
  for (let i = 0; i < count; i++) {
    const state = await after(viewer, seq)
    seq = state.seq
    list.push(state)
  }
  return list
}

const after = (viewer: ListViewer, seq: number) =>
  viewer.until('a frame with an interval', (now) => now.seq > seq && now.intervalMs !== null)

function expectSum({ accounting }: ProcessTableState) {
  const { busy_percent, listed_percent, ended_percent, irq_percent, steal_percent } = accounting
  const parts = [
    listed_percent,
    ended_percent,
    irq_percent,
    steal_percent,
    accounting.unattributed_percent,
  ]
  expect(parts.every((part) => part !== null)).toBe(true)
  const sum = parts.reduce<number>((all, part) => all + (part ?? Number.NaN), 0)
  expect(Math.abs(sum - (busy_percent ?? Number.NaN))).toBeLessThan(ROUNDING)
  expect(busy_percent).toBeGreaterThanOrEqual(0)
  expect(busy_percent).toBeLessThanOrEqual(100)
  expect(ended_percent).toBeGreaterThanOrEqual(0)
  expect(accounting.kernel_percent).toBeLessThanOrEqual((listed_percent ?? Number.NaN) + ROUNDING)
}

type Part = 'busy_percent' | 'ended_percent' | 'unattributed_percent'

/** A part over all intervals, milliseconds of CPU. */
const totalMs = (list: ProcessTableState[], part: Part) =>
  list.reduce(
    (sum, { accounting, intervalMs, logicalCpuCount }) =>
      sum + ((accounting[part] ?? Number.NaN) / 100) * (intervalMs ?? Number.NaN) * logicalCpuCount,
    0,
  )

function expectExplained(list: ProcessTableState[]) {
  for (const state of list) expectSum(state)
  const parents = new Set(
    list.flatMap(({ accounting }) => accounting.ended.map(({ parent_pid }) => parent_pid)),
  )
  // A sweep that was late for want of a CPU was as long off it in between.
  const latenessMs = Math.max(0, ...list.map((state) => (state.intervalMs ?? 0) - INTERVAL_MS))
  const rounding =
    MACHINE_ROUNDING_MS +
    (parents.size + OTHER_PARENTS) * PARENT_ROUNDING_MS +
    2 * (TURN_MS + latenessMs) * availableParallelism()
  const busyMs = totalMs(list, 'busy_percent')
  const unexplainedMs = totalMs(list, 'unattributed_percent')
  expect(
    Math.abs(unexplainedMs),
    `${unexplainedMs.toFixed(0)} of ${busyMs.toFixed(0)} ms are unexplained`,
  ).toBeLessThanOrEqual(busyMs * UNEXPLAINED_RATIO + rounding)
}

const sum = (numbers: (number | null)[]) =>
  numbers.reduce<number>((all, number) => all + (number ?? Number.NaN), 0)

describe('with all rights of this user', () => {
  let services: RunningServices
  beforeAll(async () => {
    services = await startServices()
  })
  afterAll(() => services?.[Symbol.asyncDispose]())
  const watch = () => watchList(services.ports.accuracy, INTERVAL_MS)

  test('the parts add up to the busy time, and the rows to the listed part', async () => {
    using viewer = await watch()
    const list = await nextFrames(viewer, 5)
    expectExplained(list)
    for (const state of list) {
      const rows = [...state.rows.values()]
      const cpu = sum(rows.map((row) => row.cpu_percent ?? 0))
      const slack = 0.005 * state.rows.size + ROUNDING
      expect(Math.abs(cpu - (state.accounting.listed_percent ?? Number.NaN))).toBeLessThan(slack)
      expect(state.totals.process_count).toBe(state.rows.size)
      const apps = [...state.apps.values()]
      expect(sum(apps.map((app) => app.process_count))).toBe(state.rows.size)
      expect(new Set(apps.flatMap((app) => app.pids))).toEqual(new Set(state.rows.keys()))
    }
  })

  test('under full load', async () => {
    await using work = await burner({ percent: 100, threads: availableParallelism() })
    using viewer = await watch()
    const list = await nextFrames(viewer, 5)
    expectExplained(list)
    expect(list.at(-1)?.rows.has(work.pid)).toBe(true)
    expect(totalMs(list, 'busy_percent')).toBeGreaterThan(0)
  })

  for (const [name, start] of [
    ['programs of a millisecond', trueStorm],
    ['jobs of up to 200 ms, four at a time', compileStorm],
  ] as const) {
    test(`under a storm of ${name}`, async () => {
      await using storm = await start()
      using viewer = await watch()
      const list = await nextFrames(viewer, 5)
      expectExplained(list)
      expect(totalMs(list, 'ended_percent')).toBeGreaterThan(0)
      expect(list.at(-1)?.rows.has(storm.pid)).toBe(true)
      expect(sum(list.map(({ accounting }) => accounting.ended_count))).toBeGreaterThan(5)
    })
  }
  test('the services say that they have exit records where the kernel gives them', async () => {
    using viewer = await watch()
    await after(viewer, viewer.state().seq)
    const source = viewer.state().capabilities?.ended_source
    expect(source).toBe(whyNoExitRecords() === null ? 'exit_records' : 'waited_for_time')
  })
})

describe('exit records', () => {
  const why = whyNoExitRecords()

  test('count every process and know its name', async (context) => {
    if (why !== null) {
      context.skip(why)
      return
    }
    const provider = await createProcessTable()
    try {
      await using runs = await countedRuns(200)
      await provider.sweep()
      await runs.run()
      const table = await provider.sweep()
      expect(table.endedUnder.find((each) => each.parentPid === runs.pid)).toMatchObject({
        count: 200,
        name: 'true',
      })
      expect(table.exitCount).toBeGreaterThanOrEqual(200)
    } finally {
      provider.close()
    }
  })

  test('know what nobody waited for, and how much it was', async (context) => {
    await using parent = why === null ? await carelessParent() : null
    if (parent === null) {
      context.skip(why ?? 'perl is missing, to ignore SIGCHLD')
      return
    }
    const provider = await createProcessTable()
    try {
      await provider.sweep()
      await parent.run()
      const table = await provider.sweep()
      const ended = table.endedUnder.find((each) => each.parentPid === parent.pid)
      expect(ended).toMatchObject({ count: CARELESS_CHILDREN, name: 'perl' })
      const cpuMs = (ended?.cpuNs ?? Number.NaN) / 1e6
      // The last tick of each may be missing: 10 ms at most.
      expect(cpuMs).toBeGreaterThanOrEqual(CARELESS_CHILDREN * (CARELESS_CHILD_MS - 10))
    } finally {
      provider.close()
    }
  })
})

describe('without the right to exit records', () => {
  let services: RunningServices | null = null
  let why: string | null = null
  beforeAll(async () => {
    if (whyNoExitRecords() === null) {
      const drop = ['setpriv', '--bounding-set=-net_admin', '--inh-caps=-net_admin']
      if (spawnSync(drop[0] ?? '', [...drop.slice(1), 'true']).status === 0)
        services = await startServices({ through: drop })
      else why = 'setpriv is missing, to drop the right'
    } else why = 'the tests above had no exit records either'
  })
  afterAll(() => services?.[Symbol.asyncDispose]())

  for (const [name, start] of [
    ['programs of a millisecond', trueStorm],
    ['jobs of up to 200 ms, four at a time', compileStorm],
  ] as const) {
    test(`the waited-for time explains a storm of ${name}`, async (context) => {
      if (services === null) {
        context.skip(why ?? 'no services')
        return
      }
      await using storm = await start()
      using viewer = await watchList(services.ports.accuracy, INTERVAL_MS)
      const list = await nextFrames(viewer, 5)
      expect(list[0]?.capabilities?.ended_source).toBe('waited_for_time')
      expectExplained(list)
      expect(totalMs(list, 'ended_percent')).toBeGreaterThan(0)
      expect(list.at(-1)?.rows.has(storm.pid)).toBe(true)
      const ended = list.flatMap(({ accounting }) => accounting.ended)
      expect(ended.length).toBeGreaterThan(0)
      expect(ended.every((each) => each.name === null)).toBe(true)
    })
  }
})
