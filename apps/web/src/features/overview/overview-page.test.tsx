import type { AppRow, ProcessRow, ProcessTotals, SystemStats } from '@taskmanager/contracts'
import { act, cleanup, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { setUnits } from '../../lib/format.ts'
import { updateConnection } from '../../stores/connection.ts'
import { crosshair } from '../../stores/crosshair.ts'
import { emptyProcesses, liveProcesses } from '../../stores/live-processes.ts'
import { receiveStats } from '../../stores/live-stats.ts'
import { liveNetworkUse } from '../../stores/network-use.ts'
import { setPreference } from '../../stores/preferences.ts'
import { api } from '../../stores/services.ts'
import { OverviewPage } from './overview-page.tsx'

afterEach(() => {
  cleanup()
  liveNetworkUse.set({ uses: null, isRefused: false })
  setPreference('networkUnit', 'bits')
  setUnits({ memory: 'gib', network: 'bits', temperature: 'celsius' })
})

const GIB = 1024 ** 3
let seq = 0

function frame(change: Partial<SystemStats>): SystemStats {
  seq += 1
  return {
    type: 'stats',
    api_version: 1,
    seq,
    sampled_at_ms: 1_790_000_000_000 + seq * 1000,
    interval_ms: 1000,
    gap: false,
    uptime_seconds: 533_520,
    cpu_usage: 23,
    memory_total: 31.3 * GIB,
    memory_used: 14.6 * GIB,
    memory_percent: 46.6,
    gpu_usage: null,
    gpu_memory_used: null,
    gpu_memory_total: null,
    cpu: {
      usage_percent: 23,
      kernel_percent: 4,
      cores: [],
      logical_count: 16,
      frequency_mhz: null,
      frequency_max_mhz: null,
      load_average: [3.12, 2.8, 2.41],
      temperature_celsius: 61,
      throttled: null,
    },
    memory: { swap_total_bytes: 0, swap_used_bytes: 0, oom_kills: 0 },
    disks: [],
    filesystems: [],
    networks: [],
    gpus: [],
    pressure: { cpu: null, memory: null, io: null },
    own_cost: {},
    unknown: {},
    ...change,
  } as unknown as SystemStats
}

const app = (name: string, cpu_percent: number): AppRow =>
  ({
    id: name,
    name,
    kind: 'app',
    cpu_percent,
    memory: GIB,
    memory_source: 'pss',
    process_count: 3,
    read_bytes_per_second: null,
    write_bytes_per_second: null,
    unknown: {},
  }) as unknown as AppRow

test('the first sample claims nothing it does not know', () => {
  updateConnection('stats', { state: 'live' })
  updateConnection('accuracy', { state: 'live' })
  render(<OverviewPage />)
  act(() => receiveStats(frame({ cpu_usage: null, interval_ms: null })))
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe(
    'Measuring CPU and rates, one second…',
  )
  const cpu = screen.getByRole('region', { name: 'CPU' })
  expect(cpu.querySelector('.val')?.textContent).toBe('…')
  expect(within(cpu).getByRole('list').textContent).toBe('…')
})

test('names what the machine does and who is greatest; no card for a GPU that is not there', () => {
  render(<OverviewPage />)
  act(() => {
    receiveStats(frame({}))
    liveProcesses.set({
      ...emptyProcesses,
      apps: new Map(
        [app('code', 3.4), app('<img onerror=alert(1)>', 11.2)].map((row) => [row.id, row]),
      ),
      totals: { process_count: 381, busy_count: 6 } as ProcessTotals,
      intervalMs: 1000,
      sampledAtMs: 1,
    })
  })
  expect(screen.getByRole('heading', { level: 1 }).textContent).toContain('CPU 23\u202f%')
  const [cpu] = screen.getAllByRole('list', { name: 'Most CPU' })
  const rows = within(cpu as HTMLElement).getAllByRole('listitem')
  expect(rows[0]?.textContent).toContain('<img onerror=alert(1)>')
  expect(rows[0]?.textContent).toContain('11.2')
  expect(document.querySelector('img')).toBeNull()
  expect(screen.queryByRole('region', { name: 'GPU' })).toBeNull()
  expect(screen.getByText(/This system does not measure it/)).toBeTruthy()
})

test('without the lists it still says how the machine is', () => {
  render(<OverviewPage />)
  act(() => {
    receiveStats(frame({}))
    updateConnection('accuracy', { state: 'down' })
  })
  expect(screen.getByRole('heading', { level: 1 }).textContent).toContain(
    'By process: not known right now.',
  )
  expect(screen.getByText('Known again when the process list is back.')).toBeTruthy()
})

test('the pointer on a graph names a second of the past, for all graphs', async () => {
  render(<OverviewPage />)
  act(() => {
    receiveStats(frame({ cpu_usage: 71 }))
    receiveStats(frame({ cpu_usage: 23 }))
  })
  const graph = screen.getByRole('region', { name: 'CPU' }).querySelector('.graph')
  if (graph === null) throw new Error('The card has no graph.')
  const { left, top, width } = graph.getBoundingClientRect()
  // A second before the right edge of sixty.
  const at = { clientX: left + (width * 59) / 60, clientY: top, bubbles: true }
  act(() => void graph.dispatchEvent(new PointerEvent('pointermove', at)))
  const card = graph.querySelector('.tip')
  expect(card?.textContent).toContain('1\u202fs ago')
  expect(card?.textContent).toContain('CPU71\u202f%')
  expect(document.querySelectorAll('.tip')).toHaveLength(1)
  expect(crosshair.get()).not.toBeNull()
  act(() => void graph.dispatchEvent(new PointerEvent('pointerout', { bubbles: true })))
  expect(crosshair.get()).toBeNull()
  expect(graph.querySelector('.tip')).toBeNull()
})

test('the network card is of the interface that carries traffic, not of an idle virtual one', () => {
  const network = (id: string, change: object) => ({
    id,
    kind: 'virtual',
    up: false,
    link_bits_per_second: null,
    addresses: [],
    recv_bytes_per_second: 0,
    sent_bytes_per_second: 0,
    ...change,
  })
  const networks = [
    network('ifb0', {}),
    network('eth0', {
      kind: 'ethernet',
      up: true,
      addresses: ['192.168.0.7/24'],
      recv_bytes_per_second: 1e6,
    }),
  ] as unknown as SystemStats['networks']
  render(<OverviewPage />)
  act(() => receiveStats(frame({ networks })))
  const card = screen.getByRole('region', { name: 'Network' })
  expect(card.querySelector('.name .r')?.textContent).toBe('eth0')
  expect(card.querySelector('.val')?.textContent).toBe('8.0\u202fMbit/s')
  expect(within(card).getByRole('link', { name: 'Network' }).getAttribute('href')).toBe(
    '/performance/net-eth0',
  )
})

test('the top of the network card is round in the unit that is chosen', () => {
  const net = {
    id: 'eth0',
    kind: 'ethernet',
    up: true,
    link_bits_per_second: null,
    addresses: [],
    recv_bytes_per_second: 2e6,
    sent_bytes_per_second: 0,
  }
  setPreference('networkUnit', 'bytes')
  setUnits({ memory: 'gib', network: 'bytes', temperature: 'celsius' })
  render(<OverviewPage />)
  act(() => receiveStats(frame({ networks: [net] as never })))
  const card = screen.getByRole('region', { name: 'Network' })
  expect(card.querySelector('.max')?.textContent).toBe('2.5\u202fMB/s')
})

test('where the system does not tell who uses it the network card lists its interfaces, in an order that holds, and says which are not in the sum', () => {
  const network = (id: string, change: object) => ({
    id,
    kind: 'ethernet',
    up: true,
    link_bits_per_second: null,
    addresses: [],
    recv_bytes: 0,
    sent_bytes: 0,
    recv_bytes_per_second: 0,
    sent_bytes_per_second: 0,
    ...change,
  })
  const networks = [
    network('lo', { kind: 'loopback' }),
    network('docker0', { kind: 'virtual', recv_bytes: 9e12, recv_bytes_per_second: 5e6 }),
    network('wlan0', { kind: 'wifi', recv_bytes: 1, recv_bytes_per_second: 125_000 }),
    network('eth0', {
      addresses: ['fe80::1/64', '192.168.0.7/24'],
      link_bits_per_second: 1e9,
      recv_bytes: 1e9,
      sent_bytes_per_second: 12_500,
    }),
    network('eth1', { up: false }),
  ] as unknown as SystemStats['networks']
  liveNetworkUse.set({ uses: null, isRefused: true })
  render(<OverviewPage />)
  act(() => receiveStats(frame({ networks })))
  const list = screen.getByRole('list', { name: 'Interfaces' })
  const rows = within(list).getAllByRole('listitem')
  expect(rows.map((row) => row.querySelector('.n')?.textContent ?? '')).toEqual([
    'eth0',
    'wlan0',
    'docker0',
  ])
  expect(rows[0]?.textContent).toContain('eth01\u202fGbit/s192.168.0.7')
  expect(rows[1]?.querySelector('.v')?.textContent).toBe('↓ down 1.0 ↑ , up 0\u202fMbit/s')
  expect(rows[2]?.title).toContain('not counted above')
  const links = within(list).getAllByRole('link')
  expect(links[0]?.getAttribute('href')).toBe('/performance/net-eth0')
})

test('the network card names who uses it, and the rest, and asks nothing once it is left', async () => {
  const read = vi.spyOn(api, 'getNetworkUse').mockResolvedValue({
    processes: [
      {
        pid: 10,
        start_id: 's',
        recv_bytes_per_second: 1_000_000,
        sent_bytes_per_second: 125_000,
        inside_recv_bytes_per_second: 0,
        inside_sent_bytes_per_second: 0,
      },
    ],
    apart: [],
    processes_hidden: false,
    interfaces: { recv_bytes_per_second: 1_250_000, sent_bytes_per_second: 125_000 },
    unheld: { recv_bytes_per_second: 0, sent_bytes_per_second: 0 },
    rest: { recv_bytes_per_second: 250_000, sent_bytes_per_second: 0 },
    sampled_at_ms: 1,
  })
  const firefox = { pid: 10, start_id: 's', app_id: 'firefox', name: 'firefox' } as ProcessRow
  liveProcesses.set({
    ...emptyProcesses,
    rows: new Map([[10, firefox]]),
    apps: new Map([['firefox', app('firefox', 1)]]),
    intervalMs: 1000,
  })
  const { unmount } = render(<OverviewPage />)
  act(() => receiveStats(frame({})))
  const card = screen.getByRole('region', { name: 'Network' })
  const list = within(card).getByRole('list', { name: 'Most network traffic' })
  await waitFor(() => expect(within(list).getAllByRole('listitem')).toHaveLength(2))
  expect(
    within(list)
      .getAllByRole('listitem')
      .map((item) => item.textContent),
  ).toEqual(['firefox, 3 processes39.0\u202fMbit/s', 'unattributed2.0\u202fMbit/s'])
  unmount()
  expect(liveNetworkUse.get().uses).toBeNull()
  read.mockRestore()
  liveProcesses.set(emptyProcesses)
})

test('a row that cannot be drawn takes down its list, not the card, the page or the figures; it can be tried again', () => {
  vi.spyOn(console, 'error').mockImplementation(() => {}) // React reports what a boundary caught.
  const lists = (apps: readonly AppRow[]) => ({
    ...emptyProcesses,
    apps: new Map(apps.map((row, index) => [String(index), row])),
    totals: { process_count: 1, busy_count: 1 } as ProcessTotals,
    intervalMs: 1000,
    sampledAtMs: 1,
  })
  render(<OverviewPage />)
  act(() => {
    receiveStats(frame({}))
    liveProcesses.set(lists([app('code', 3.4)]))
  })
  const cpu = () => within(screen.getByRole('region', { name: 'CPU' }))
  expect(cpu().getByRole('list').textContent).toContain('code')
  act(() => liveProcesses.set(lists([null as unknown as AppRow])))
  expect(cpu().getByRole('alert').textContent).toContain('This list could not be drawn.')
  const value = () => screen.getByRole('region', { name: 'CPU' }).querySelector('.val')?.textContent
  expect(value()).toBe('23\u202f%')
  act(() => receiveStats(frame({ cpu_usage: 31 })))
  expect(value()).toBe('31\u202f%')
  expect(screen.getByRole('region', { name: 'Network' }).querySelector('[role=alert]')).toBeNull()
  act(() => liveProcesses.set(lists([app('code', 3.4)])))
  act(() => cpu().getByRole('button', { name: 'Try again' }).click())
  expect(cpu().getByRole('list').textContent).toContain('code')
  vi.restoreAllMocks()
})
