import type { AppListBody, ProcessListBody } from '@taskmanager/contracts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { biggestOnCpu } from '../components/biggest-then.ts'
import {
  cpuHistory,
  liveProcesses,
  newestProcesses,
  receiveLists,
  showProcesses,
} from './live-processes.ts'

const lists = (second: number, ...names: readonly string[]) =>
  [
    { sampled_at_ms: 1000 * second, interval_ms: 1000, processes: [] },
    { apps: names.map((name) => ({ id: name, name })) },
  ] as unknown as [ProcessListBody, AppListBody]
const ended = () =>
  newestProcesses.get().endedApps.map(({ app, endedAtMs }) => [app.name, endedAtMs])

test('an app that ended is known, as it was last, for ten seconds', async () => {
  await receiveLists(...lists(1, 'vim', 'make'))
  expect(ended()).toEqual([])
  await receiveLists(...lists(2, 'vim', 'git'))
  await receiveLists(...lists(5, 'git'))
  expect(ended()).toEqual([
    ['make', 2000],
    ['vim', 5000],
  ])
  await receiveLists(lists(12, 'git')[0], null)
  expect(ended()).toEqual([['vim', 5000]])
})

/** Later in each test: what came before lies in the past of the same page. */
let startMs = 1_790_000_000_000
beforeEach(() => {
  startMs += 3_600_000
})
afterEach(() => showProcesses(true))

/** One sample: an app of one process each, by name. */
async function receive(second: number, cpu: Record<string, number>): Promise<void> {
  const sampled_at_ms = startMs + second * 1000
  const entries = Object.entries(cpu).map(([name, cpu_percent]) => ({
    pid: name.length,
    start_id: `s-${name}`,
    id: name,
    name,
    cpu_percent,
    memory: 1,
  }))
  const common = { sampled_at_ms, interval_ms: 1000, totals: {}, accounting: {} }
  await receiveLists(
    { ...common, processes: entries } as unknown as ProcessListBody,
    { ...common, apps: entries } as unknown as AppListBody,
  )
}
const names = (second: number) => biggestOnCpu(startMs + second * 1000).map(({ name }) => name)
const pastOf = (name: string) => [...(cpuHistory(name.length, `s-${name}`) ?? [])]

test('a second of the past names who was biggest then', async () => {
  await receive(0, { make: 5, firefox: 40 })
  await receive(1, { make: 50, firefox: 4 })
  expect([names(0), names(1)]).toEqual([
    ['firefox', 'make'],
    ['make', 'firefox'],
  ])
})

test.each([1, 7, 200])('paused for %i s, the past stays the one that is shown', async (seconds) => {
  for (let second = 0; second < 60; second += 1) {
    await receive(second, second < 50 ? { make: 5, firefox: 40 } : { make: 50, firefox: 4 })
  }
  const shown = pastOf('make')
  expect(shown.slice(48, 52)).toEqual([5, 5, 50, 50])
  showProcesses(false)
  for (let second = 60; second < 60 + seconds; second += 1) {
    await receive(second, { make: 1, firefox: 99 })
  }
  expect(liveProcesses.get().sampledAtMs).toBe(startMs + 59_000)
  expect([names(0), names(49), names(59), names(60)]).toEqual([
    ['firefox', 'make'],
    ['firefox', 'make'],
    ['make', 'firefox'],
    [],
  ])
  expect(pastOf('make')).toEqual(shown)
  showProcesses(true)
  expect(pastOf('make').at(-1)).toBe(1)
})

test('who ended while the page was paused is still drawn; whoever has its pid now is not', async () => {
  await receive(0, { make: 50 })
  showProcesses(false)
  await receive(1, { bash: 3 })
  expect(pastOf('make').at(-1)).toBe(50)
  expect(pastOf('bash')).toEqual([])
  expect(names(0)).toEqual(['make'])
  showProcesses(true)
  expect(pastOf('make')).toEqual([])
  expect(pastOf('bash').at(-1)).toBe(3)
})
