import { afterAll, beforeAll, expect, test } from 'vitest'
import { burner, storm } from '@taskmanager/testkit'
import type { ProcessTableState } from '@taskmanager/client'
import { watchList } from '../support/list-stream.ts'
import { startServices, type RunningServices } from '../support/running-services.ts'

let services: RunningServices
beforeAll(async () => {
  services = await startServices()
})
afterAll(() => services?.[Symbol.asyncDispose]())

/** Parts are rounded for the wire one by one. */
const ROUNDING = 0.1
/** What may stay unexplained of one interval, percent of the machine: `/proc/stat` counts in ticks of 10 ms per CPU. */
const UNEXPLAINED_PERCENT = 8

async function frames(count: number): Promise<ProcessTableState[]> {
  using viewer = await watchList(services.ports.accuracy)
  const list: ProcessTableState[] = []
  for (let i = 0; i < count; i++) {
    const seq = list.at(-1)?.seq ?? -1
    list.push(
      await viewer.until(
        'a frame with an interval',
        (now) => now.seq > seq && now.intervalMs !== null,
      ),
    )
  }
  return list
}

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
}

const mean = (list: ProcessTableState[], of: (state: ProcessTableState) => number | null) =>
  list.reduce((sum, state) => sum + (of(state) ?? Number.NaN), 0) / list.length

test('the parts add up to the busy time, and the rows to the listed part', async () => {
  for (const state of await frames(4)) {
    expectSum(state)
    const rows = [...state.rows.values()].reduce((sum, row) => sum + (row.cpu_percent ?? 0), 0)
    const slack = 0.005 * state.rows.size + ROUNDING
    expect(Math.abs(rows - (state.accounting.listed_percent ?? Number.NaN))).toBeLessThan(slack)
    expect(state.totals.process_count).toBe(state.rows.size)
    const apps = [...state.apps.values()]
    expect(apps.reduce((sum, app) => sum + app.process_count, 0)).toBe(state.rows.size)
    expect(new Set(apps.flatMap((app) => app.pids))).toEqual(new Set(state.rows.keys()))
  }
})

test('little stays unexplained under steady load', async () => {
  await using work = await burner({ percent: 50, threads: 1 })
  const list = await frames(4)
  for (const state of list) expectSum(state)
  expect(list.at(-1)?.rows.has(work.pid)).toBe(true)
  expect(Math.abs(mean(list, (state) => state.accounting.unattributed_percent))).toBeLessThan(
    UNEXPLAINED_PERCENT,
  )
})

test('a storm of short processes is accounted to its parent', async () => {
  await using source = await storm()
  const list = await frames(4)
  for (const state of list) expectSum(state)
  expect(mean(list, (state) => state.accounting.ended_percent)).toBeGreaterThan(2)
  expect(mean(list, (state) => state.accounting.ended_count)).toBeGreaterThan(3)
  expect(
    list.some((state) => state.accounting.ended.some((part) => part.parent_pid === source.pid)),
  ).toBe(true)
  expect(Math.abs(mean(list, (state) => state.accounting.unattributed_percent))).toBeLessThan(
    UNEXPLAINED_PERCENT,
  )
})
