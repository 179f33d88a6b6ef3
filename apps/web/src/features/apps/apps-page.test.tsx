import type { AppRow, ProcessRow } from '@taskmanager/contracts'
import {
  act,
  cleanup,
  configure,
  fireEvent,
  render,
  screen,
  waitFor,
  within,
} from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import type { PortIndex } from '../../lib/port-index.ts'
import { CommandsContext, type Commands } from '../../stores/commands.ts'
import { endings } from '../../stores/endings.ts'
import { emptyProcesses, liveProcesses } from '../../stores/live-processes.ts'
import { liveStats } from '../../stores/live-stats.ts'
import { livePorts } from '../../stores/ports.ts'
import { getPreferences, setPreference } from '../../stores/preferences.ts'
import '../../styles/tokens.css'
import '../../styles/base.css'
import '../../styles/controls.css'
import '../../styles/table.css'
import { AppsPage } from './apps-page.tsx'

const process = (pid: number, name: string, cpu_percent: number) =>
  ({
    pid,
    start_id: 's',
    name,
    user: 'anna',
    cmdline: name,
    status: 'sleeping',
    cpu_percent,
    memory: 1024 ** 2,
    read_bytes_per_second: 0,
    write_bytes_per_second: 0,
    started_at_ms: 1000,
    unknown: {},
  }) as ProcessRow

const app = (name: string, pids: readonly number[], cpu_percent: number, memory: number) =>
  ({
    id: name,
    name,
    kind: name === 'postgres' ? 'service' : 'app',
    user: 'anna',
    unit: null,
    pids: [...pids],
    process_count: pids.length,
    cpu_percent,
    memory: memory * 1024 ** 2,
    memory_source: 'rss',
    started_at_ms: 1000,
    started_by: 'anna, app menu',
    read_bytes_per_second: 0,
    write_bytes_per_second: 0,
    unknown: {},
  }) as unknown as AppRow

const apps = [
  app('Firefox', [10, 11], 12, 300),
  app('Code', [20], 3, 900),
  app('postgres', [30], 1, 5),
]
const processes = [
  process(10, 'firefox', 2),
  process(11, 'tab', 10),
  process(20, 'code', 3),
  process(30, 'postgres', 1),
]
const commands = {
  reason: null,
  end: vi.fn<Commands['end']>(),
  suspend: vi.fn<Commands['suspend']>(),
  resume: vi.fn<Commands['resume']>(),
  setPriority: vi.fn<Commands['setPriority']>(),
  setIoPriority: vi.fn<Commands['setIoPriority']>(),
  setEfficiency: vi.fn<Commands['setEfficiency']>(),
  chooseCpus: vi.fn<Commands['chooseCpus']>(),
} satisfies Commands
// Holds take their time on a loaded machine; what is waited for ends the wait.
configure({ asyncUtilTimeout: 6000 })
const home = location.href

beforeEach(async () => {
  await page.viewport(1440, 900)
  setPreference('openApps', [])
  setPreference('appColumns', null)
  setPreference('appColumnWidths', {})
  history.replaceState(null, '', '?')
  liveProcesses.set({
    ...emptyProcesses,
    apps: new Map(apps.map((one) => [one.id, one])),
    rows: new Map(processes.map((one) => [one.pid, one])),
    sampledAtMs: 1_790_000_000_000,
    intervalMs: 1000,
    logicalCpuCount: 4,
  })
  show()
})

afterEach(() => {
  cleanup()
  vi.clearAllMocks()
  liveProcesses.set(emptyProcesses)
  liveStats.set(null)
  livePorts.set({ list: null, index: null, error: null })
  endings.set(new Map())
  history.replaceState(null, '', home)
})

const show = () =>
  render(
    <CommandsContext value={commands}>
      <div
        style={{
          height: 600,
          width: 1200,
          maxWidth: '100vw',
          display: 'flex',
          flexDirection: 'column',
        }}
      >
        <AppsPage />
      </div>
    </CommandsContext>,
  )

const grid = () => screen.getByRole('treegrid', { name: 'Apps' })
const rowOf = (key: string) => grid().querySelector<HTMLElement>(`[data-key="${key}"]`) ?? grid()
const shows = (names: readonly string[]) =>
  waitFor(() =>
    expect([...grid().querySelectorAll('[data-key] .n')].map((one) => one.textContent)).toEqual(
      names,
    ),
  )

test('a link to one app chooses it, so that the next key acts on it', async () => {
  cleanup()
  history.replaceState(null, '', '?q=%22Firefox%22')
  show()
  await waitFor(() => expect(rowOf('app:Firefox').getAttribute('aria-selected')).toBe('true'))
  expect(document.activeElement).toBe(grid())
  expect(screen.getByRole('heading', { level: 1 }).textContent).toContain(
    '1 of 3 apps. 12.0\u202f% of the CPU and 300\u202fMiB in 2 processes.',
  )
  await userEvent.keyboard('{Delete}')
  expect(commands.end.mock.lastCall?.[0].map(({ pid }) => pid)).toEqual([10, 11])
})

test('on a phone what is chosen gets a bar of commands', async () => {
  await page.viewport(390, 844)
  await waitFor(() => expect(grid()).toBeTruthy())
  fireEvent.click(rowOf('app:Code'))
  const bar = await screen.findByRole('toolbar', { name: 'Chosen apps' })
  expect(bar.textContent).toContain('Code')
  fireEvent.click(within(bar).getByRole('button', { name: 'Close app' }))
  expect(commands.end.mock.lastCall?.[0].map(({ pid }) => pid)).toEqual([20])
  fireEvent.click(within(bar).getByRole('button', { name: 'Choose none' }))
  expect(screen.queryByRole('toolbar', { name: 'Chosen apps' })).toBeNull()
})

test('says who leads, in sections, and opens an app into its processes', async () => {
  await shows(['Firefox', 'Code', 'postgres'])
  expect(screen.getByRole('heading', { level: 1 }).textContent).toContain('Firefox uses')
  expect(rowOf('section:Background').textContent).toBe('Background 1')
  fireEvent.click(rowOf('app:Firefox').querySelector('.tw .i') ?? grid())
  await shows(['Firefox', 'tab', 'firefox', 'Code', 'postgres'])
  expect(rowOf('app:Firefox').getAttribute('aria-expanded')).toBe('true')
})

test('disk traffic of an app says at least where some of its processes may not be read', async () => {
  await shows(['Firefox', 'Code', 'postgres'])
  expect(grid().textContent).not.toContain('at least')
  const unknown = { read_bytes_per_second: 'not_permitted' } as const
  const rows = new Map(liveProcesses.get().rows)
  rows.set(11, { ...process(11, 'tab', 10), read_bytes_per_second: null, unknown })
  act(() => liveProcesses.set({ ...liveProcesses.get(), rows }))
  const hint = 'At least: 1 of 2 processes could not be read, that needs permission.'
  await waitFor(() =>
    expect(rowOf('app:Firefox').querySelector(`[title="${hint}"]`)?.textContent).toBe(
      '≥\u202fat least 0',
    ),
  )
  expect(rowOf('app:Code').textContent).not.toContain('at least')
})

test('under the pointer the order holds, who is new waits, who ended stays struck through', async () => {
  act(() => setPreference('openApps', ['Firefox']))
  await shows(['Firefox', 'tab', 'firefox', 'Code', 'postgres'])
  await userEvent.hover(rowOf('app:Code'))
  await screen.findByText('Order held while the pointer is on the list')
  const later = (seconds: number) => {
    const live = liveProcesses.get()
    const vim = process(40, 'vim', 80)
    const [, code, postgres] = apps
    const firefox = app('Firefox', [10, 12], 1, 300)
    const gone = process(11, 'tab', 10)
    const sampledAtMs = 1_790_000_000_000 + seconds * 1000
    const endedAtMs = 1_790_000_001_000
    act(() =>
      liveProcesses.set({
        ...live,
        sampledAtMs,
        apps: new Map(
          [firefox, { ...code, cpu_percent: 70 } as AppRow, app('vim', [40], 80, 1)].map((one) => [
            one.id,
            one,
          ]),
        ),
        rows: new Map(
          [process(10, 'firefox', 1), process(12, 'tab 2', 50), process(20, 'code', 70), vim].map(
            (one) => [one.pid, one],
          ),
        ),
        ended: [{ row: { ...gone, app_id: 'Firefox' }, endedAtMs, exit: null }],
        endedApps: [{ app: postgres as AppRow, endedAtMs }],
      }),
    )
  }
  later(1)
  await screen.findByRole('button', { name: '2 new' })
  await waitFor(() => expect(rowOf('app:Code').textContent).toContain('70.0'))
  await shows(['Firefox', 'tab', 'firefox', 'Code', 'postgres'])
  for (const key of ['11.s', 'app:postgres']) {
    expect(rowOf(key).className).toContain('ended')
    expect(rowOf(key).querySelector('.h')?.textContent).toBe('ended')
  }
  later(30)
  await shows(['Firefox', 'tab', 'firefox', 'Code', 'postgres'])
  fireEvent.click(rowOf('app:postgres'))
  expect(screen.getByRole('button', { name: 'Close app' }).hasAttribute('disabled')).toBe(true)
  await userEvent.click(screen.getByRole('button', { name: '2 new' }))
  await shows(['vim', 'Code', 'Firefox', 'tab 2', 'firefox'])
  expect(screen.queryByRole('button', { name: /new/ })).toBeNull()
})

test('an app that ended is struck through for two seconds', async () => {
  const [firefox, code] = apps
  const [, , , gone] = processes
  const later = (seconds: number) =>
    act(() =>
      liveProcesses.set({
        ...liveProcesses.get(),
        sampledAtMs: 1_790_000_000_000 + seconds * 1000,
        apps: new Map([firefox, code].map((one) => [one?.id ?? '', one as AppRow])),
        ended: [
          {
            row: { ...gone, app_id: 'postgres' } as ProcessRow,
            endedAtMs: 1_790_000_001_000,
            exit: null,
          },
        ],
        endedApps: [{ app: apps[2] as AppRow, endedAtMs: 1_790_000_001_000 }],
      }),
    )
  await shows(['Firefox', 'Code', 'postgres'])
  later(1)
  await waitFor(() => expect(rowOf('app:postgres').className).toContain('ended'))
  expect(rowOf('section:Background').textContent).toBe('Background 0')
  later(2)
  await shows(['Firefox', 'Code', 'postgres'])
  later(3)
  await shows(['Firefox', 'Code'])
})

test('an app of which a window does not answer says so, with a sign', async () => {
  const hung = { ...process(11, 'tab', 10), status: 'not-responding' as const }
  act(() =>
    liveProcesses.set({
      ...liveProcesses.get(),
      rows: new Map(liveProcesses.get().rows).set(11, hung),
      sampledAtMs: 1_790_000_001_000,
    }),
  )
  await waitFor(() => expect(rowOf('app:Firefox').textContent).toContain('not responding'))
  expect(rowOf('app:Firefox').querySelector('.k.warn .i')).not.toBeNull()
  expect(rowOf('app:Code').textContent).not.toContain('not responding')
})

test('an app of which a process is to be ended says when', async () => {
  await shows(['Firefox', 'Code', 'postgres'])
  const endsAtMs = 1_790_000_000_000 + 2500
  act(() => endings.set(new Map([['11.s', { endsAtMs, toastId: 0 }]])))
  await waitFor(() => expect(rowOf('app:Firefox').textContent).toContain('ending in 3 s'))
  expect(rowOf('app:Code').textContent).not.toContain('ending')
})

test('a text that is not known says why', async () => {
  const shared = {
    ...app('Firefox', [10, 11], 12, 300),
    user: null,
    started_by: null,
    started_at_ms: null,
  }
  const rows = new Map(liveProcesses.get().rows)
  rows.set(11, {
    ...process(11, 'tab', 10),
    uid: 1000,
    user: null,
    started_at_ms: null,
    unknown: { user: 'not_permitted', started_at_ms: 'not_permitted' },
  })
  rows.set(10, { ...process(10, 'firefox', 2), uid: 0, user: 'root' })
  act(() => {
    setPreference('appColumns', ['name', 'user', 'by', 'age'])
    setPreference('openApps', ['Firefox'])
    const named = new Map(liveProcesses.get().apps).set('Firefox', shared)
    liveProcesses.set({ ...liveProcesses.get(), rows, apps: named })
  })
  await waitFor(() => expect(rowOf('11.s').textContent).toContain('tab'))
  const titles = (key: string) =>
    within(rowOf(key))
      .getAllByRole('gridcell')
      .slice(1)
      .map((cell) => cell.title || null)
  await waitFor(() =>
    expect(titles('app:Firefox')).toEqual([
      'its processes belong to several users',
      'not reported by this system',
      'not reported by this system',
    ]),
  )
  expect(titles('11.s')).toEqual(['needs permission', null, 'needs permission'])
  expect(within(rowOf('11.s')).getAllByLabelText('needs permission')).toHaveLength(2)
})

test('closing an app ends every process of it; one of its rows ends alone', async () => {
  await shows(['Firefox', 'Code', 'postgres'])
  fireEvent.click(rowOf('app:Firefox'))
  await userEvent.click(screen.getByRole('button', { name: 'Close app' }))
  expect(commands.end.mock.calls[0]?.[0].map(({ pid }) => pid)).toEqual([10, 11])
  act(() => setPreference('openApps', ['Firefox']))
  await shows(['Firefox', 'tab', 'firefox', 'Code', 'postgres'])
  fireEvent.click(rowOf('11.s'))
  await userEvent.click(screen.getByRole('button', { name: 'End' }))
  expect(commands.end.mock.calls[1]?.[0].map(({ pid }) => pid)).toEqual([11])
})

test('keys move over section titles, open, sort, suspend and end', async () => {
  await shows(['Firefox', 'Code', 'postgres'])
  act(() => grid().focus())
  await userEvent.keyboard('{ArrowDown}{ArrowRight}')
  await shows(['Firefox', 'tab', 'firefox', 'Code', 'postgres'])
  await userEvent.keyboard('{ArrowLeft}m')
  await shows(['Code', 'Firefox', 'postgres'])
  await userEvent.keyboard('s{Shift>}{Delete}{/Shift}')
  expect(commands.suspend.mock.calls[0]?.[0].map(({ pid }) => pid)).toEqual([10, 11])
  expect(commands.end.mock.calls[0]?.[1]).toBe(true)
  await userEvent.keyboard('{End}')
  expect(rowOf('app:postgres').getAttribute('aria-selected')).toBe('true')
})

test('several apps are chosen by Ctrl and Shift, and end, copy and go by the menu together', async () => {
  await shows(['Firefox', 'Code', 'postgres'])
  fireEvent.click(rowOf('app:Firefox'))
  fireEvent.click(rowOf('app:postgres'), { ctrlKey: true })
  expect(screen.getByText('2 selected')).toBeDefined()
  await userEvent.click(screen.getByRole('button', { name: 'Close 2 apps' }))
  expect(commands.end.mock.calls[0]?.[0].map(({ pid }) => pid)).toEqual([10, 11, 30])
  expect(screen.getByRole('button', { name: 'Details' }).hasAttribute('disabled')).toBe(true)

  fireEvent.click(rowOf('app:Code'))
  fireEvent.click(rowOf('app:postgres'), { shiftKey: true })
  fireEvent.contextMenu(rowOf('app:postgres'))
  expect((await screen.findByText('2 apps')).closest('[role=menu]')).not.toBeNull()
  await userEvent.click(screen.getByRole('menuitem', { name: /Close 2 apps…/ }))
  expect(commands.end.mock.calls[1]?.[0].map(({ pid }) => pid)).toEqual([20, 30])
})

test('an app and a process of another end as what they are, each process once', async () => {
  act(() => setPreference('openApps', ['Firefox']))
  await shows(['Firefox', 'tab', 'firefox', 'Code', 'postgres'])
  fireEvent.click(rowOf('app:Firefox'))
  fireEvent.click(rowOf('11.s'), { ctrlKey: true })
  fireEvent.click(rowOf('app:Code'), { ctrlKey: true })
  await userEvent.click(screen.getByRole('button', { name: 'End' }))
  expect(commands.end.mock.calls[0]?.[0].map(({ pid }) => pid)).toEqual([10, 11, 20])
})

test('columns are chosen, and their widths are kept', async () => {
  await shows(['Firefox', 'Code', 'postgres'])
  await userEvent.click(screen.getByRole('button', { name: 'Columns' }))
  await userEvent.click(screen.getByRole('checkbox', { name: 'Running for' }))
  await userEvent.click(screen.getByRole('checkbox', { name: 'Threads' }))
  await userEvent.keyboard('{Escape}')
  await waitFor(() => expect(screen.getByRole('columnheader', { name: /Threads/ })).toBeDefined())
  expect(screen.queryByRole('columnheader', { name: /Running for/ })).toBeNull()
  fireEvent.keyDown(screen.getByRole('separator', { name: 'Width of Memory' }), {
    key: 'ArrowLeft',
  })
  expect(getPreferences().appColumnWidths).toEqual({ memory: 116 })
  expect(screen.getByRole('columnheader', { name: /Memory/ }).offsetWidth).toBe(116)
})

test('with a card whose driver tells, apps have a column for it that can be sorted by', async () => {
  expect(screen.queryByRole('columnheader', { name: /GPU/ })).toBeNull()
  const users = [{ pid: 30, usage_percent: 40, memory_bytes: 2 ** 30 }]
  const gpus = [{ id: 'gpu-0', processes: users, engines: [], unknown: {} }]
  act(() => liveStats.set({ ...liveStats.get(), disks: [], gpus, gpu_usage: 40 } as never))
  await userEvent.click(screen.getByRole('button', { name: /^GPU/ }))
  await shows(['Code', 'Firefox', 'postgres'])
  const [gpu] = [...rowOf('app:postgres').querySelectorAll('.hue-gpu')]
  expect(gpu?.textContent).toBe('40')
  expect(rowOf('app:Firefox').querySelector('.hue-gpu')?.textContent).toBe('0')
})

test('the filter speaks the language of the processes: chips, sums of apps, and why a token does not parse', async () => {
  await shows(['Firefox', 'Code', 'postgres'])
  const field = screen.getByRole('searchbox', { name: 'Filter apps' })
  await userEvent.fill(field, 'cpu>11 ')
  await shows(['Firefox'])
  expect(screen.getByRole('button', { name: 'Remove cpu>11' })).toBeTruthy()
  await userEvent.fill(field, '-tab')
  await shows([])
  await userEvent.click(screen.getByRole('button', { name: 'Clear the filter' }))
  await userEvent.fill(field, '-tab')
  await shows(['Code', 'postgres'])
  await userEvent.fill(field, 'code|/^fire/')
  await shows(['Code'])
  await userEvent.fill(field, '/^fire/ user:anna')
  await shows(['Firefox'])
  await userEvent.fill(field, 'cpu>x')
  expect((await screen.findByText(/is not a number/)).textContent).toContain('cpu>x')
  await shows(['Firefox', 'Code', 'postgres'])
  expect(screen.getByRole('heading', { level: 1 }).textContent).toContain('3 apps.')
})

test('a port finds the app of which a process holds it, or says what leaves it out', async () => {
  const ports: PortIndex = {
    byProcess: new Map([['11.s', { listens: new Set([8000]), connected: new Map() }]]),
    hidden: new Map(),
  }
  act(() => livePorts.set({ list: null, index: ports, error: null }))
  const field = screen.getByRole('searchbox', { name: 'Filter apps' })
  await userEvent.fill(field, ':8000')
  await shows(['Firefox'])
  await userEvent.fill(field, ':22')
  expect(await screen.findByText('Nothing uses :22.')).toBeTruthy()
  await userEvent.fill(field, ':8000 user:root')
  expect(await screen.findByText('Firefox uses :8000, but user:root leaves it out.')).toBeTruthy()
})
