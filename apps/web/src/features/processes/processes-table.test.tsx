import type { PortSocket, ProcessRow } from '@taskmanager/contracts'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
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
import { indexPorts } from '../../lib/port-index.ts'
import { CommandsContext, dialogOpen, type Commands } from '../../stores/commands.ts'
import { emptyProcesses, liveProcesses } from '../../stores/live-processes.ts'
import { api } from '../../stores/services.ts'
import { livePorts } from '../../stores/ports.ts'
import { getPreferences, setPreference } from '../../stores/preferences.ts'
import { toasts } from '../../stores/toasts.ts'
import '../../styles/tokens.css'
import '../../styles/base.css'
import '../../styles/controls.css'
import '../../styles/table.css'
import '../../styles/phone.css'
import { fakeRow } from './fake-row.ts'
import { ProcessesPage } from './processes-page.tsx'

const row = (pid: number, name: string, change: Partial<ProcessRow> = {}) =>
  fakeRow(pid, { name, ...change })

const code = row(20, 'code', { cpu_percent: 5 })
const firefox = row(10, 'firefox', { cpu_percent: 2 })
const postgres = row(30, 'postgres', { user: 'postgres' })

const exitOf = ({ pid, start_id }: ProcessRow) => ({
  pid,
  start_id,
  exit_code: null,
  signal: 'SIGTERM',
})

let sampledAtMs = 1_790_000_000_000
function show(list: readonly ProcessRow[], ended: readonly ProcessRow[] = []): void {
  sampledAtMs += 1000
  liveProcesses.set({
    ...emptyProcesses,
    rows: new Map(list.map((one) => [one.pid, one])),
    ended: ended.map((one) => ({ row: one, endedAtMs: sampledAtMs, exit: exitOf(one) })),
    totals: { process_count: list.length, thread_count: 9, busy_count: 3 } as never,
    sampledAtMs,
    intervalMs: 1000,
    logicalCpuCount: 4,
  })
}

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
// Holds and presses take their time on a loaded machine; what is waited for ends the wait.
configure({ asyncUtilTimeout: 6000 })
const home = location.href

/** @param room what the list has of the window: a drawer takes the rest */
async function open(width = 1440, room = width - 40): Promise<void> {
  await page.viewport(width, 900)
  render(
    <QueryClientProvider client={new QueryClient()}>
      <CommandsContext value={commands}>
        <div style={{ height: 600, width: room, display: 'flex', flexDirection: 'column' }}>
          <ProcessesPage />
        </div>
      </CommandsContext>
    </QueryClientProvider>,
  )
}

beforeEach(() => {
  setPreference('processView', 'flat')
  setPreference('processColumns', null)
  setPreference('processColumnWidths', {})
  history.replaceState(null, '', '?')
  // Three pictures: the means are of these, not of the test before.
  for (const _ of [1, 2, 3]) show([firefox, code, postgres])
})

afterEach(() => {
  cleanup()
  vi.clearAllMocks()
  liveProcesses.set(emptyProcesses)
  livePorts.set({ list: null, index: null, error: null })
  history.replaceState(null, '', home)
})

const grid = () => screen.getByLabelText('Processes')
const bodyRows = () => [...grid().querySelectorAll<HTMLElement>('[data-key]')]
const nameOf = (one: HTMLElement) => one.querySelector('.n')?.firstChild?.textContent
const shows = (list: readonly string[]) =>
  waitFor(() => expect(bodyRows().map(nameOf)).toEqual(list))
const lineOf = (name: string) => bodyRows().find((one) => nameOf(one) === name) ?? grid()
const widthOf = (name: RegExp) => screen.getByRole('columnheader', { name }).offsetWidth

const socket = (pid: number, change: Partial<PortSocket>): PortSocket => ({
  protocol: 'tcp',
  role: 'listens',
  local_address: '127.0.0.1',
  local_port: 5432,
  remote_address: null,
  remote_port: null,
  user: null,
  owners: [{ pid, start_id: 's', name: '' }],
  unknown: {},
  ...change,
})
function usePortsOf(...sockets: PortSocket[]): void {
  const list = { sockets, socket_count: sockets.length, complete: true, sampled_at_ms: 0 }
  act(() => livePorts.set({ list, index: indexPorts(list), error: null }))
}

test('a port finds the listener, first, then who is connected; nobody is said so', async () => {
  await open()
  usePortsOf(
    socket(30, {}),
    socket(20, {
      role: 'connected',
      local_port: 50_000,
      remote_port: 5432,
      remote_address: '127.0.0.1',
    }),
    socket(0, { local_port: 22, user: 'root', owners: null, unknown: { owners: 'not_permitted' } }),
  )
  const field = screen.getByRole('searchbox', { name: /Filter/ })
  await userEvent.fill(field, ':5432')
  await shows(['postgres', 'code'])
  expect(within(lineOf('postgres')).getByText('listens on :5432')).toBeTruthy()
  expect(within(lineOf('code')).getByText(/connected to/)).toBeTruthy()
  await userEvent.fill(field, ':9')
  expect(await screen.findByText('Nothing uses :9.')).toBeTruthy()
  await userEvent.fill(field, ':22')
  expect(await screen.findByText(/held by a process of root/)).toBeTruthy()
  await userEvent.fill(field, ':5432 user:root')
  expect(
    await screen.findByText('postgres and code use :5432, but user:root leaves them out.'),
  ).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Keep :5432 only' }))
  await shows(['postgres', 'code'])
  await userEvent.fill(field, '')
  await userEvent.click(screen.getByRole('button', { name: 'Remove :5432' }))
  await userEvent.click(screen.getByRole('button', { name: /Listening 1/ }))
  await shows(['postgres'])
})

test('under the pointer the order holds, new rows wait, what ended stays struck through', async () => {
  await open()
  await shows(['code', 'firefox', 'postgres'])
  await userEvent.hover(lineOf('firefox'))
  await screen.findByText('Order held while the pointer is on the list')
  const hot = row(10, 'firefox', { cpu_percent: 90 })
  act(() => show([hot, code, row(40, 'make', { cpu_percent: 99 })], [postgres]))
  const waiting = await screen.findByRole('button', { name: '1 new' })
  await shows(['code', 'firefox', 'postgres'])
  expect(lineOf('postgres').className).toContain('ended')
  expect(within(lineOf('postgres')).getByText('Ended by SIGTERM')).toBeTruthy()
  expect(await within(lineOf('firefox')).findByText('90.0')).toBeTruthy()
  act(() => show([hot, code, row(40, 'make', { cpu_percent: 99 })]))
  act(() => show([hot, code, row(40, 'make', { cpu_percent: 99 })]))
  act(() => show([hot, code, row(40, 'make', { cpu_percent: 99 })]))
  await shows(['code', 'firefox', 'postgres'])
  await userEvent.click(waiting)
  await shows(['make', 'firefox', 'code'])
})

test('an open question holds the order too', async () => {
  await open()
  await shows(['code', 'firefox', 'postgres'])
  act(() => dialogOpen.set(true))
  act(() => show([row(10, 'firefox', { cpu_percent: 90 }), code, postgres]))
  await waitFor(() => expect(within(lineOf('firefox')).getByText('90.0')).toBeTruthy())
  await shows(['code', 'firefox', 'postgres'])
  act(() => dialogOpen.set(false))
  await shows(['firefox', 'code', 'postgres'])
})

test('headers by keyboard: ↑ from the first row, arrows choose, Enter sorts, the edge widens', async () => {
  await open()
  await shows(['code', 'firefox', 'postgres'])
  act(() => grid().focus())
  await userEvent.keyboard('{Home}{ArrowUp}')
  expect(document.activeElement?.textContent).toMatch(/^CPU/)
  await userEvent.keyboard('{ArrowRight}{ArrowRight}{Enter}')
  expect(new URLSearchParams(location.search).get('sort')).toBe('-memory')
  const before = widthOf(/Memory/)
  await userEvent.keyboard('{Tab}')
  expect(document.activeElement?.getAttribute('aria-label')).toBe('Width of Memory')
  await userEvent.keyboard('{ArrowLeft}')
  await waitFor(() => expect(widthOf(/Memory/)).toBe(before + 8))
  expect(getPreferences().processColumnWidths).toEqual({ memory: before + 8 })
  await userEvent.keyboard('{Shift>}{Tab}{/Shift}{ArrowDown}')
  expect(document.activeElement).toBe(grid())
})

test('a double click on an edge fits the column to what it shows', async () => {
  await open()
  const long = row(50, 'worker', { user: 'a-user-with-a-very-long-name-indeed' })
  act(() => show([code, long]))
  await shows(['code', 'worker'])
  const cell = () => within(lineOf('worker')).getByText(/^a-user/)
  expect(cell().scrollWidth).toBeGreaterThan(cell().clientWidth)
  fireEvent.doubleClick(screen.getByRole('separator', { name: 'Width of User' }))
  await waitFor(() => expect(cell().scrollWidth).toBeLessThanOrEqual(cell().clientWidth))
})

test('the chooser ticks, moves with Alt, says what is missing, and goes back', async () => {
  await open(1600)
  await userEvent.click(screen.getByRole('button', { name: 'Columns' }))
  expect(screen.getByText('GPU: no card is seen.')).toBeTruthy()
  const box = screen.getByRole('checkbox', { name: 'Command line' })
  await userEvent.click(box)
  await screen.findByRole('columnheader', { name: /^Command line/ })
  act(() => screen.getByRole('checkbox', { name: 'PID' }).focus())
  await userEvent.keyboard('{Alt>}{ArrowDown}{/Alt}')
  expect(getPreferences().processColumns?.slice(0, 3)).toEqual(['name', 'user', 'pid'])
  await userEvent.click(screen.getByRole('button', { name: /Back to the standard/ }))
  expect(getPreferences().processColumns).toBeNull()
})

test('open files are read while their column is shown, summed, and at least where some are not seen', async () => {
  const read = vi.spyOn(api, 'getProcessFigures').mockResolvedValue({
    processes: [
      { pid: 10, start_id: 's', num_fds: 12, unknown: {} },
      { pid: 11, start_id: 's', num_fds: null, unknown: { num_fds: 'not_permitted' } },
      { pid: 20, start_id: 's', num_fds: 1234, unknown: {} },
    ],
    complete: true,
    sampled_at_ms: 1,
  })
  setPreference('processView', 'tree')
  show([firefox, row(11, 'tab', { ppid: 10 }), code])
  await open()
  expect(read).not.toHaveBeenCalled()
  await userEvent.click(screen.getByRole('button', { name: 'Columns' }))
  await userEvent.click(screen.getByRole('checkbox', { name: 'Open files' }))
  await waitFor(() => expect(within(lineOf('code')).getByText('1,234')).toBeTruthy())
  expect(read.mock.calls[0]?.[0]).toEqual(['num_fds'])
  const hint = 'At least: 1 of 2 processes could not be read, that needs permission.'
  expect(within(lineOf('firefox')).getByTitle(hint).textContent).toBe('≥\u202fat least 12')
  read.mockRestore()
})

test('what is read for a column is shown, added up, marked, and says why it is not known', async () => {
  const off = { io_delay_percent: 'not_supported' } as const
  const figures = (pid: number, swap: number, terminal: string | null, replaced: boolean) => ({
    pid,
    start_id: 's',
    swap_bytes: swap * 1024 ** 2,
    terminal,
    exe_replaced: replaced,
    io_delay_percent: null,
    unknown: off,
  })
  const read = vi.spyOn(api, 'getProcessFigures').mockResolvedValue({
    processes: [figures(10, 5, 'pts/3', true), figures(11, 7, null, false)],
    complete: true,
    sampled_at_ms: 1,
  })
  setPreference('processView', 'tree')
  setPreference('processColumns', ['name', 'swap', 'terminal', 'replaced', 'io-wait'])
  show([firefox, row(11, 'tab', { ppid: 10 }), code])
  await open()
  await waitFor(() => expect(within(lineOf('firefox')).getByText('12')).toBeTruthy())
  expect(read.mock.calls[0]?.[0]).toEqual([
    'io_delay_percent',
    'swap_bytes',
    'terminal',
    'exe_replaced',
  ])
  expect(within(lineOf('firefox')).getByText('pts/3')).toBeTruthy()
  expect(within(lineOf('firefox')).getByText('yes')).toBeTruthy()
  expect(within(lineOf('firefox')).getByTitle(/task_delayacct=1/)).toBeTruthy()
  expect(within(lineOf('code')).getAllByText('measuring, one second').length).toBeGreaterThan(0)
  read.mockRestore()
})

test('a text that is not known says why; what a process cannot have is no gap', async () => {
  setPreference('processColumns', ['name', 'user', 'cmd', 'unit', 'age', 'priority', 'time'])
  const denied = row(10, 'sealed', {
    user: 'root',
    cmdline: null,
    cpu_time_ms: null,
    unknown: { cmdline: 'not_permitted', cpu_time_ms: 'not_permitted' },
  })
  const untold = row(20, 'untold', { user: null, started_at_ms: null, nice: null })
  const thread = row(30, 'kworker', { kind: 'kernel', cmdline: null })
  show([denied, untold, thread])
  await open()
  await waitFor(() => expect(bodyRows()).toHaveLength(3))
  const cells = (name: string) =>
    within(lineOf(name))
      .getAllByRole('gridcell')
      .slice(1)
      .map((cell) => cell.title || null)
  const permission = 'needs permission: belongs to root'
  const untellable = 'not reported by this system'
  expect(cells('sealed')).toEqual([null, permission, null, null, null, permission])
  expect(within(lineOf('sealed')).getAllByLabelText(permission)).toHaveLength(2)
  expect(cells('untold')).toEqual([untellable, null, null, untellable, untellable, null])
  expect(within(lineOf('untold')).getAllByText(untellable)).toHaveLength(3)
  expect(cells('kworker')[1]).toBe('a kernel thread has none')
})

test('network is read while its column is shown, in Mbit/s, summed, sorted by n, and says why it is not known', async () => {
  const carried = (pid: number, recv: number, sent: number, inside = 0) => ({
    pid,
    start_id: 's',
    recv_bytes_per_second: recv,
    sent_bytes_per_second: sent,
    inside_recv_bytes_per_second: inside,
    inside_sent_bytes_per_second: 0,
  })
  const nothing = { recv_bytes_per_second: 0, sent_bytes_per_second: 0 }
  const read = vi.spyOn(api, 'getNetworkUse').mockResolvedValue({
    processes: [carried(11, 1_000_000, 250_000), carried(20, 12_500_000, 0, 125_000)],
    apart: [],
    processes_hidden: true,
    interfaces: nothing,
    unheld: nothing,
    rest: nothing,
    sampled_at_ms: 1,
  })
  setPreference('processView', 'tree')
  setPreference('processColumns', ['name', 'cpu'])
  const unknown = { read_bytes_per_second: 'not_permitted' } as const
  show([firefox, row(11, 'tab', { ppid: 10 }), row(12, 'sealed', { ppid: 10, unknown }), code])
  await open()
  expect(read).not.toHaveBeenCalled()
  await userEvent.click(screen.getByRole('button', { name: 'Columns' }))
  await userEvent.click(screen.getByRole('checkbox', { name: 'Network' }))
  await waitFor(() => expect(within(lineOf('code')).getByText('100.0')).toBeTruthy())
  const least = 'At least: 1 of 3 processes could not be read, that needs permission.'
  expect(within(lineOf('firefox')).getByTitle(least).textContent).toBe('≥\u202fat least 10.0')
  expect(within(lineOf('code')).getByTitle(/^down 100 · up 0/).title).toContain(
    'between programs of this computer 1.0',
  )
  await userEvent.keyboard('{Escape}')
  act(() => grid().focus())
  await userEvent.keyboard('n')
  await waitFor(() =>
    expect(screen.getByRole('columnheader', { name: /Network/ }).ariaSort).toBe('descending'),
  )
  setPreference('processColumns', ['name', 'cpu'])
  read.mockRestore()
})

test('waiting for a CPU says why there is nothing yet', async () => {
  const read = vi.spyOn(api, 'getProcessFigures').mockResolvedValue({
    processes: [
      { pid: 20, start_id: 's', run_delay_percent: 3.25, unknown: {} },
      {
        pid: 10,
        start_id: 's',
        run_delay_percent: null,
        unknown: { run_delay_percent: 'not_reported' },
      },
    ],
    complete: true,
    sampled_at_ms: 1,
  })
  setPreference('processColumns', ['name', 'waiting'])
  await open()
  await waitFor(() => expect(within(lineOf('code')).getByText('3.3')).toBeTruthy())
  expect(read.mock.calls[0]?.[0]).toEqual(['run_delay_percent'])
  expect(within(lineOf('firefox')).getByText('not reported by this system')).toBeTruthy()
  expect(within(lineOf('postgres')).getByText('measuring, one second')).toBeTruthy()
  read.mockRestore()
})

test('the keyboard goes to the next row when its own ended, and says so', async () => {
  await open()
  await shows(['code', 'firefox', 'postgres'])
  act(() => grid().focus())
  await userEvent.keyboard('{Home}{ArrowDown}')
  act(() => show([code, postgres], [firefox]))
  await waitFor(() => expect(screen.getByText('firefox ended')).toBeTruthy())
  // Held three seconds by the key, then let go.
  act(() => show([code, postgres]))
  act(() => show([code, postgres]))
  await waitFor(() => expect(bodyRows()).toHaveLength(2), { timeout: 8000 })
  await waitFor(() => expect(grid().getAttribute('aria-activedescendant')).toBe('row-30.s'))
  expect(lineOf('postgres').getAttribute('aria-selected')).toBe('false')
  await userEvent.keyboard('{Delete}')
  expect(commands.end).toHaveBeenCalledWith([], false)
})

test('the menu by key names the row, and what cannot run says why', async () => {
  await open()
  act(() => show([code, row(2, 'kthreadd', { kind: 'kernel', user: 'root' })]))
  await shows(['code', 'kthreadd'])
  act(() => grid().focus())
  await userEvent.keyboard('{End}{Shift>}{F10}{/Shift}')
  const menu = await screen.findByRole('menu')
  expect(within(menu).getByText('kthreadd, PID 2')).toBeTruthy()
  expect(within(menu).getByText('kthreadd is a part of the kernel')).toBeTruthy()
  const end = within(menu).getByRole('menuitem', { name: /^End/ })
  expect(end.getAttribute('aria-disabled')).toBe('true')
  const items = within(menu)
    .getAllByRole('menuitem')
    .map((one) => one.textContent)
  expect(items.map((text) => text?.replace(/(Del|⇧ Del|s|↵|Ctrl C)$/, ''))).toEqual(
    expect.arrayContaining(['Show its app', 'Show its branch', 'Filter by this user', 'Copy']),
  )
})

test('Ctrl C copies the chosen rows as tab-separated text', async () => {
  await open()
  await shows(['code', 'firefox', 'postgres'])
  const write = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
  fireEvent.click(lineOf('code'))
  fireEvent.click(lineOf('firefox'), { ctrlKey: true })
  fireEvent.keyDown(grid(), { key: 'c', ctrlKey: true })
  const lines = write.mock.calls[0]?.[0].split('\n').map((line) => line.split('\t')) ?? []
  expect(lines[0]?.slice(0, 5)).toEqual(['Name', 'PID', 'User', 'State', 'CPU %'])
  expect(lines.slice(1).map((cells) => cells.slice(0, 2))).toEqual([
    ['code', '20'],
    ['firefox', '10'],
  ])
})

test('a browser that refuses to copy is told of, and nothing breaks', async () => {
  await open()
  await shows(['code', 'firefox', 'postgres'])
  vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new DOMException('not allowed'))
  fireEvent.click(lineOf('code'))
  fireEvent.keyDown(grid(), { key: 'c', ctrlKey: true })
  await waitFor(() => expect(toasts.get().at(-1)?.text).toMatch(/^Not copied/))
  toasts.set([])
})

test('Alt with an arrow stays with the browser, which goes back by it', async () => {
  await open()
  await shows(['code', 'firefox', 'postgres'])
  expect(fireEvent.keyDown(grid(), { key: 'ArrowLeft', altKey: true })).toBe(true)
  expect(fireEvent.keyDown(grid(), { key: 'ArrowLeft' })).toBe(false)
})

test('a double click that began on another line opens nothing', async () => {
  await open()
  await shows(['code', 'firefox', 'postgres'])
  fireEvent.click(lineOf('code'), { detail: 1 })
  fireEvent.doubleClick(lineOf('firefox'))
  expect(location.search).not.toContain('p=')
  fireEvent.click(lineOf('firefox'), { detail: 1 })
  fireEvent.doubleClick(lineOf('firefox'))
  await waitFor(() => expect(location.search).toContain('p=10'))
})

test('beside a drawer the list of a wide window has fewer columns, and is not that of a phone', async () => {
  await open(1280, 600)
  await shows(['code', 'firefox', 'postgres'])
  await waitFor(() => expect(lineOf('code').offsetHeight).toBe(28))
  expect(screen.getAllByRole('columnheader').length).toBeGreaterThan(3)
  expect(screen.queryByRole('combobox', { name: 'Sort by' })).toBeNull()
})

test('on a phone rows are tall, a tap opens the sheet, its command acts on that row', async () => {
  await open(390)
  await shows(['code', 'firefox', 'postgres'])
  await waitFor(() => expect(lineOf('code').offsetHeight).toBe(52))
  expect(screen.getAllByRole('columnheader')).toHaveLength(3)
  fireEvent.click(lineOf('firefox'))
  const sheet = await screen.findByRole('dialog', { name: 'firefox' })
  expect(within(sheet).getByText(/PID 10 · anna/)).toBeTruthy()
  await userEvent.click(within(sheet).getByRole('button', { name: /^Force end/ }))
  expect(commands.end).toHaveBeenCalledWith([expect.objectContaining({ pid: 10 })], true)
  expect(screen.queryByRole('dialog')).toBeNull()
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Sort by' }), 'memory')
  expect(new URLSearchParams(location.search).get('sort')).toBe('-memory')
  const way = screen.getByRole('button', { name: 'Sorted descending, reverse' })
  expect([way.offsetWidth, way.offsetHeight]).toEqual([44, 44])
  await userEvent.click(way)
  expect(new URLSearchParams(location.search).get('sort')).toBe('memory')
  await userEvent.click(screen.getByRole('button', { name: 'Sorted ascending, reverse' }))
  expect(new URLSearchParams(location.search).get('sort')).toBe('-memory')
})

test('on a phone a resting finger chooses, and taps then add', async () => {
  await open(390)
  await shows(['code', 'firefox', 'postgres'])
  await screen.findByRole('combobox', { name: 'Sort by' })
  fireEvent.pointerDown(lineOf('code'), { pointerType: 'touch' })
  const bar = await screen.findByRole('toolbar', { name: 'Chosen processes' })
  fireEvent.pointerUp(lineOf('code'), { pointerType: 'touch' })
  fireEvent.click(lineOf('code')) // the click of that same press
  expect(within(bar).getByText('1 selected')).toBeTruthy()
  fireEvent.pointerDown(lineOf('firefox'), { pointerType: 'touch' })
  fireEvent.pointerUp(lineOf('firefox'), { pointerType: 'touch' })
  fireEvent.click(lineOf('firefox'))
  expect(within(bar).getByText('2 selected')).toBeTruthy()
  await userEvent.click(within(bar).getByRole('button', { name: 'End' }))
  expect(commands.end.mock.calls[0]?.[0].map(({ pid }) => pid)).toEqual([20, 10])
})
