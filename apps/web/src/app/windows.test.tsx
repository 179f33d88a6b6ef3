import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { offeredPages } from './pages.ts'
import { priorityGroups } from '../components/priority-choices.ts'
import type { Commands } from '../stores/commands.ts'
import { updateConnection } from '../stores/connection.ts'
import { receiveStats, systemInfo } from '../stores/live-stats.ts'
import { absentColumns, availableColumns } from '../features/processes/columns.ts'
import { WINDOWS_ASKED, WINDOWS_COLUMNS, windowsFrame, windowsSystem } from './fake-windows.ts'
import { PerformancePage } from '../features/performance/performance-page.tsx'

beforeEach(() => {
  updateConnection('stats', { state: 'live' })
  systemInfo.set(windowsSystem())
})
afterEach(() => {
  cleanup()
  systemInfo.set(null)
})

function open(device: string): void {
  render(<PerformancePage device={device} />)
  act(() => receiveStats(windowsFrame()))
}

const factNames = () =>
  [...screen.getByRole('complementary', { name: 'Facts' }).querySelectorAll('dt')].map(
    ({ textContent }) => textContent,
  )
const shown = () => document.body.textContent

test('the CPU under Windows: no fact that Windows has no word for', () => {
  open('cpu')
  expect(factNames()).toContain('User')
  for (const name of [
    'User, low priority',
    'Load 1, 5, 15 min',
    'Waits for a disk',
    'Taken by the host',
    'New processes',
    'Waiting for CPU',
    'Throttled',
    'Governor',
  ])
    expect(factNames()).not.toContain(name)
  expect(shown()).not.toMatch(/NaN|null|undefined/)
})

test('memory under Windows: nothing is said of what only Linux counts', () => {
  open('memory')
  expect(factNames()).toEqual(expect.arrayContaining(['Committed', 'Limit', 'Available', 'Total']))
  for (const name of ['zram', 'free(1) says used', 'Buffers', 'Huge pages', 'Dirty', 'Free'])
    expect(factNames()).not.toContain(name)
  expect(screen.getByRole('region', { name: 'Swap' }).textContent).not.toContain('quiet')
  expect(shown()).not.toContain('nothing is being swapped')
  expect(shown()).not.toMatch(/NaN|null|undefined/)
})

test('columns that have nothing to show there are not offered, and it says so', () => {
  const available = availableColumns({
    fields: WINDOWS_COLUMNS,
    hasGpuUsers: false,
    asked: WINDOWS_ASKED,
    canTellNetwork: false,
  })
  const ids = available.map(({ id }) => id)
  expect(ids).toEqual(expect.arrayContaining(['name', 'pid', 'user', 'cpu', 'memory', 'read']))
  expect(ids).toEqual(
    expect.arrayContaining(['handles', 'switches', 'session', 'elevated', 'efficiency', 'arch']),
  )
  for (const id of ['unit', 'files', 'waiting', 'terminal', 'replaced', 'network', 'gpu'])
    expect(ids).not.toContain(id)
  const absent = absentColumns(available, false)
  expect(absent).toContain('not told by this system')
  expect(absent).not.toMatch(/Open files|Handles/) // Windows has handles, and nobody misses the other
})

test('of the priorities that of the CPUs, and efficiency mode', () => {
  const groups = priorityGroups([], {} as Commands, windowsSystem())
  expect(groups.map(({ id }) => id)).toEqual(['priority', 'efficiency'])
})

test('pages without a source are not offered; what is not known yet is not taken away', () => {
  const paths = (system: Parameters<typeof offeredPages>[0]) =>
    offeredPages(system).map(({ path }) => path)
  expect(paths(windowsSystem())).toEqual(expect.arrayContaining(['/services', '/startup']))
  expect(paths(windowsSystem())).not.toContain('/containers')
  expect(paths(null)).toContain('/containers')
  const none = { available: false, reason: 'Services are not read on this system yet.' }
  const without = windowsSystem({
    capabilities: { services: none, startup: none, containers: none },
  })
  expect(paths(without)).toEqual(['/', '/apps', '/processes', '/performance', '/users'])
})
