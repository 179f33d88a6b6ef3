import type { AppRow, PortList, ProcessRow } from '@taskmanager/contracts'
import { act, cleanup, render, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { fakeFrame, fakeGpu } from '../../features/performance/fake-frame.ts'
import { CommandsContext, type Commands, type Target } from '../../stores/commands.ts'
import { emptyProcesses, liveProcesses } from '../../stores/live-processes.ts'
import { liveStats, systemInfo } from '../../stores/live-stats.ts'
import { livePorts } from '../../stores/ports.ts'
import { getPreferences, setPreference } from '../../stores/preferences.ts'
import '../../styles/tokens.css'
import '../../styles/base.css'
import { Palette } from './palette.tsx'

const row = (pid: number, name: string, app_id: string): ProcessRow =>
  ({
    pid,
    start_id: `boot.${pid}`,
    name,
    app_id,
    cmdline: null,
    user: 'anna',
    unit: null,
    kind: 'app',
    status: 'sleeping',
    cpu_percent: 1,
    memory: 1024 ** 2,
  }) as unknown as ProcessRow

const firefox = {
  id: 'a firefox',
  name: 'firefox',
  kind: 'app',
  unit: null,
  cpu_percent: 11.2,
  memory: 1024 ** 3,
  process_count: 2,
  pids: [4711, 5120],
} as unknown as AppRow

let asked: { targets: readonly Target[]; force: boolean }[] = []
let closed = 0

beforeEach(() => {
  asked = []
  closed = 0
  history.replaceState(null, '', '/')
  const rows = [
    row(4711, 'firefox', firefox.id),
    row(5120, 'Web Content', firefox.id),
    row(690, 'firewalld', 'firewalld'),
  ]
  liveProcesses.set({
    ...emptyProcesses,
    rows: new Map(rows.map((one) => [one.pid, one])),
    apps: new Map([[firefox.id, firefox]]),
  })
})
afterEach(() => {
  cleanup()
  systemInfo.set(null)
  setPreference('paused', false)
})

function open(change: Partial<Commands> = {}) {
  const commands: Partial<Commands> = {
    reason: null,
    end: (targets, force) => asked.push({ targets, force }),
    suspend: () => {},
    resume: () => {},
    setPriority: () => {},
    setIoPriority: () => {},
    setEfficiency: () => {},
    chooseCpus: () => {},
    ...change,
  }
  render(
    <CommandsContext value={commands as Commands}>
      <Palette isRailNarrow={false} onClose={() => (closed += 1)} onShortcuts={() => {}} />
    </CommandsContext>,
  )
  return screen.getByRole('combobox', { name: 'Search or run a command' })
}

const titles = (group: string) =>
  within(screen.getByRole('group', { name: group }))
    .getAllByRole('option')
    .map((option) => option.querySelector('.t')?.textContent)

test('the field has the focus; what runs comes first, with what can be done to the best', async () => {
  const field = open()
  expect(document.activeElement).toBe(field)
  await userEvent.keyboard('fire')
  expect(titles('Running now')).toEqual(['firefox', 'firewalld'])
  expect(titles('Do with firefox')).toEqual([
    'End firefox…',
    'Force end firefox…',
    'Suspend firefox',
    'Priority of firefox…',
    'Details of firefox',
    'Show its 2 processes',
    'Show it in Apps',
  ])
  const [best] = screen.getAllByRole('option')
  expect(best?.getAttribute('aria-selected')).toBe('true')
  expect(field.getAttribute('aria-activedescendant')).toBe(best?.id)
  expect(best?.querySelector('mark')?.textContent).toBe('fire')
  expect(best?.textContent).toContain('PID 4711, 2 processes')
})

test('Enter opens the best, and the palette is gone', async () => {
  open()
  await userEvent.keyboard('690{Enter}')
  expect(location.search).toBe('?p=690.boot.690')
  await expect.poll(() => closed).toBe(1)
})

test('Tab lists what can be done to the chosen one; ending asks with every process of the app', async () => {
  open()
  await userEvent.keyboard('fire{Tab}')
  expect(screen.getAllByRole('group')).toHaveLength(1)
  expect(titles('Do with firefox')[0]).toBe('End firefox…')
  await userEvent.keyboard('{Enter}')
  expect(asked).toEqual([
    {
      force: false,
      targets: [
        { pid: 4711, start_id: 'boot.4711', name: 'firefox', user: 'anna', isKernel: false },
        { pid: 5120, start_id: 'boot.5120', name: 'Web Content', user: 'anna', isKernel: false },
      ],
    },
  ])
})

test('a priority is two steps away; the disk has its own where the system lets it be changed', async () => {
  const pidsOf = (targets: readonly Target[]) => targets.map(({ pid }) => pid)
  const set: [string, readonly number[], string][] = []
  open({
    setPriority: (targets, word) => set.push(['cpu', pidsOf(targets), word]),
    setIoPriority: (targets, word) => set.push(['disk', pidsOf(targets), word]),
  })
  await userEvent.keyboard('renice fire')
  expect(titles('Do with firefox')[0]).toBe('Priority of firefox…')
  expect(screen.queryByText('Disk priority of firefox…')).toBeNull()
  await userEvent.keyboard('{Enter}')
  expect(titles('Priority of firefox')).toEqual([
    'Very high (−10)',
    'High (−5)',
    'Normal (0)',
    'Low (10)',
    'Very low (19)',
    'Choose CPUs…',
  ])
  await userEvent.keyboard('{Escape}')
  expect(titles('Do with firefox')[0]).toBe('Priority of firefox…')
  await userEvent.keyboard('{Tab}{ArrowDown}{ArrowDown}{ArrowDown}{Enter}')
  expect(set).toEqual([['cpu', [4711, 5120], 'low']])
  await expect.poll(() => closed).toBe(1)

  cleanup()
  const capabilities = { io_priority: { available: true, reason: null } }
  systemInfo.set({ user: 'anna', elevated: true, capabilities } as never)
  open({ setIoPriority: (targets, word) => set.push(['disk', pidsOf(targets), word]) })
  await userEvent.keyboard('firewalld{Tab}')
  await userEvent.click(screen.getByRole('option', { name: /^Disk priority of firewalld/ }))
  await userEvent.click(screen.getByRole('option', { name: 'Low' }))
  expect(set.at(-1)).toEqual(['disk', [690], 'low'])
})

test('Escape leaves the actions first, then the palette', async () => {
  open()
  await userEvent.keyboard('fire{ArrowDown}{Tab}')
  expect(titles('Do with firewalld')[0]).toBe('End firewalld…')
  await userEvent.keyboard('{Escape}')
  expect(titles('Running now')).toEqual(['firefox', 'firewalld'])
  expect(closed).toBe(0)
  await userEvent.keyboard('{Escape}')
  await expect.poll(() => closed).toBe(1)
})

test('a process that took over the pid of what was found is not acted on', async () => {
  open()
  await userEvent.keyboard('690')
  const later = { ...row(690, 'stranger', 'x'), start_id: 'boot.later' }
  act(() => liveProcesses.set({ ...liveProcesses.get(), rows: new Map([[690, later]]) }))
  expect(screen.getAllByRole('option')[0]?.textContent).toContain('ended')
  await userEvent.keyboard('{Tab}')
  const [end] = screen.getAllByRole('option')
  expect(end?.getAttribute('aria-disabled')).toBe('true')
  expect(end?.textContent).toContain('It has ended')
  await userEvent.keyboard('{Enter}')
  expect(asked).toEqual([])
})

test('without control the actions stay, off, and say why', async () => {
  open({ reason: 'Looking only.' })
  await userEvent.keyboard('fire{Tab}{Enter}')
  expect(screen.getAllByRole('option')[0]?.textContent).toContain('Looking only.')
  expect(asked).toEqual([])
  expect(closed).toBe(0)
})

test('pages and commands are found by their words; > leaves only commands', async () => {
  open()
  await userEvent.keyboard('perf')
  expect(titles('Go to')[0]).toBe('Performance')
  await userEvent.keyboard('{Control>}a{/Control}>paus{Enter}')
  expect(getPreferences().paused).toBe(true)
})

test('a port is asked for by its number: who listens, or that nobody does', async () => {
  // A paused page asks no service: what it knows stays what is set here.
  setPreference('paused', true)
  const ports = { list: { sockets: [] } as unknown as PortList, error: null }
  livePorts.set({ ...ports, index: null })
  open()
  await userEvent.keyboard(':5432')
  expect(screen.getByText('Asking who uses :5432…')).toBeTruthy()
  const listens = { listens: new Set([5432]), connected: new Map<number, string | null>() }
  const byProcess = new Map([['690.boot.690', listens]])
  act(() => livePorts.set({ ...ports, index: { byProcess, hidden: new Map([[22, 'root']]) } }))
  expect(titles('On port 5432')).toEqual(['firewalld'])
  expect(screen.getAllByRole('option')[0]?.textContent).toContain('PID 690, listens on :5432')
  await userEvent.keyboard('1')
  expect(screen.getByText('Nothing uses :54321.')).toBeTruthy()
  await userEvent.keyboard('{Control>}a{/Control}:22')
  expect(screen.getByText(/A program of root listens on :22/)).toBeTruthy()
})

test('digits alone may be a port as well', async () => {
  setPreference('paused', true)
  const listens = { listens: new Set([5432]), connected: new Map<number, string | null>() }
  const byProcess = new Map([['690.boot.690', listens]])
  const list = { sockets: [] } as unknown as PortList
  livePorts.set({ list, error: null, index: { byProcess, hidden: new Map() } })
  open()
  await userEvent.keyboard('5432')
  expect(titles('On port 5432')).toEqual(['firewalld'])
})

test('Delete asks to end what was found, as its line says; in the middle of a word it deletes', async () => {
  open()
  await userEvent.keyboard('firefox{ArrowLeft}{Delete}')
  expect(screen.getByRole('combobox')).toHaveProperty('value', 'firefo')
  expect(asked).toEqual([])
  await userEvent.keyboard('{Delete}')
  expect(asked).toHaveLength(1)
  expect(closed).toBe(1)
})

test('a verb before the name puts that action first', async () => {
  open()
  await userEvent.keyboard('kill firefox')
  expect(screen.getAllByRole('option')[0]?.textContent).toContain('End firefox…')
  await userEvent.keyboard('{Enter}')
  expect(asked).toHaveLength(1)
})

test('a device is found by what people call it and look for on it', async () => {
  liveStats.set(null)
  open()
  await userEvent.keyboard('processor')
  expect(titles('Go to')).toEqual(['CPU'])
})

test('a neural processor is found as what it is, not as a graphics card', async () => {
  const frame = fakeFrame({ gpus: [fakeGpu(), fakeGpu({ id: 'npu-0', kind: 'npu' })] })
  liveStats.set(frame)
  open()
  await userEvent.keyboard('inference')
  expect(titles('Go to')).toEqual(['NPU'])
  await userEvent.clear(screen.getByRole('combobox'))
  await userEvent.keyboard('vram')
  expect(titles('Go to')).toEqual(['GPU'])
  act(() => liveStats.set(null))
})

test('a program that starts after its name was typed is found; then nothing moves', async () => {
  open()
  await userEvent.keyboard('late')
  expect(screen.queryByRole('group', { name: 'Running now' })).toBeNull()
  const sample = (...rows: ProcessRow[]) =>
    act(() =>
      liveProcesses.set({ ...emptyProcesses, rows: new Map(rows.map((one) => [one.pid, one])) }),
    )
  const running = () => within(screen.getByRole('group', { name: 'Running now' }))
  sample(row(8000, 'latecomer', 'latecomer'))
  expect(running().getAllByRole('option')).toHaveLength(1)
  sample(row(8000, 'latecomer', 'latecomer'), row(8001, 'late', 'late'))
  expect(running().getAllByRole('option')).toHaveLength(1)
})

test('nothing found says so', async () => {
  open()
  await userEvent.keyboard('qqqq')
  expect(screen.getByRole('status').textContent).toBe('0 results')
  expect(screen.getByText(/is called “qqqq”/)).toBeTruthy()
})
