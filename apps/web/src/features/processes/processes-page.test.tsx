import type { ProcessRow } from '@taskmanager/contracts'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { CommandsContext, type Commands } from '../../stores/commands.ts'
import { endings } from '../../stores/endings.ts'
import { emptyProcesses, liveProcesses } from '../../stores/live-processes.ts'
import { systemInfo } from '../../stores/live-stats.ts'
import { setPreference } from '../../stores/preferences.ts'
import '../../styles/tokens.css'
import '../../styles/base.css'
import '../../styles/controls.css'
import '../../styles/table.css'
import { fakeRow } from './fake-row.ts'
import { ProcessesPage } from './processes-page.tsx'

const row = (pid: number, ppid: number, name: string, change: Partial<ProcessRow> = {}) =>
  fakeRow(pid, { ppid, name, ...change })

const rows = [
  row(10, 1, 'firefox', { cpu_percent: 2 }),
  row(11, 10, 'tab', { cpu_percent: 4, memory: 300 * 1024 ** 2 }),
  row(20, 1, 'code', { cpu_percent: 5, memory: 900 * 1024 ** 2 }),
  row(30, 1, 'postgres', {
    user: 'postgres',
    read_bytes_per_second: null,
    unknown: { read_bytes_per_second: 'not_permitted' },
  }),
]

function show(list: readonly ProcessRow[]): void {
  liveProcesses.set({
    ...emptyProcesses,
    rows: new Map(list.map((one) => [one.pid, one])),
    totals: { process_count: list.length, thread_count: 9, busy_count: 3 } as never,
    sampledAtMs: 1_790_000_000_000,
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

const home = location.href

beforeEach(async () => {
  await page.viewport(1440, 900)
  setPreference('processView', 'tree')
  setPreference('openBranches', [])
  history.replaceState(null, '', '?')
  show(rows)
  render(
    <QueryClientProvider client={new QueryClient()}>
      <CommandsContext value={commands}>
        <div style={{ height: 600, width: 1200, display: 'flex', flexDirection: 'column' }}>
          <ProcessesPage />
        </div>
      </CommandsContext>
    </QueryClientProvider>,
  )
})

afterEach(() => {
  cleanup()
  vi.clearAllMocks()
  liveProcesses.set(emptyProcesses)
  systemInfo.set(null)
  endings.set(new Map())
  history.replaceState(null, '', home)
})

const grid = () => screen.getByLabelText('Processes')
const bodyRows = () => [...grid().querySelectorAll<HTMLElement>('[data-key]')]
const names = () => bodyRows().map((one) => one.querySelector('.n')?.textContent)
const shows = (list: readonly string[]) => waitFor(() => expect(names()).toEqual(list))
const lineOf = (name: string) =>
  bodyRows().find((one) => one.querySelector('.n')?.textContent === name) ?? grid()
const pidsOf = (call: readonly unknown[] | undefined) =>
  (call?.[0] as { pid: number }[] | undefined)?.map(({ pid }) => pid)

test('a treegrid with the branch sum, its count and what assistive technology needs', async () => {
  await shows(['firefox', 'code', 'postgres'])
  expect(grid().getAttribute('role')).toBe('treegrid')
  expect(grid().getAttribute('aria-rowcount')).toBe('4')
  const firefox = lineOf('firefox')
  expect(firefox.getAttribute('aria-expanded')).toBe('false')
  expect(firefox.getAttribute('aria-level')).toBe('1')
  expect(within(firefox).getByText('6.0')).toBeTruthy()
  expect(
    within(lineOf('postgres')).getByLabelText(/needs permission: belongs to postgres/),
  ).toBeTruthy()
  expect(screen.getByRole('columnheader', { name: /CPU/ }).getAttribute('aria-sort')).toBe(
    'descending',
  )
})

test('a sum that lacks what may not be read says at least, its parts do not', async () => {
  const unknown = {
    read_bytes_per_second: 'not_permitted',
    write_bytes_per_second: 'not_permitted',
  } as const
  const denied = { read_bytes_per_second: null, write_bytes_per_second: null, unknown }
  act(() =>
    show([
      row(10, 1, 'sshd', { read_bytes_per_second: 2e6 }),
      row(11, 10, 'session', denied),
      row(20, 1, 'code', { read_bytes_per_second: 3e6 }),
      row(21, 20, 'helper', {
        read_bytes_per_second: null,
        unknown: { read_bytes_per_second: 'first_sample' },
      }),
    ]),
  )
  await shows(['sshd', 'code'])
  const hint = 'At least: 1 of 2 processes could not be read, that needs permission.'
  const least = within(lineOf('sshd')).getAllByTitle(hint)
  expect(least.map((cell) => cell.textContent)).toEqual([
    '≥\u202fat least 2.0',
    '≥\u202fat least 0',
  ])
  expect(lineOf('code').textContent).not.toContain('at least')
  fireEvent.click(lineOf('sshd').querySelector('.tw .i') ?? grid())
  await shows(['sshd', 'session', 'sshd', 'code'])
  expect(lineOf('session').textContent).not.toContain('at least')
})

test('the arrow opens a branch; the parent stays, its share becomes a child', async () => {
  await shows(['firefox', 'code', 'postgres'])
  fireEvent.click(lineOf('firefox').querySelector('.tw .i') ?? grid())
  await shows(['firefox', 'tab', 'firefox', 'code', 'postgres'])
  expect(lineOf('firefox').getAttribute('aria-expanded')).toBe('true')
})

test('a header sorts, again reverses, and the address remembers', async () => {
  await userEvent.click(screen.getByRole('button', { name: /Memory/ }))
  await shows(['code', 'firefox', 'postgres'])
  expect(location.search).toContain('sort=-memory')
  await userEvent.click(screen.getByRole('button', { name: /Memory/ }))
  await shows(['postgres', 'firefox', 'code'])
  await userEvent.click(screen.getByRole('button', { name: 'Name' }))
  await shows(['code', 'firefox', 'postgres'])
})

test('the filter finds, a finished token becomes a chip, a strange one says why', async () => {
  const field = screen.getByRole('searchbox', { name: /Filter/ })
  await userEvent.fill(field, 'tab')
  await shows(['firefox', 'tab'])
  expect(lineOf('firefox').className).toContain('dimmed')
  await userEvent.fill(field, 'user:postgres ')
  await shows(['postgres'])
  expect(screen.getByRole('button', { name: 'Remove user:postgres' })).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Clear the filter' }))
  await userEvent.fill(field, 'cpu>x')
  expect((await screen.findByText(/is not a number/)).textContent).toContain('cpu>x')
  await shows(['firefox', 'code', 'postgres'])
})

test('a chip comes from anywhere in the text, and Backspace opens it again where text follows', async () => {
  const field = screen.getByRole<HTMLInputElement>('searchbox', { name: /Filter/ })
  const asked = () => new URLSearchParams(location.search).get('q')
  await userEvent.type(field, 'p user:postgres ')
  expect(screen.getByRole('button', { name: 'Remove user:postgres' })).toBeTruthy()
  expect(field.value).toBe('p ')
  await userEvent.keyboard('ost')
  expect(field.value).toBe('p ost')
  expect(asked()).toBe('user:postgres p ost')
  await shows(['postgres'])

  await userEvent.keyboard('{Home}{Backspace}')
  expect(screen.queryByRole('button', { name: /^Remove/ })).toBeNull()
  expect(field.value).toBe('user:postgres p ost')
  expect(field.selectionStart).toBe('user:postgres'.length)
  expect(asked()).toBe('user:postgres p ost')
  await userEvent.keyboard('{Backspace}')
  expect(field.value).toBe('user:postgre p ost')
  expect(asked()).toBe('user:postgre p ost')
  await userEvent.keyboard(' ')
  expect(screen.getByRole('button', { name: 'Remove user:postgre' })).toBeTruthy()
  expect([field.value, field.selectionStart]).toEqual([' p ost', 0])

  await userEvent.keyboard('{Backspace}')
  expect(field.value).toBe('user:postgre  p ost')
  act(() => field.blur())
  expect(screen.getByRole('button', { name: 'Remove user:postgre' })).toBeTruthy()
  await userEvent.click(screen.getByRole('button', { name: 'Remove user:postgre' }))
  expect(asked()?.trim()).toBe('p ost')
})

test('nothing found: the nearest name and the way back', async () => {
  await userEvent.fill(screen.getByRole('searchbox', { name: /Filter/ }), 'postgrse')
  await userEvent.click(await screen.findByRole('button', { name: 'postgres' }))
  await shows(['postgres'])
  expect(new URLSearchParams(location.search).get('q')).toBe('postgres')
})

test('a quick chip writes its token and takes it out again', async () => {
  await userEvent.click(await screen.findByRole('button', { name: /Busy now 3/ }))
  await shows(['firefox', 'tab', 'firefox', 'code'])
  expect(new URLSearchParams(location.search).get('q')).toBe('cpu>=1 ')
  await userEvent.click(screen.getByRole('button', { name: /Busy now/ }))
  await shows(['firefox', 'code', 'postgres'])
})

test('click, Ctrl, Shift and Ctrl A select; commands get every chosen process', async () => {
  await shows(['firefox', 'code', 'postgres'])
  fireEvent.click(lineOf('code'))
  fireEvent.click(lineOf('postgres'), { ctrlKey: true })
  await userEvent.click(screen.getByRole('button', { name: 'Force end' }))
  expect(pidsOf(commands.end.mock.calls[0])).toEqual([20, 30])
  expect(commands.end.mock.calls[0]?.[1]).toBe(true)
  fireEvent.click(lineOf('firefox'))
  fireEvent.click(lineOf('code'), { shiftKey: true })
  expect(lineOf('code').getAttribute('aria-selected')).toBe('true')
  expect(lineOf('postgres').getAttribute('aria-selected')).toBe('false')
  fireEvent.keyDown(grid(), { key: 'a', ctrlKey: true })
  await waitFor(() => expect(screen.getByText('3 selected')).toBeTruthy())
})

test('the keyboard moves, opens, ends, flips', async () => {
  await shows(['firefox', 'code', 'postgres'])
  act(() => grid().focus())
  await userEvent.keyboard('{ArrowDown}{ArrowRight}')
  await shows(['firefox', 'tab', 'firefox', 'code', 'postgres'])
  await userEvent.keyboard('{ArrowDown}{Delete}')
  expect(pidsOf(commands.end.mock.calls[0])).toEqual([11])
  expect(commands.end.mock.calls[0]?.[1]).toBe(false)
  await userEvent.keyboard('{ArrowLeft}s')
  expect(pidsOf(commands.suspend.mock.calls[0])).toEqual([10])
  await userEvent.keyboard('{End}{Enter}')
  expect(new URLSearchParams(location.search).get('p')).toBe('30.s')
  await userEvent.keyboard('{Escape}t')
  await waitFor(() => expect(grid().getAttribute('role')).toBe('grid'))
  await shows(['code', 'tab', 'firefox', 'postgres'])
})

test('a selection never jumps to a new process with an old PID', async () => {
  await shows(['firefox', 'code', 'postgres'])
  fireEvent.click(lineOf('code'))
  act(() =>
    show([...rows.filter(({ pid }) => pid !== 20), row(20, 1, 'code', { start_id: 'other' })]),
  )
  await waitFor(() => expect(lineOf('code').dataset['key']).toBe('20.other'))
  expect(lineOf('code').getAttribute('aria-selected')).toBe('false')
  expect(screen.getByRole('button', { name: 'End' }).hasAttribute('disabled')).toBe(true)
})

test('a thousand rows: only those in view are in the page', async () => {
  act(() => show(Array.from({ length: 1000 }, (_, at) => row(at + 100, 1, `worker${at}`))))
  await waitFor(() => expect(grid().getAttribute('aria-rowcount')).toBe('1001'))
  expect(bodyRows().length).toBeLessThan(60)
  act(() => grid().focus())
  await userEvent.keyboard('{End}')
  await waitFor(() => expect(names()).toContain('worker999'))
})

test('what came and went is the last row, and cannot be chosen', async () => {
  const accounting = {
    busy_percent: 20,
    listed_percent: 11,
    kernel_percent: 1,
    ended_percent: 3.5,
    irq_percent: 0.5,
    steal_percent: 0,
    unattributed_percent: 5,
    ended_count: 27,
    ended: [{ parent_pid: 20, parent_name: 'code', name: 'git', count: 25, cpu_percent: 3 }],
  }
  act(() => liveProcesses.set({ ...liveProcesses.get(), accounting }))
  const last = (await screen.findByText('27 since the last sample, mostly git')).closest(
    '[role=row]',
  )
  if (!(last instanceof HTMLElement)) throw new Error('it is in no row')
  const lines = screen.getAllByRole('row')
  expect(lines.at(-1)).toBe(last)
  expect(within(last).getByText('3.5')).toBeVisible()
  const above = lines.at(-2)?.getBoundingClientRect()
  expect(last.getBoundingClientRect().top).toBeGreaterThanOrEqual(above?.bottom ?? Infinity)
  expect(last.getBoundingClientRect().height).toBe(above?.height)
  fireEvent.click(last)
  expect(document.querySelector('[aria-selected=true]')).toBeNull()
  act(() =>
    liveProcesses.set({ ...liveProcesses.get(), accounting: { ...accounting, ended_count: 0 } }),
  )
  expect(await screen.findByText('none since the last sample')).toBeVisible()
})

test('a row that is to be ended says when', async () => {
  await shows(['firefox', 'code', 'postgres'])
  const endsAtMs = 1_790_000_000_000 + 7000
  act(() => endings.set(new Map([['20.s', { endsAtMs, toastId: 0 }]])))
  expect(await within(lineOf('code')).findByText('ending in 7 s')).toBeVisible()
  expect(within(grid()).getAllByText(/ending/)).toHaveLength(1)
})

async function openPriorities(available: boolean, spares = false): Promise<void> {
  const capabilities = {
    io_priority: { available, reason: null },
    efficiency_mode: { available: spares, reason: null },
  }
  systemInfo.set({ user: 'anna', elevated: true, capabilities } as never)
  await shows(['firefox', 'code', 'postgres'])
  fireEvent.click(lineOf('code'))
  await userEvent.click(screen.getByRole('button', { name: 'Priority' }))
  await screen.findByRole('menuitem', { name: 'Choose CPUs…' })
}

test('the disk priority is chosen in a menu of its own', async () => {
  await openPriorities(true)
  await userEvent.click(screen.getByRole('menuitem', { name: 'Disk priority' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: /^Idle/ }))
  expect(pidsOf(commands.setIoPriority.mock.calls[0])).toEqual([20])
  expect(commands.setIoPriority.mock.calls[0]?.[1]).toBe('idle')
})

test('efficiency mode is switched in a menu of its own, where the system has one', async () => {
  await openPriorities(false, true)
  await userEvent.click(screen.getByRole('menuitem', { name: 'Efficiency mode' }))
  await userEvent.click(await screen.findByRole('menuitem', { name: 'On' }))
  expect(pidsOf(commands.setEfficiency.mock.calls[0])).toEqual([20])
  expect(commands.setEfficiency.mock.calls[0]?.[1]).toBe(true)
})

test('no disk priority is offered where the system has none', async () => {
  await openPriorities(false)
  expect(screen.queryByRole('menuitem', { name: 'Disk priority' })).toBeNull()
  expect(screen.queryByRole('menuitem', { name: 'Efficiency mode' })).toBeNull()
})
