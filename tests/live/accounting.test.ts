import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { burner } from '@taskmanager/testkit'
import type { ProcessTableState } from '@taskmanager/client'
import { whyNoExitRecords } from '../support/exit-record-rights.ts'
import { watchList, type ListViewer } from '../support/list-stream.ts'
import { carelessParent, compileStorm, countedRuns, trueStorm } from '../support/process-storms.ts'
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
/** Both ends of the sum on a busy machine: readings of one instant may lie a turn of others apart, on each CPU. */
const INSTANT_MS = 2 * 20 * availableParallelism()

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
  const rounding =
    MACHINE_ROUNDING_MS + (parents.size + OTHER_PARENTS) * PARENT_ROUNDING_MS + INSTANT_MS
  const busyMs = totalMs(list, 'busy_percent')
  const unexplainedMs = totalMs(list, 'unattributed_percent')
  expect(
    Math.abs(unexplainedMs),
    `${unexplainedMs.toFixed(0)} of ${busyMs.toFixed(0)} ms are unexplained`,
  ).toBeLessThanOrEqual(busyMs * UNEXPLAINED_RATIO + rounding)
}

/** What ended under one parent, over all intervals. */
const under = (list: ProcessTableState[], pid: number) =>
  list.flatMap(({ accounting }) => accounting.ended.filter((each) => each.parent_pid === pid))

const sum = (numbers: (number | null)[]) =>
  numbers.reduce<number>((all, number) => all + (number ?? Number.NaN), 0)

describe('with all rights of this user', () => {
  let services: RunningServices
  beforeAll(async () => {
    services = await startServices()
  })
  afterAll(() => services?.[Symbol.asyncDispose]())
  const watch = () => watchList(services.ports.accuracy)

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
      expect(sum(under(list, storm.pid).map((each) => each.cpu_percent))).toBeGreaterThan(0)
      expect(sum(list.map(({ accounting }) => accounting.ended_count))).toBeGreaterThan(5)
    })
  }

  test('exit records count every process and know its name', async (context) => {
    const why = whyNoExitRecords()
    if (why !== null) {
      context.skip(why)
      return
    }
    await using runs = await countedRuns(200)
    using viewer = await watch()
    await after(viewer, viewer.state().seq)
    expect(viewer.state().capabilities?.ended_source).toBe('exit_records')
    const first = viewer.state().seq
    const list: ProcessTableState[] = []
    const collect = async () => {
      const state = await after(viewer, list.at(-1)?.seq ?? first)
      list.push(state)
    }
    await Promise.all([runs.run(), collect()])
    await collect()
    const ended = under(list, runs.pid)
    expect(sum(ended.map((each) => each.count))).toBe(200)
    expect(new Set(ended.map((each) => each.name))).toEqual(new Set(['true']))
  })

  test('exit records know what nobody waited for', async (context) => {
    const why = whyNoExitRecords()
    await using parent = why === null ? await carelessParent() : null
    if (parent === null) {
      context.skip(why ?? 'perl is missing, to ignore SIGCHLD')
      return
    }
    using viewer = await watch()
    const ended = under(await nextFrames(viewer, 4), parent.pid)
    expect(sum(ended.map((each) => each.count))).toBeGreaterThan(1)
    expect(new Set(ended.map((each) => each.name))).toEqual(new Set(['perl']))
    expect(sum(ended.map((each) => each.cpu_percent))).toBeGreaterThan(0)
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
      using viewer = await watchList(services.ports.accuracy)
      const list = await nextFrames(viewer, 5)
      expect(list[0]?.capabilities?.ended_source).toBe('waited_for_time')
      expectExplained(list)
      expect(sum(under(list, storm.pid).map((each) => each.cpu_percent))).toBeGreaterThan(0)
      expect(under(list, storm.pid).every((each) => each.name === null)).toBe(true)
    })
  }
})
