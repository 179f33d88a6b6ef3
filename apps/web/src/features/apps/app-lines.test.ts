import type { AppRow, ProcessRow } from '@taskmanager/contracts'
import { describe, expect, test } from 'vitest'
import { fittingColumns } from '../../components/grid/grid-column.ts'
import { parseFilter } from '../../lib/filter.ts'
import type { GpuUses } from '../../lib/gpu-use.ts'
import type { NetworkUses } from '../../lib/network-use.ts'
import { availableAppColumns, phoneAppColumns } from './app-columns.ts'
import { figuresOfApp } from './app-figures.ts'
import { appLines, appSortValue, type AppLinesInput } from './app-lines.ts'

const app = (name: string, change: Partial<AppRow> = {}): AppRow =>
  ({
    id: name,
    name,
    kind: 'app',
    cpu_percent: 0,
    memory: 0,
    process_count: 1,
    pids: [],
    user: 'anna',
    unit: null,
    started_at_ms: 1000,
    read_bytes_per_second: null,
    write_bytes_per_second: null,
    ...change,
  }) as AppRow

const process = (pid: number, cpu_percent: number | null) =>
  [pid, { pid, start_id: 's', name: `p${pid}`, cpu_percent } as ProcessRow] as const

const beside = (gpu: GpuUses | null, network: NetworkUses | null = null) => ({
  gpu,
  network,
  rows: new Map<number, ProcessRow>(),
})

const BY_CPU = { column: 'cpu', descending: true }

const lines = (apps: readonly AppRow[], change: Partial<AppLinesInput> = {}) =>
  appLines({
    apps,
    rows: new Map(),
    gpu: null,
    network: null,
    filter: parseFilter(''),
    filterContext: { nowMs: 1_000_000, cpuScale: 'machine' },
    sort: BY_CPU,
    open: new Set(),
    unfolded: new Set(),
    held: null,
    ...change,
  }).map((line) => {
    if (line.kind === 'section') return `${line.title} ${line.count}`
    if (line.kind === 'app') return line.app.name
    return line.kind === 'process' ? `  ${line.row.name}` : `  ${line.rows.length} more`
  })

const desktop = [
  app('Terminal', { kind: 'terminal', cpu_percent: 1 }),
  app('postgres', { kind: 'service', cpu_percent: 9, unit: 'postgresql.service' }),
  app('Firefox', { cpu_percent: 11, process_count: 2, pids: [10, 11] }),
  app('Kernel threads', { kind: 'kernel', cpu_percent: null }),
]
const rows = new Map([process(10, 1), process(11, 10)])

describe('sections', () => {
  test('windows and terminals first, the rest in the background, each sorted', () => {
    expect(lines(desktop)).toEqual([
      'Apps 2',
      'Firefox',
      'Terminal',
      'Background 2',
      'postgres',
      'Kernel threads',
    ])
  })

  test('an empty section has no title', () => {
    expect(lines(desktop.slice(0, 1))).toEqual(['Apps 1', 'Terminal'])
  })

  test('an open app lists its processes, the busiest first, and folds after eight', () => {
    expect(lines(desktop.slice(2, 3), { rows, open: new Set(['Firefox']) })).toEqual([
      'Apps 1',
      'Firefox',
      '  p11',
      '  p10',
    ])
    const pids = Array.from({ length: 12 }, (_, at) => at + 1)
    const many = app('make', { process_count: 12, pids })
    const all = { rows: new Map(pids.map((pid) => process(pid, pid))), open: new Set(['make']) }
    expect(lines([many], all).at(-1)).toBe('  4 more')
    expect(lines([many], { ...all, unfolded: new Set(['make']) })).toHaveLength(14)
  })
})

test('the filter looks at name, user, unit and the names of the processes', () => {
  const found = (query: string) => lines(desktop, { filter: parseFilter(query), rows })
  expect(found('fire')).toEqual(['Apps 1', 'Firefox'])
  expect(found('p11')).toEqual(['Apps 1', 'Firefox'])
  expect(found('postgresql anna')).toEqual(['Background 1', 'postgres'])
  expect(found('"kernel thr')).toEqual(['Background 1', 'Kernel threads'])
  expect(found('cpu>1')).toEqual(['Apps 1', 'Firefox', 'Background 1', 'postgres'])
  expect(found('cpu>x')).toEqual(lines(desktop))
  expect(found('nothing')).toEqual([])
})

test('held, the order is the one of that moment', () => {
  const held = new Map(desktop.map((one) => [one.id, appSortValue(one, BY_CPU, beside(null))]))
  const later = [...desktop.slice(1), app('Terminal', { kind: 'terminal', cpu_percent: 90 })]
  expect(lines(later).slice(1, 3)).toEqual(['Terminal', 'Firefox'])
  expect(lines(later, { held }).slice(1, 3)).toEqual(['Firefox', 'Terminal'])
})

test('age sorts the longest running first; what is unknown is last', () => {
  const apps = [
    app('new', { started_at_ms: 9000 }),
    app('none', { started_at_ms: null }),
    app('old'),
  ]
  const sort = { column: 'age', descending: true }
  expect(lines(apps, { sort }).slice(1)).toEqual(['old', 'new', 'none'])
})

test('columns leave by importance, the sorted one stays', () => {
  const standard = availableAppColumns({ hasGpuUsers: false, canTellNetwork: true }).filter(
    (column) => column.standard,
  )
  const ids = (room: number, sort: string) =>
    fittingColumns(standard, room, sort).map(({ id }) => id)
  expect(ids(1200, 'cpu')).toEqual(standard.map(({ id }) => id))
  expect(ids(800, 'cpu')).not.toContain('by')
  expect(ids(800, 'by')).toContain('by')
  expect(phoneAppColumns('disk').map(({ id }) => id)).toEqual(['name', 'disk', 'memory'])
  expect(phoneAppColumns('by').map(({ id }) => id)).toEqual(['name', 'cpu', 'memory'])
})

test('an app uses of the cards what its processes use; unnamed is nothing, untold is unknown', () => {
  const game = app('game', { pids: [10, 11], cpu_percent: 1 })
  const idle = app('idle', { pids: [12], cpu_percent: 2, unknown: {} })
  const byPid = new Map([
    [10, { percent: 30, memory: 100 }],
    [11, { percent: null, memory: 50 }],
  ])
  const gpu = { byPid, isPartial: false }
  expect(figuresOfApp(game, beside(gpu))).toMatchObject({ gpu: 30, gpuMemory: 150 })
  expect(figuresOfApp(idle, beside(gpu))).toMatchObject({ gpu: 0, gpuMemory: 0 })
  const denied = app('denied', { pids: [13], unknown: { read_bytes_per_second: 'not_permitted' } })
  expect(figuresOfApp(denied, beside(gpu))).toMatchObject({ gpu: 0, gpuMemory: 0 })
  const partial = { byPid, isPartial: true }
  expect(figuresOfApp(denied, beside(partial))).toMatchObject({ gpu: null, gpuMemory: null })
  expect(figuresOfApp(idle, beside(partial))).toMatchObject({ gpu: 0, gpuMemory: 0 })
  expect(figuresOfApp(game, beside(null))).toMatchObject({ gpu: null, gpuMemory: null })
  const sort = { column: 'gpu', descending: true }
  expect(lines([idle, game], { gpu, sort }).slice(1)).toEqual(['game', 'idle'])
  const ids = (has: boolean) =>
    availableAppColumns({ hasGpuUsers: has, canTellNetwork: true }).map(({ id }) => id)
  expect(ids(true)).toEqual(expect.arrayContaining(['gpu', 'gpu-memory']))
  expect(ids(false)).not.toContain('gpu')
})

test('an app carries what its processes carry; one of several that is not told leaves a least sum', () => {
  const row = (pid: number, change: Partial<ProcessRow> = {}) =>
    [pid, { pid, start_id: 's', kind: 'app', unknown: {}, ...change } as ProcessRow] as const
  const network: NetworkUses = {
    byPid: new Map([[10, { startId: 's', recv: 3000, sent: 1000, inside: 7 }]]),
    apart: new Map([[11, 's']]),
    isPartial: false,
    interfaces: null,
    unheld: 0,
    rest: null,
  }
  const all = new Map([row(10), row(11), row(12), row(13, { kind: 'kernel' })])
  const of = (...pids: number[]) =>
    figuresOfApp(app('x', { pids, unknown: {} }), { gpu: null, network, rows: all })
  expect(of(10, 12)).toMatchObject({ network: 4000, networkSent: 1000, networkApart: 0 })
  expect(of(10, 11)).toMatchObject({ network: 4000, networkInside: 7, networkApart: 1 })
  expect(of(12)).toMatchObject({ network: 0 })
  expect(of(11)).toMatchObject({ network: null })
  expect(of(13)).toMatchObject({ network: null, networkApart: 0 })
  const told = { hasGpuUsers: false, canTellNetwork: false }
  expect(availableAppColumns(told).map(({ id }) => id)).not.toContain('network')
})
