import type { AppRow, ProcessRow } from '@taskmanager/contracts'
import { describe, expect, test } from 'vitest'
import { fittingColumns } from '../../components/grid/grid-column.ts'
import { parseFilter } from '../../lib/filter.ts'
import { figuresOf } from '../../lib/process-tree.ts'
import type { GpuUses } from '../../lib/gpu-use.ts'
import type { NetworkUses } from '../../lib/network-use.ts'
import { availableAppColumns, phoneAppColumns } from './app-columns.ts'
import { figuresOfApp } from './app-figures.ts'
import { appLines, type AppLinesInput } from './app-lines.ts'
import { holdOrder } from './app-order.ts'

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
  [pid, { pid, start_id: 's', name: `p${pid}`, cpu_percent, unknown: {} } as ProcessRow] as const

const beside = (gpu: GpuUses | null, network: NetworkUses | null = null) => ({
  gpu,
  network,
  rows: new Map<number, ProcessRow>(),
})

const BY_CPU = { column: 'cpu', descending: true }

const linesAndWaiting = (apps: readonly AppRow[], change: Partial<AppLinesInput> = {}) =>
  appLines({
    apps,
    endedApps: new Set(),
    endedRows: [],
    meansOf: (row) => figuresOf(row),
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
  })

const lines = (apps: readonly AppRow[], change: Partial<AppLinesInput> = {}) =>
  linesAndWaiting(apps, change).lines.map((line) => {
    if (line.kind === 'section') return `${line.title} ${line.count}`
    if (line.kind === 'more') return `  ${line.rows.length} more`
    const mark = line.isEnded ? ', ended' : ''
    return line.kind === 'app' ? `${line.app.name}${mark}` : `  ${line.row.name}${mark}`
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

/** As the page holds it: what is shown at that moment is asked for. */
const heldNow = (apps: readonly AppRow[], change: Partial<AppLinesInput> = {}) => {
  const held = holdOrder(apps, change.rows ?? new Map(), [])
  lines(apps, { ...change, held })
  return held
}

describe('processes of an open app', () => {
  const pids = [1, 2, 3]
  const make = app('make', { process_count: 3, pids })
  const child = (pid: number, change: Partial<ProcessRow>) =>
    [pid, { ...process(pid, 0)[1], ...change }] as const
  const open = new Set(['make'])

  test('stand in the order of the chosen column, by their means, unknown last', () => {
    const all = new Map([
      child(1, { cpu_percent: 9, memory: 10e6, num_threads: 4 }),
      child(2, { cpu_percent: null, memory: 30e6, num_threads: 2 }),
      child(3, { cpu_percent: 1, memory: 20e6, num_threads: 3 }),
    ])
    const by = (column: string, descending = true, change: Partial<AppLinesInput> = {}) =>
      lines([make], { rows: all, open, sort: { column, descending }, ...change }).slice(2)
    expect(by('cpu')).toEqual(['  p1', '  p3', '  p2'])
    expect(by('memory')).toEqual(['  p2', '  p3', '  p1'])
    expect(by('memory', false)).toEqual(['  p1', '  p3', '  p2'])
    expect(by('threads')).toEqual(['  p1', '  p3', '  p2'])
    expect(by('name', false)).toEqual(['  p1', '  p2', '  p3'])
    const meansOf = (row: ProcessRow) => ({ ...figuresOf(row), cpu: row.pid })
    expect(by('cpu', true, { meansOf })).toEqual(['  p3', '  p2', '  p1'])
  })

  test('held, keep their places; the new one waits, the one that ended stays', () => {
    const before = new Map([child(1, { cpu_percent: 9 }), child(2, { cpu_percent: 5 })])
    const held = heldNow([app('make', { process_count: 2, pids: [1, 2] })], { rows: before, open })
    const after = new Map([child(2, { cpu_percent: 99 }), child(3, { cpu_percent: 50 })])
    const now = app('make', { process_count: 2, pids: [2, 3] })
    const ended = { ...before.get(1), app_id: 'make' } as ProcessRow
    const shared = { rows: after, open, endedRows: [ended] }
    expect(lines([now], { ...shared, held })).toEqual(['Apps 1', 'make', '  p1, ended', '  p2'])
    expect(linesAndWaiting([now], { ...shared, held }).waiting).toBe(1)
    expect(linesAndWaiting([now], { ...shared, held, open: new Set() }).waiting).toBe(0)
    expect(lines([now], shared).slice(2)).toEqual(['  p2', '  p3', '  p1, ended'])
  })

  test('of an app that is opened while the order is held are all there, and keep the order they come in', () => {
    const before = new Map([child(1, { cpu_percent: 9 }), child(2, { cpu_percent: 5 })])
    const two = app('make', { process_count: 2, pids: [1, 2] })
    const held = heldNow([two], { rows: before })
    expect(lines([two], { rows: before, open, held })).toEqual(['Apps 1', 'make', '  p1', '  p2'])
    const after = new Map([child(1, { cpu_percent: 1 }), child(2, { cpu_percent: 70 })])
    expect(lines([two], { rows: after, open, held }).slice(2)).toEqual(['  p1', '  p2'])
    expect(lines([two], { rows: after, open }).slice(2)).toEqual(['  p2', '  p1'])
  })

  test('are not opened under the pointer because a second one began', () => {
    const one = new Map([child(1, {})])
    const held = heldNow([app('make', { pids: [1] })], { rows: one })
    const two = new Map([...one, child(2, {})])
    const now = app('make', { process_count: 2, pids: [1, 2] })
    expect(lines([now], { rows: two, open, held })).toEqual(['Apps 1', 'make'])
    expect(lines([now], { rows: two, open })).toHaveLength(4)
  })

  test('the fold stands for those that still run', () => {
    const many = Array.from({ length: 12 }, (_, at) => child(at + 1, { cpu_percent: at }))
    const all = new Map(many.slice(1))
    const [gone] = many
    const now = app('make', { process_count: 11, pids: [...all.keys()] })
    const endedRows = [{ ...gone?.[1], app_id: 'make' } as ProcessRow]
    expect(lines([now], { rows: all, open, endedRows }).at(-1)).toBe('  3 more')
  })
})

test('held, a new app waits, one that ended stays, one that came and went is not shown', () => {
  const held = heldNow(desktop)
  const now = [...desktop, app('vim', { cpu_percent: 50 }), app('gone', { cpu_percent: 99 })]
  const endedApps = new Set(['postgres', 'gone'])
  const { waiting } = linesAndWaiting(now, { held, endedApps })
  expect(waiting).toBe(1)
  expect(lines(now, { held, endedApps })).toEqual([
    'Apps 2',
    'Firefox',
    'Terminal',
    'Background 1',
    'postgres, ended',
    'Kernel threads',
  ])
  expect(lines(now, { endedApps }).slice(0, 3)).toEqual(['Apps 3', 'gone, ended', 'vim'])
  expect(linesAndWaiting(now, { held, endedApps, filter: parseFilter('vi') }).waiting).toBe(1)
  expect(linesAndWaiting(now, { held, endedApps, filter: parseFilter('fire') }).waiting).toBe(0)
})

test('held, the order is the one of that moment', () => {
  const held = heldNow(desktop)
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
