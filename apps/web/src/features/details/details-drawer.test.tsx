import { ApiError } from '@taskmanager/client'
import type { ProcessInfo, ProcessRow, SystemStats } from '@taskmanager/contracts'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { emptyProcesses, liveProcesses } from '../../stores/live-processes.ts'
import { liveStats } from '../../stores/live-stats.ts'
import { api } from '../../stores/services.ts'
import { DetailsDrawer } from './details-drawer.tsx'

const NAME = '<img onerror=alert(1)>'
const ENDED_AT_MS = new Date(2026, 7, 12, 14, 3, 9).getTime()
const key = { pid: 4711, start_id: 'boot.77' }

const row = {
  ...key,
  ppid: 1,
  name: NAME,
  status: 'sleeping',
  user: 'anna',
  kind: 'app',
  cpu_percent: 2.5,
  memory: 512 * 1024 ** 2,
  read_bytes_per_second: null,
  write_bytes_per_second: null,
  unknown: { read_bytes_per_second: 'not_permitted', write_bytes_per_second: 'not_permitted' },
} as unknown as ProcessRow

const info = {
  ...key,
  name: NAME,
  kind: 'app',
  user: 'anna',
  status: 'sleeping',
  cmdline: null,
  exe: '/usr/bin/x',
  ancestors: [{ pid: 1, start_id: 'boot.1', name: 'systemd', user: 'root' }],
  affinity: [0, 1, 2, 5],
  num_threads: 3,
  wait_channel: 'futex_do_wait',
  libraries_replaced: ['/usr/lib/libssl.so.3', '/usr/lib/libz.so.1'],
  memory: {},
  io: null,
  blast: { descendants: [], descendant_count: 0, listeners: null, protected_reason: null },
  unknown: { cmdline: 'not_permitted' },
} as unknown as ProcessInfo

const ended = (error: 'gone' | 'identity_mismatch', detail = {}) =>
  new ApiError({ status: 410, error, message: 'Gone.', id: 'r1', detail })

let queries: QueryClient
const answer = vi.spyOn(api, 'getProcessInfo')

beforeEach(() => {
  queries = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  answer.mockReset()
  history.replaceState(null, '', '?q=anna&p=4711.boot.77')
  liveProcesses.set({ ...emptyProcesses, rows: new Map([[4711, row]]), sampledAtMs: 1 })
})

afterEach(() => {
  cleanup()
  queries.clear()
  liveProcesses.set(emptyProcesses)
  history.replaceState(null, '', location.pathname)
})

function open() {
  render(
    <QueryClientProvider client={queries}>
      <DetailsDrawer />
    </QueryClientProvider>,
  )
}

const textOf = (name: string) => screen.getByText(name, { selector: 'dt' }).nextElementSibling

test('a hostile name is text; what may not be read says so', async () => {
  answer.mockResolvedValue(info)
  open()
  await screen.findByText('CPU 0–2, 5')
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe(NAME)
  expect(document.querySelector('img')).toBeNull()
  expect(textOf('Command')?.textContent).toBe('needs permission: belongs to anna')
  expect(textOf('Read')?.textContent).toBe('needs permission')
  expect(textOf('Waiting for')?.textContent).toBe('a lock or another thread (futex_do_wait)')
  expect(textOf('Libraries')?.textContent).toMatch(/^\/usr\/lib\/libssl.so.3 and 1 more \(replaced/)
  expect(textOf('Environment')?.textContent).toContain('never shown')
  expect(answer).toHaveBeenCalledWith(4711, expect.objectContaining({ startId: 'boot.77' }))
})

test('a program on a graphics card shows its share and memory; one that uses none shows no card', async () => {
  answer.mockResolvedValue(info)
  const user = { engine: null, encoder_percent: null, decoder_percent: null }
  const processes = [{ ...user, pid: 4711, usage_percent: null, memory_bytes: 9_640_607_744 }]
  const gpus = [{ id: 'gpu-0', processes, processes_hidden: false, unknown: {} }]
  liveStats.set({ gpus } as unknown as SystemStats)
  open()
  await screen.findByText('CPU 0–2, 5')
  expect(textOf('GPU')?.textContent).toBe('not told by the driver just now')
  expect(textOf('GPU memory')?.textContent).toMatch(/^8\.98.GiB$/)
  act(() => liveStats.set({ gpus: [{ ...gpus[0], processes: [] }] } as unknown as SystemStats))
  expect(screen.queryByText('GPU', { selector: 'dt' })).toBeNull()
  act(() => liveStats.set(null))
})

test('what Windows has no word for is not offered, and its handles and reasons to wait are told', async () => {
  const never = ['run_delay_ms', 'io_delay_ms', 'tty', 'num_fds', 'files', 'limits']
  const ofMemory = ['memory.pss_bytes', 'memory.swap_bytes', 'context_switches_voluntary']
  const unknown = [...never, ...ofMemory].map((field) => [field, 'not_supported'])
  const files = null
  const sockets = [
    { fd: null, protocol: 'tcp', local: '0.0.0.0:80', remote: null, state: 'LISTEN' },
    { fd: null, protocol: 'tcp6', local: '[::]:80', remote: null, state: 'LISTEN' },
  ]
  answer.mockResolvedValue({
    ...info,
    num_handles: 812,
    wait_channel: 'WrQueue',
    memory: { commit_bytes: 2 ** 20, page_faults: 4321 },
    files,
    sockets,
    unknown: Object.fromEntries(unknown),
  } as unknown as ProcessInfo)
  open()
  await screen.findByText('CPU 0–2, 5')
  expect(textOf('Handles')?.textContent).toBe('812')
  expect(textOf('Waiting for')?.textContent).toBe('work (WrQueue)')
  for (const name of ['Open files', 'Terminal', 'Waited for CPU', 'Waited for disk', 'Limits'])
    expect(screen.queryByText(name)).toBeNull()
  await userEvent.click(screen.getByRole('tab', { name: 'Performance' }))
  expect(textOf('Committed')?.textContent).toBe('1.00\u202fMiB')
  expect(textOf('Page faults')?.textContent).toMatch(/^4.?321$/)
  for (const name of ['Its share (PSS)', 'Swapped out', 'Switches'])
    expect(screen.queryByText(name)).toBeNull()
  await userEvent.click(screen.getByRole('tab', { name: 'Sockets' }))
  await screen.findByText('[::]:80', { exact: false })
  expect(screen.queryByRole('heading', { name: /^Files/ })).toBeNull()
  expect(screen.getAllByText('LISTEN')).toHaveLength(2)
})

test('the sum with its children says at least where one of them may not be read', async () => {
  const child = { ...row, pid: 4712, ppid: 4711, read_bytes_per_second: 2e6, unknown: {} }
  liveProcesses.set({
    ...liveProcesses.get(),
    rows: new Map([
      [4711, row],
      [4712, child],
    ]),
  })
  answer.mockResolvedValue(info)
  open()
  await screen.findByRole('group', { name: 'Figures' })
  expect(textOf('Read')?.textContent).toBe('≥\u202fat least 2.0\u202fMB/s')
  expect(textOf('Read')?.getAttribute('title')).toContain('1 of 2 processes could not be read')
  await userEvent.click(screen.getByRole('button', { name: 'Itself' }))
  expect(textOf('Read')?.textContent).toBe('needs permission')
})

test('ended while open: says when, keeps the values, takes the commands away', async () => {
  answer.mockResolvedValueOnce(info)
  open()
  await screen.findByText('CPU 0–2, 5')
  expect(screen.getByRole('button', { name: 'End' })).toBeTruthy()
  answer.mockRejectedValue(ended('gone'))
  const exit = { ...key, exit_code: 0, signal: null }
  const gone = { row, endedAtMs: ENDED_AT_MS, exit }
  act(() => liveProcesses.set({ ...emptyProcesses, ended: [gone] }))
  await act(() => queries.refetchQueries())
  await screen.findByText(/This process has ended/)
  expect(screen.getByText(/ended 14:03:09, exit 0$/)).toBeTruthy()
  act(() => liveProcesses.set(emptyProcesses)) // the lists forget it, the header does not
  expect(screen.getByText(/ended 14:03:09, exit 0$/)).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'End' })).toBeNull()
  expect(textOf('Memory')?.textContent).toContain('512')
  expect(textOf('Runs on')?.textContent).toBe('CPU 0–2, 5')
})

test('a link whose pid another program has now names it and offers no command', async () => {
  answer.mockRejectedValue(ended('identity_mismatch', { owner: { name: 'cron' } }))
  liveProcesses.set(emptyProcesses)
  open()
  await screen.findByText(/PID 4711 is now another program \(cron\)/)
  expect(screen.queryByRole('button', { name: 'End' })).toBeNull()
})

test('without port 8000 it says so and keeps what the list knows', async () => {
  const message = 'Port 8000 does not answer.'
  answer.mockRejectedValue(new ApiError({ status: 0, error: 'no_answer', message, id: null }))
  open()
  expect((await screen.findByRole('status')).textContent).toBe(message)
  expect(textOf('Memory')?.textContent).toContain('512')
  expect(screen.queryByText('Reading the details…')).toBeNull()
})

test('arrows choose a tab, which asks for its own section; Esc closes and keeps the filter', async () => {
  answer.mockResolvedValue({ ...info, threads: null })
  open()
  screen.getByRole('tab', { name: 'Overview' }).focus()
  await userEvent.keyboard('{ArrowRight}{ArrowRight}')
  expect(document.activeElement?.textContent).toContain('Threads')
  expect(new URLSearchParams(location.search).get('tab')).toBe('threads')
  await screen.findByText('Needs permission: it belongs to anna.')
  expect(answer).toHaveBeenLastCalledWith(4711, expect.objectContaining({ include: ['threads'] }))
  await userEvent.keyboard('{Escape}')
  expect(screen.queryByRole('complementary')).toBeNull()
  expect(location.search).toBe('?q=anna')
})

test('a thread that sleeps says what for, and which file or connection it is about', async () => {
  const thread = {
    tid: 4711,
    name: 'main',
    status: 'sleeping',
    cpu_time_ms: 0,
    started_at_ms: null,
    nice: 0,
    processor: 0,
    wait_channel: 'pipe_read',
    system_call: { name: 'read', fd: 3, target: '/tmp/queue' },
  } as const
  const worker = { ...thread, tid: 4712, name: 'worker', system_call: null }
  answer.mockResolvedValue({ ...info, threads: [thread, worker] })
  history.replaceState(null, '', '?p=4711.boot.77&tab=threads')
  open()
  const cell = await screen.findByText(/\/tmp\/queue/)
  expect(cell.closest('tr')?.textContent).toMatch(/^main4711Waits for .+ read 3: \/tmp\/queue/)
  expect(screen.getByText('worker').closest('tr')?.textContent).not.toContain('read')
})

test('memory and threads are drawn since it opened, with the children or itself, on every tab', async () => {
  answer.mockResolvedValue(info)
  const parent = { ...row, num_threads: 3 }
  const child = { ...parent, pid: 4712, ppid: 4711, memory: 100 * 1024 ** 2, num_threads: 2 }
  const show = (sampledAtMs: number, memory: number) =>
    act(() =>
      liveProcesses.set({
        ...emptyProcesses,
        rows: new Map([
          [4711, { ...parent, memory }],
          [4712, child],
        ]),
        sampledAtMs,
      }),
    )
  show(1000, 700 * 1024 ** 2)
  open()
  show(13_000, 500 * 1024 ** 2)
  const drawn = (name: string) =>
    screen.findByRole('img', { name: (text) => text.replaceAll('\u202f', ' ') === name })
  await drawn('Memory since opened: now 600 MiB, peak 800 MiB')
  await drawn('Threads since opened: now 5, peak 5')
  expect(screen.getAllByText('12 s')).toHaveLength(2)
  await userEvent.click(screen.getByRole('button', { name: 'Itself' }))
  await drawn('Memory since opened: now 500 MiB, peak 700 MiB')
  await userEvent.click(screen.getByRole('tab', { name: 'Performance' }))
  await drawn('Memory since opened: now 500 MiB, peak 700 MiB')
  expect(screen.getAllByText('Not permitted or not reported.')).toHaveLength(2)
})
