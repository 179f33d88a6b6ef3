import type {
  AppRow,
  DiskStats,
  GpuStats,
  DriveHealth,
  ProcessRow,
  SystemInfo,
  SystemStats,
} from '@taskmanager/contracts'
import { act, cleanup, render, screen, within } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { userEvent } from 'vitest/browser'
import { setUnits } from '../../lib/format.ts'
import { updateConnection } from '../../stores/connection.ts'
import { liveDriveHealth } from '../../stores/drive-health.ts'
import { emptyProcesses, liveProcesses } from '../../stores/live-processes.ts'
import { receiveStats, systemInfo } from '../../stores/live-stats.ts'
import { setPreference } from '../../stores/preferences.ts'
import { fakeCpu, fakeFrame, fakeGpu } from './fake-frame.ts'
import { PerformancePage } from './performance-page.tsx'

beforeEach(() => {
  updateConnection('stats', { state: 'live' })
  updateConnection('accuracy', { state: 'live' })
})
afterEach(() => {
  cleanup()
  liveProcesses.set(emptyProcesses)
  liveDriveHealth.set([])
  systemInfo.set(null)
  setPreference('letterShortcuts', true)
  setPreference('networkUnit', 'bits')
  setUnits({ memory: 'gib', network: 'bits', temperature: 'celsius' })
})

function open(device: string, change: Partial<SystemStats> = {}) {
  render(<PerformancePage device={device} />)
  act(() => receiveStats(fakeFrame(change)))
}

const plain = (text: string | null | undefined) => (text ?? '').replaceAll('\u202f', ' ')
const facts = () => {
  const place = screen.getByRole('complementary', { name: 'Facts' })
  const names = [...place.querySelectorAll('dt')].map((name) => name.textContent)
  const values = [...place.querySelectorAll('dd')].map((value) => plain(value.textContent))
  return Object.fromEntries(names.map((name, index) => [name, values[index]]))
}

test('a missing temperature is said; what the chips report is listed', () => {
  const sensor = { chip: 'nct6775', high: null, critical: null }
  open('cpu', {
    cpu: { ...fakeCpu(2), temperature_celsius: null },
    sensors: [
      { ...sensor, id: 'nct6775/fan1', label: 'CPU fan', kind: 'fan', value: 1240 },
      { ...sensor, id: 'nct6775/temp2', label: null, kind: 'temperature', value: 41 },
      { ...sensor, id: 'nct6775/in0', label: 'Vcore', kind: 'voltage', value: null },
    ],
  })
  expect(facts()).toMatchObject({ 'CPU fan': '1,240 rpm', 'nct6775/temp2': '41 °C' })
  expect(facts()).not.toHaveProperty('Vcore')
  const info = { cpu: {}, memory: {}, capabilities: {}, virtual_machine: 'kvm' }
  act(() => systemInfo.set(info as unknown as SystemInfo))
  expect(facts()['Temperature']).toBe('hidden by the host')
})

test.each([
  ['Core 3 carries most of it.', (index: number) => (index === 3 ? 90 : 5)],
  ['Core 3 is the busiest.', (index: number) => (index === 3 ? 65 : 40)],
  ['Cores 3 and 5 carry most of it.', (index: number) => (index === 3 || index === 5 ? 70 : 20)],
  ['Cores 3 and 5 are the busiest.', (index: number) => (index === 3 || index === 5 ? 70 : 30)],
] as const)('who has the load of the cores: %s', (words, usage) => {
  open('cpu', { cpu: fakeCpu(8, usage) })
  expect(plain(document.querySelector('.sentence')?.textContent)).toContain(words)
})

test('the axis of a network is round in bits and in bytes, whichever is chosen', () => {
  const net = {
    id: 'eth0',
    kind: 'ethernet',
    up: true,
    addresses: [],
    link_bits_per_second: null,
    recv_bytes_per_second: 15e6,
    sent_bytes_per_second: 0,
  }
  const top = () => plain(screen.getByRole('figure').querySelector('.y span')?.textContent)
  open('net-eth0', { networks: [net] as never })
  expect(top()).toBe('200 Mbit/s')
  setUnits({ memory: 'gib', network: 'bytes', temperature: 'celsius' })
  act(() => setPreference('networkUnit', 'bytes'))
  expect(top()).toBe('20 MB/s')
})

test('the nodes of a large machine have their CPUs, their load and their memory; one node is none', () => {
  const GIB = 1024 ** 3
  const node = (number: number, cpus: string, used: number) => ({
    node: number,
    cpu_list: cpus,
    total_bytes: 32 * GIB,
    used_bytes: used * GIB,
    free_bytes: (30 - used) * GIB,
    cache_bytes: 2 * GIB,
  })
  const nodes = [node(0, '0-3', 8), node(1, '', 1)]
  const memory = (some: typeof nodes) =>
    ({ swap_total_bytes: 0, swap_used_bytes: 0, nodes: some }) as unknown as SystemStats['memory']
  const groups = [{ socket: 0, numa_node: 0, kind: null, cpus: [0, 1, 2, 3] }]
  const info = { cpu: { groups }, memory: { modules: [] }, capabilities: {} }
  act(() => systemInfo.set(info as unknown as SystemInfo))
  open('memory', { cpu: fakeCpu(4), memory: memory(nodes) })
  const text = plain(screen.getByRole('region', { name: 'NUMA nodes' }).textContent)
  expect(text).toContain('Node 0 CPUs 0-3, 2 % busy8.0 of 32.0 GiB · 22.0 GiB free')
  expect(text).toContain('Node 1 memory alone')
  act(() => receiveStats(fakeFrame({ memory: memory(nodes.slice(0, 1)) })))
  expect(screen.queryByRole('region', { name: 'NUMA nodes' })).toBeNull()
})

test('a disk says how healthy it is, and leaves out what it does not tell', () => {
  const told = {
    id: 'sda',
    state: 'told',
    reason: null,
    protocol: 'ata',
    verdict: 'warning',
    findings: ['it has replaced 8 bad sectors'],
    firmware: '1.0',
    temperature_celsius: 38,
    used_percent: null,
    spare_percent: null,
    power_on_hours: 35_000,
    power_cycles: 1,
    unsafe_shutdowns: null,
    read_bytes: null,
    written_bytes: null,
    media_errors: 0,
    reallocated_sectors: 8,
    pending_sectors: 0,
    told_at_ms: Date.now(),
  } as unknown as DriveHealth
  const health = { verdict: 'warning', findings: told.findings }
  open('disk-sda', { disks: [{ ...DISK, id: 'sda', health } as unknown as DiskStats] })
  expect(screen.queryByRole('region', { name: 'Health' })).toBeNull()
  act(() => liveDriveHealth.set([told]))
  const text = plain(screen.getByRole('region', { name: 'Health' }).textContent)
  expect(text).toContain('keep an eye on it: it has replaced 8 bad sectors.')
  expect(text).toMatch(/In operation.*Switched ononce/)
  expect(text).toMatch(/Data errors0.*Replaced sectors8/)
  expect(text).not.toMatch(/Life used|Lost power/)
  const rail = screen.getByRole('navigation', { name: 'Devices' })
  expect(within(rail).getByText('has a warning')).toBeTruthy()
})

const DISK = {
  kind: 'nvme',
  model: null,
  size_bytes: null,
  partitions: [],
  read_latency_ms: null,
  write_latency_ms: null,
  reads_per_second: null,
  writes_per_second: null,
  queue_length: null,
  temperature_celsius: null,
  read_bytes: null,
  write_bytes: null,
  health: null,
}

test('a file system whose figures are old says how old, and why', () => {
  const fs = {
    mount: '/data',
    device: '/dev/sda1',
    disk: 'sda',
    type: 'xfs',
    total_bytes: 100,
    used_bytes: 10,
    used_percent: 10,
    read_only: false,
  }
  const filesystems = [
    { ...fs, stale_ms: 190_000, stale_reason: 'no_answer' },
    { ...fs, mount: '/fresh', stale_ms: null, stale_reason: null },
  ] as unknown as SystemStats['filesystems']
  open('disk-sda', { disks: [{ ...DISK, id: 'sda' } as unknown as DiskStats], filesystems })
  const place = screen.getByRole('region', { name: 'File systems' })
  const told = Array.from(place.querySelectorAll('.fsline'), (line) => plain(line.textContent))
  expect(told[0]).toContain('as of 3 min 10 s ago: it does not answer')
  expect(told[1]).not.toContain('as of')
})

test('a disk says who reads and writes, and what waits for disks', () => {
  const rates = { busy_percent: 3, read_bytes_per_second: 0, write_bytes_per_second: 3e6 }
  const disk = {
    ...DISK,
    id: 'nvme0n1',
    ...rates,
  } as unknown as DiskStats
  open('disk-nvme0n1', { disks: [disk] })
  const users = screen.queryByRole('region', { name: 'Who reads and writes' })
  expect(users).toBeNull()
  act(() =>
    liveProcesses.set({
      ...emptyProcesses,
      intervalMs: 1000,
      apps: new Map([
        ['backup', { ...fakeApp('backup'), write_bytes_per_second: 3e6 }],
        ['idle', fakeApp('idle')],
      ]),
    }),
  )
  const place = screen.getByRole('region', { name: 'Who reads and writes' })
  expect(within(place).getByText('backup')).toBeTruthy()
  expect(within(place).queryByText('idle')).toBeNull()
})

const fakeApp = (name: string) =>
  ({
    id: name,
    name,
    kind: 'background',
    process_count: 1,
    pids: [1],
    read_bytes_per_second: 0,
    write_bytes_per_second: 0,
    unknown: {},
  }) as unknown as AppRow

describe('cores', () => {
  const place = () => screen.getByRole('region', { name: 'Logical cores' })

  test('sixteen have a chart each, the hot ones a bold number', () => {
    open('cpu', { cpu: fakeCpu(16, (index) => (index === 6 ? 71 : index)) })
    expect(place().querySelectorAll('.core canvas')).toHaveLength(16)
    expect([...place().querySelectorAll('.core.hot b')].map((b) => plain(b.textContent))).toEqual([
      '71 %',
    ])
  })

  test('sixty-four are tiles with value and bar', () => {
    open('cpu', { cpu: fakeCpu(64) })
    expect(place().querySelectorAll('.coretile')).toHaveLength(64)
    expect(place().querySelectorAll('canvas')).toHaveLength(0)
  })

  test('a hundred and twenty-eight are a grid of heat; arrow keys choose one and show its past', async () => {
    open('cpu', { cpu: fakeCpu(128, (index) => (index < 3 ? 90 : index === 127 ? null : 5)) })
    expect(within(place()).getByRole('heading').textContent).toBe('128 logical cores')
    const grid = within(place()).getByRole('img')
    const tiles = grid.querySelectorAll('[data-core]')
    expect(tiles).toHaveLength(128)
    expect(grid.querySelector('h3')).toBeNull()
    expect(grid.getAttribute('aria-label')).toBe('128 cores, 3 of them over 60 percent')
    // Unknown is not idle: it has no tint, and says so.
    expect(tiles[127]?.getAttribute('title')).toBe('Core 127: —')
    act(() => grid.focus())
    await userEvent.keyboard('{ArrowRight}{ArrowRight}')
    expect(plain(grid.getAttribute('aria-label'))).toContain('core 1: 90 %')
    expect(place().querySelectorAll('.coreone canvas')).toHaveLength(1)
    await userEvent.keyboard('{ArrowLeft}{ArrowLeft}')
    expect(grid.getAttribute('aria-label')).toContain('core 127: —')
  })

  test('two sockets stand apart, each with its mean; arrow keys go from one to the other', async () => {
    const threads = (from: number) => Array.from({ length: 32 }, (_, index) => from + index)
    const socket = (number: number) => ({
      socket: number,
      numa_node: number,
      kind: null,
      cpus: [...threads(number * 32), ...threads(64 + number * 32)],
    })
    act(() => systemInfo.set({ cpu: { groups: [socket(0), socket(1)] } } as never))
    open('cpu', { cpu: fakeCpu(128, (index) => (index % 64 < 32 ? 10 : 70)) })
    const grid = within(place()).getByRole('img')
    expect([...grid.querySelectorAll('h3')].map((one) => plain(one.textContent))).toEqual([
      'Socket 0 64 threads, mean 10 %',
      'Socket 1 64 threads, mean 70 %',
    ])
    const grids = [...grid.querySelectorAll('.coreheat')]
    expect(grids.map((one) => one.children[32]?.getAttribute('data-core'))).toEqual(['64', '96'])
    expect(plain(grid.getAttribute('aria-label'))).toBe(
      '128 cores, 64 of them over 60 percent; Socket 0: mean 10 %; Socket 1: mean 70 %',
    )
    act(() => grid.focus())
    await userEvent.keyboard('{ArrowLeft}')
    expect(plain(grid.getAttribute('aria-label'))).toContain('core 127: 70 %')
  })
})

describe('GPU', () => {
  const rows = () =>
    within(screen.getByRole('region', { name: 'Who uses it' }))
      .getAllByRole('row')
      .slice(1)
      .map((row) =>
        within(row)
          .getAllByRole('cell')
          .map((cell) => plain(cell.textContent)),
      )

  test('says how busy it is, who uses it, and what nobody is known to use', () => {
    liveProcesses.set({
      ...emptyProcesses,
      rows: new Map([[4711, { pid: 4711, name: 'firefox', kind: 'app' } as ProcessRow]]),
    })
    const user = { engine: null, encoder_percent: 0, decoder_percent: 0 }
    const processes = [
      { ...user, pid: 9, usage_percent: 1, memory_bytes: 64 * 1024 ** 2 },
      { ...user, pid: 4711, usage_percent: 5, memory_bytes: 688 * 1024 ** 2, decoder_percent: 20 },
    ]
    open('gpu-0', { gpus: [fakeGpu({ processes })] })
    expect(plain(screen.getByRole('banner').textContent)).toContain(
      '12 % busy, mostly decoding video for firefox. Cool, and not slowed by anything.',
    )
    expect(rows()).toEqual([
      ['firefox', '4711', '5 %', '688 MiB'],
      ['ended or hidden', '9', '1 %', '64.0 MiB'],
      ['unattributed: driver and display', '–', '6 %', '1.52 GiB'],
    ])
    expect(facts()).toMatchObject({
      'In use': '12 %',
      Memory: '2.25 of 8.00 GiB',
      Power: '58 of 220 W',
      'Slowed by': 'nothing',
      Decoder: '24 %',
      'Core clock': '870 of 1,965 MHz',
      PCIe: '2.0 × 16 of 4.0 × 16',
      'PCIe in': '84.0 MB/s',
      'PCIe out': '12.0 MB/s',
      'Throttles at': '93 °C',
      CUDA: '12.4',
      'Read through': 'NVML 12.550.90.07',
    })
    expect(facts()).not.toHaveProperty('ECC')
    expect(facts()).not.toHaveProperty('Needs permission')
  })

  test('an Intel card: engines, memory of the computer, a load that is at least that of our programs', () => {
    const user = { encoder_percent: null, decoder_percent: null }
    const gpu = fakeGpu({
      vendor: 'intel',
      source: 'sysfs',
      driver: 'i915',
      usage_percent: 40,
      usage_is_at_least: true,
      engines: [
        { name: '3D', usage_percent: 40 },
        { name: 'copy', usage_percent: 2 },
        { name: 'video', usage_percent: 11 },
      ],
      memory_used_bytes: null,
      memory_total_bytes: null,
      shared_memory_used_bytes: 160 * 1024 ** 2,
      encoder_percent: null,
      decoder_percent: null,
      power_watts: null,
      temperature_celsius: null,
      awake_percent: 61,
      processes: [
        { ...user, pid: 1, usage_percent: 40, memory_bytes: 2 ** 20, engine: '3D' },
        { ...user, pid: 2, usage_percent: 0, memory_bytes: 2 ** 20, engine: null },
      ],
      processes_hidden: true,
      unknown: {
        memory_used_bytes: 'not_supported',
        power_watts: 'not_permitted',
        temperature_celsius: 'not_supported',
      },
    })
    open('gpu-0', { gpus: [gpu] })
    expect(plain(screen.getByRole('banner').textContent)).toContain('At least 40 % busy. ')
    const charts = screen
      .getAllByRole('figure')
      .map((one) => one.querySelector('.strong')?.textContent)
    expect(charts).toEqual(['Engines', 'Shared memory', 'Video'])
    expect(rows()).toEqual([
      ['ended or hidden', '1', '3D', '40 %', '1.00 MiB'],
      ['ended or hidden', '2', 'idle', '0 %', '1.00 MiB'],
      ['unattributed: programs of others, driver and display', '–', '–', '—', '—'],
    ])
    expect(facts()).toMatchObject({
      'In use, at least': '40 %',
      'Shared memory': '160 MiB',
      Awake: '61 %',
      'Not reported': 'temperature',
      'Needs permission': 'power',
      'Read through': 'sysfs',
    })
  })

  test('programs of one name are told apart by their arguments, and a click opens the details', async () => {
    const program = (pid: number, cmdline: string) =>
      [pid, { pid, start_id: `b.${pid}`, name: 'python3', kind: 'background', cmdline }] as const
    liveProcesses.set({
      ...emptyProcesses,
      rows: new Map([
        program(542, 'python3 /srv/train.py --bf16'),
        program(545, 'python3 load.py hold'),
      ] as unknown as [number, ProcessRow][]),
    })
    const user = { engine: null, encoder_percent: null, decoder_percent: null }
    const processes = [
      { ...user, pid: 545, usage_percent: null, memory_bytes: 3_764_387_840 },
      { ...user, pid: 542, usage_percent: null, memory_bytes: 9_640_607_744 },
    ]
    open('gpu-0', {
      gpus: [fakeGpu({ usage_percent: 99, memory_used_bytes: 13_405_000_000, processes })],
    })
    expect(rows().map(([name, , usage]) => [name, usage])).toEqual([
      ['python3train.py --bf16', '—'],
      ['python3load.py hold', '—'],
      ['unattributed: driver and display', '—'],
    ])
    expect(screen.getByText(/tells no share of a program just now/)).toBeTruthy()
    await userEvent.click(screen.getByRole('button', { name: /load\.py/ }))
    expect(new URLSearchParams(location.search).get('p')).toBe('545.b.545')
  })

  test('a lost card stays, says so, and claims nothing', () => {
    const problem = 'The driver lost the card; it is looked for again.'
    open('gpu-0', {
      gpus: [
        fakeGpu({
          problem,
          usage_percent: null,
          memory_used_bytes: null,
          memory_total_bytes: null,
          temperature_celsius: null,
          unknown: { usage_percent: 'gone', processes: 'gone' },
        }),
      ],
    })
    expect(screen.getByRole('banner').textContent).toContain(problem)
    expect(screen.getByRole('banner').textContent).not.toMatch(/busy|not reported/)
    expect(facts()).toMatchObject({ 'In use': '—', Memory: '—' })
  })

  test.each([
    ['not_supported', 'the driver does not tell'],
    ['not_permitted', 'the driver tells it to administrators'],
  ] as const)('users that are %s are not nobody', (reason, sentence) => {
    open('gpu-0', { gpus: [fakeGpu({ unknown: { processes: reason } })] })
    expect(screen.getByText(sentence)).toBeTruthy()
    expect(screen.queryByText('no program at the moment')).toBeNull()
  })

  test('what a driver does not report is left out, not shown as nothing', () => {
    open('gpu-0', {
      gpus: [
        fakeGpu({
          usage_percent: null,
          power_watts: null,
          decoder_percent: null,
          encoder_percent: null,
          fan_percent: null,
          memory_total_bytes: null,
          slowed_by: null,
        }),
      ],
    })
    expect(screen.getByText('Its use is not reported')).toBeTruthy()
    const charts = screen
      .getAllByRole('figure')
      .map((one) => one.querySelector('.strong')?.textContent)
    expect(charts).toEqual(['Engines'])
    expect(Object.keys(facts())).not.toContain('Power')
  })

  test('two cards are numbered, and why one is slowed is said', () => {
    open('gpu-1', {
      gpus: [fakeGpu(), fakeGpu({ id: 'gpu-1', slowed_by: ['heat', 'power limit'] })],
    })
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('GPU 1')
    expect(screen.getByText(/slowed by heat and power limit\./)).toBeTruthy()
    expect(facts()).toMatchObject({ 'Slowed by': 'heat and power limit' })
    const rail = within(screen.getByRole('navigation', { name: 'Devices' }))
    expect(rail.getByRole('link', { current: 'page' }).textContent).toContain('GPU 1')
  })
})

describe('NPU', () => {
  const npu = fakeGpu({
    id: 'npu-0',
    kind: 'npu',
    name: 'Intel Meteor Lake NPU',
    vendor: 'intel',
    source: 'sysfs',
    driver: 'intel_vpu',
    bus_id: '0000:00:0b.0',
    library_version: null,
    cuda_version: null,
    usage_percent: 37,
    memory_used_bytes: null,
    memory_total_bytes: null,
    memory_free_bytes: null,
    memory_reserved_bytes: null,
    memory_controller_percent: null,
    shared_memory_used_bytes: 256 * 1024 ** 2,
    temperature_celsius: null,
    slowdown_celsius: null,
    power_watts: null,
    fan_percent: null,
    clock_mhz: 950,
    clock_max_mhz: 1400,
    memory_clock_mhz: null,
    memory_clock_max_mhz: null,
    performance_state: null,
    encoder_percent: null,
    decoder_percent: null,
    slowed_by: null,
    pcie_generation: null,
    pcie_width: null,
    pcie_recv_bytes_per_second: null,
    pcie_sent_bytes_per_second: null,
    processes: [
      {
        pid: 4711,
        usage_percent: null,
        memory_bytes: 128 * 1024 ** 2,
        engine: null,
        encoder_percent: null,
        decoder_percent: null,
      },
    ],
    unknown: {
      temperature_celsius: 'not_supported',
      power_watts: 'not_supported',
      memory_used_bytes: 'not_supported',
    },
  })
  const users = () => screen.getByRole('region', { name: 'Who uses it' })

  test('is a device of its own, in its own words', () => {
    open('npu-0', { gpus: [fakeGpu(), npu] })
    expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('NPU')
    const rail = within(screen.getByRole('navigation', { name: 'Devices' }))
    expect(plain(rail.getByRole('link', { current: 'page' }).textContent)).toMatch(
      /^NPU.*37 % · 256 MiB/,
    )
    expect(rail.getByRole('link', { name: /GPU/ }).textContent).not.toContain('GPU 0')
    expect(plain(screen.getByRole('banner').textContent)).toContain('37 % busy. ')
    const charts = screen
      .getAllByRole('figure')
      .map((one) => one.querySelector('.strong')?.textContent)
    expect(charts).toEqual(['Load', 'Shared memory'])
    expect(facts()).toEqual({
      'In use': '37 %',
      'Shared memory': '256 MiB',
      Clock: '950 of 1,400 MHz',
      Driver: 'intel_vpu',
      'Read through': 'sysfs',
      'Bus address': '0000:00:0b.0',
    })
    expect(within(users()).getByRole('columnheader', { name: 'NPU' })).toBeTruthy()
    expect(within(users()).getByRole('row', { name: /4711/ })).toBeTruthy()
    expect(users().textContent).not.toMatch(/GPU|display|All in Processes/)
  })

  test('asleep, its clock is no zero; what an older kernel does not tell is said', () => {
    const asleep = { clock_mhz: null, usage_percent: 0, unknown: { clock_mhz: 'not_reported' } }
    open('npu-0', { gpus: [{ ...npu, ...asleep } as GpuStats] })
    expect(facts()).toMatchObject({ 'In use': '0 %', Clock: 'asleep, at most 1.40 GHz' })
    cleanup()
    const gpu = {
      ...npu,
      usage_percent: null,
      shared_memory_used_bytes: null,
      clock_mhz: null,
      clock_max_mhz: null,
      unknown: {
        usage_percent: 'not_supported',
        shared_memory_used_bytes: 'not_supported',
        clock_mhz: 'not_supported',
      },
    } as GpuStats
    open('npu-0', { gpus: [gpu] })
    expect(facts()).toMatchObject({
      'Shared memory': '—',
      'Not reported': 'load, memory, clock',
    })
    expect(facts()).not.toHaveProperty('Clock')
    expect(screen.getByText('Its use is not reported')).toBeTruthy()
  })
})

test('digits choose a device, also after the list of devices changed; not where letters are off', async () => {
  history.replaceState(null, '', '/performance/cpu')
  open('cpu', { gpus: [fakeGpu()] })
  await userEvent.keyboard('3')
  expect(location.pathname).toBe('/performance/gpu-0')
  act(() => setPreference('letterShortcuts', false))
  await userEvent.keyboard('2')
  expect(location.pathname).toBe('/performance/gpu-0')
})

test('a device that is not there shows the CPU and says so', () => {
  open('disk-none')
  expect(screen.getByText(/There is no device “disk-none”/)).toBeTruthy()
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('CPU')
})

test('what a system does not tell is left out, not shown as nothing', () => {
  const cpu = fakeCpu(2)
  const modes = { ...cpu.modes, irq: null, softirq: null, steal: null, iowait: null }
  open('cpu', { cpu: { ...cpu, modes } })
  expect(facts()).not.toHaveProperty('Interrupts')
  cleanup()

  const rates = { read_bytes_per_second: 2e6, write_bytes_per_second: 0, reads_per_second: 40 }
  const disk = { ...DISK, id: 'sda', busy_percent: null, ...rates, writes_per_second: 0 }
  open('disk-sda', { disks: [disk as unknown as DiskStats] })
  const sentence = plain(document.querySelector('.sentence')?.textContent)
  expect(sentence).toBe('Reading 2.0 MB/s and writing 0 B/s.')
  expect(facts()).not.toHaveProperty('Response, read') // 40 reads, and nobody says how long they took
  expect(facts()['Response, write']).toBe('no writes')
  cleanup()

  const memory = {
    swap_total_bytes: 1024 ** 3,
    swap_used_bytes: null,
    swap_in_bytes_per_second: null,
    swap_out_bytes_per_second: null,
  }
  open('memory', { memory: memory as unknown as SystemStats['memory'] })
  expect(plain(screen.getByRole('region', { name: 'Swap' }).textContent)).toBe('Swap— of 1.00 GiB')
})

test('power shows what is measured and nothing else', () => {
  const power = {
    on_ac: false,
    battery_percent: 62,
    battery_status: 'discharging',
    battery_watts: null,
    battery_seconds_left: 11_520,
    battery_health_percent: 91,
    battery_cycles: 179,
    package_watts: 8.4,
  }
  open('power', { power })
  expect(plain(screen.getByRole('banner').textContent)).toContain(
    'On battery, 62 % charged, 3 h 12 min until empty.',
  )
  const charts = screen
    .getAllByRole('figure')
    .map((one) => one.querySelector('.strong')?.textContent)
  expect(charts).toEqual(['CPU package', 'Charge'])
  expect(facts()).toMatchObject({ 'CPU package': '8.4 W', Health: '91 % of its design' })
})

test('memory is what it is made of, and the parts are named', () => {
  const memory = {
    total_bytes: 32 * 1024 ** 3,
    used_bytes: 14 * 1024 ** 3,
    available_bytes: 18 * 1024 ** 3,
    apps_bytes: 12 * 1024 ** 3,
    shared_bytes: 1024 ** 3,
    kernel_bytes: 1024 ** 3,
    cached_bytes: 15 * 1024 ** 3,
    buffers_bytes: null,
    slab_reclaimable_bytes: null,
    free_bytes: 3 * 1024 ** 3,
    swap_total_bytes: 0,
  } as unknown as SystemStats['memory']
  open('memory', { memory })
  const made = screen.getByRole('region', { name: 'What it is made of' })
  const parts = [...made.querySelectorAll('.compo-key > div > span')].map((part) =>
    plain(part.textContent),
  )
  expect(parts).toEqual([
    'Apps 12.0 GiB',
    'Shared 1.00 GiB',
    'Kernel 1.00 GiB',
    'Cache 15.0 GiB',
    'Free 3.00 GiB',
  ])
})
