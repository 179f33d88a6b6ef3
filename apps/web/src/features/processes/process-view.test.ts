import { atOnce } from '@taskmanager/client'
import type { ProcessRow } from '@taskmanager/contracts'
import { describe, expect, test } from 'vitest'
import { parseFilter } from '../../lib/filter.ts'
import { figuresOf } from '../../lib/process-tree.ts'
import { keyOf, viewing, type ViewInput } from './process-view.ts'

const NOW = 1_000_000

function process(pid: number, ppid: number, change: Partial<ProcessRow> = {}): ProcessRow {
  return {
    pid,
    start_id: `s${pid}`,
    ppid,
    name: `p${pid}`,
    cpu_percent: 0,
    cpu_percent_of_core: 0,
    memory: 1024 ** 2,
    num_threads: 1,
    status: 'sleeping',
    user: 'anna',
    uid: 1000,
    kind: 'background',
    app_id: 'a',
    unit: null,
    cmdline: null,
    started_at_ms: NOW - 60_000,
    cpu_time_ms: 0,
    nice: 0,
    read_bytes_per_second: 0,
    write_bytes_per_second: 0,
    vms_bytes: null,
    pss_bytes: null,
    uss_bytes: null,
    swap_bytes: null,
    memory_sampled_at_ms: null,
    unknown: {},
    ...change,
  }
}

function view(rows: readonly ProcessRow[], change: Partial<ViewInput> = {}) {
  const input: ViewInput = {
    rows: new Map(rows.map((row) => [row.pid, row])),
    ended: [],
    exitOf: () => null,
    filter: parseFilter(''),
    filterContext: { nowMs: NOW, cpuScale: 'machine' },
    sort: { column: 'cpu', descending: true },
    tree: true,
    open: new Set(),
    unfolded: new Set(),
    asked: null,
    measured: (one) => ({ figures: figuresOf(one), means: figuresOf(one) }),
    held: null,
    ...change,
  }
  return atOnce(viewing(input))
}

const names = (lines: ReturnType<typeof view>) =>
  lines.rows.map((line) =>
    line.kind === 'process' ? line.row.name : `${line.row.name}:${line.kind}`,
  )

describe('the tree', () => {
  const rows = [
    process(1, 0),
    process(10, 1, { name: 'firefox', cpu_percent: 2 }),
    process(11, 10, { cpu_percent: 4 }),
    process(12, 11, { cpu_percent: 1 }),
    process(20, 1, { name: 'code', cpu_percent: 5 }),
  ]

  test('roots are the children of PID 1, a parent shows the sum of its branch', () => {
    const closed = view(rows)
    expect(names(closed)).toEqual(['firefox', 'code', 'p1'])
    expect(closed.rows[0]).toMatchObject({ count: 3, isParent: true, figures: { cpu: 7 } })
  })

  test('opening changes no number: the children and itself add up to the parent', () => {
    const opened = view(rows, { open: new Set(['firefox']) })
    expect(names(opened)).toEqual(['firefox', 'p11', 'firefox:itself', 'code', 'p1'])
    const [parent, ...below] = opened.rows
    const children = below.filter((line) => line.depth === 1)
    expect(children.reduce((sum, line) => sum + (line.figures.cpu ?? 0), 0)).toBe(
      parent?.figures.cpu,
    )
    expect(opened.rows.map((line) => line.depth)).toEqual([0, 1, 1, 0, 0])
  })

  test('a branch folds after eight children, and the fold keeps their sum', () => {
    const many = [
      process(10, 1, { name: 'make' }),
      ...Array.from({ length: 20 }, (_, index) =>
        process(100 + index, 10, { cpu_percent: 20 - index }),
      ),
    ]
    const folded = view(many, { open: new Set(['make']) })
    expect(folded.rows).toHaveLength(1 + 8 + 1)
    expect(folded.rows.at(-1)).toMatchObject({ kind: 'fold', count: 13, figures: { cpu: 78 } })
    const whole = view(many, { open: new Set(['make']), unfolded: new Set(['10.s10']) })
    expect(whole.rows).toHaveLength(1 + 21)
  })

  test('a filter shows matches and, dimmed, what leads to them', () => {
    const found = view(rows, { filter: parseFilter('p12') })
    expect(found.rows.filter((line) => !line.isDimmed).map((line) => line.row.name)).toEqual([
      'p12',
    ])
    expect(found.rows.find((line) => line.row.name === 'firefox')?.isDimmed).toBe(true)
    expect(found.rows.some((line) => line.row.name === 'code')).toBe(false)
    expect(found.matched.map((row) => row.pid)).toEqual([12])
  })
})

describe('the order', () => {
  test('idle rows stand by name and never shuffle; unknown stands last either way', () => {
    const rows = [
      process(3, 1, { name: 'c', cpu_percent: 0.04 }),
      process(2, 1, { name: 'b', cpu_percent: 0.01 }),
      process(4, 1, { name: 'a', cpu_percent: null }),
      process(5, 1, { name: 'd', cpu_percent: 9 }),
    ]
    expect(names(view(rows, { tree: false }))).toEqual(['d', 'b', 'c', 'a'])
    const ascending = { column: 'cpu', descending: false }
    expect(names(view(rows, { tree: false, sort: ascending }))).toEqual(['b', 'c', 'd', 'a'])
  })

  test('held, values go on but rows stay, and new rows wait', () => {
    const before = view([process(2, 1, { cpu_percent: 5 }), process(3, 1, { cpu_percent: 1 })], {
      tree: false,
    })
    const after = [
      process(2, 1, { cpu_percent: 1 }),
      process(3, 1, { cpu_percent: 50 }),
      process(4, 1, { cpu_percent: 90 }),
    ]
    const held = view(after, { tree: false, held: before.sortables() })
    expect(names(held)).toEqual(['p2', 'p3'])
    expect(held.rows[1]?.figures.cpu).toBe(50)
    expect(held.waiting).toBe(1)
    const cameAndWent = { ended: [process(5, 1)], held: before.sortables() }
    for (const tree of [true, false]) {
      expect(names(view(after, { tree, ...cameAndWent }))).toEqual(['p2', 'p3'])
      expect(names(view(after, { tree, ...cameAndWent, held: null }))).toContain('p5')
    }
    expect(names(view(after, { tree: false }))).toEqual(['p4', 'p3', 'p2'])
  })

  test('an ended row stays in its place, marked, and counts in no sum', () => {
    const gone = process(11, 10, { cpu_percent: 4 })
    const rows = [process(10, 1, { name: 'sh', cpu_percent: 1 })]
    const exit = { pid: 11, start_id: gone.start_id, exit_code: 3, signal: null }
    const change = { ended: [gone], exitOf: () => exit, open: new Set(['sh']) }
    const lines = view(rows, change).rows
    const line = lines.find(({ key }) => key === keyOf(gone))
    expect(line).toMatchObject({ isEnded: true, exit })
    expect(lines[0]?.exit).toBeNull()
    expect(view(rows, { ...change, tree: false }).rows.map((one) => one.exit)).toEqual([exit, null])
    expect(lines[0]).toMatchObject({ count: 1, figures: { cpu: 1 } })
  })
})
