import { atOnce } from '@taskmanager/client'
import type { ProcessRow } from '@taskmanager/contracts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { atLeastHint } from '../../lib/at-least.ts'
import { parseFilter } from '../../lib/filter.ts'
import { addFigures, buildProcessTree, figuresOf } from '../../lib/process-tree.ts'
import { viewing, type ViewInput } from './process-view.ts'

const row = (pid: number, ppid: number, change: Partial<ProcessRow> = {}): ProcessRow =>
  ({
    pid,
    ppid,
    start_id: 's',
    name: `p${pid}`,
    cmdline: null,
    user: 'anna',
    unit: null,
    status: 'sleeping',
    kind: 'app',
    cpu_percent: 0,
    memory: 0,
    read_bytes_per_second: 0,
    write_bytes_per_second: null,
    num_threads: 1,
    started_at_ms: 1000 + pid,
    unknown: {},
    ...change,
  }) as ProcessRow

const linesOf = (rows: readonly ProcessRow[]) => {
  const input: ViewInput = {
    rows: new Map(rows.map((one) => [one.pid, one])),
    ended: [],
    exitOf: () => null,
    filter: parseFilter(''),
    filterContext: { nowMs: 10_000, cpuScale: 'machine' },
    sort: { column: 'cpu', descending: true },
    tree: true,
    open: new Set(rows.map(({ name }) => name)),
    unfolded: new Set(),
    asked: null,
    measured: (one) => ({ figures: figuresOf(one), means: figuresOf(one) }),
    held: null,
  }
  return atOnce(viewing(input)).rows
}

const anyRows = fc
  .array(
    fc.record({
      ppid: fc.nat(40),
      cpu: fc.option(fc.integer({ min: 0, max: 50 })),
      start: fc.nat(5000),
    }),
    { maxLength: 40 },
  )
  .map((list) =>
    list.map(({ ppid, cpu, start }, at) =>
      row(at + 1, ppid, { cpu_percent: cpu, started_at_ms: start, name: `n${at % 5}` }),
    ),
  )

test('whatever the parents claim: roots add up to the whole, an open branch to its parts', () => {
  fc.assert(
    fc.property(anyRows, (rows) => {
      const lines = linesOf(rows)
      const roots = lines.filter((line) => line.depth === 0)
      expect(roots.reduce((sum, line) => sum + line.count, 0)).toBe(rows.length)
      expect(addFigures(roots.map((line) => line.figures))).toEqual(
        addFigures(rows.map((one) => figuresOf(one))),
      )
      for (const [at, line] of lines.entries()) {
        if (!line.isOpen) continue
        const after = lines.slice(at + 1)
        const end = after.findIndex((one) => one.depth <= line.depth)
        const branch = end === -1 ? after : after.slice(0, end)
        const parts = branch.filter((one) => one.depth === line.depth + 1)
        expect(addFigures(parts.map((part) => part.figures))).toEqual(line.figures)
      }
      expect(new Set(lines.map((line) => line.key)).size).toBe(lines.length)
    }),
  )
})

test('kernel threads stand under kthreadd, what a user manager starts stands alone', () => {
  const roots = buildProcessTree([
    row(2, 0, { name: 'kthreadd', kind: 'kernel' }),
    row(3, 2, { name: 'kworker', kind: 'kernel' }),
    row(50, 1, { name: 'systemd', cmdline: '/lib/systemd/systemd --user' }),
    row(51, 50, { name: 'shell' }),
  ])
  expect(roots.map((node) => node.row.name)).toEqual(['kthreadd', 'systemd', 'shell'])
  expect(roots[0]?.children.map((node) => node.row.name)).toEqual(['kworker'])
})

test('a parent that is younger than its child is none, and a loop is cut', () => {
  const reused = [row(10, 1, { started_at_ms: 90_000 }), row(11, 10, { started_at_ms: 1000 })]
  expect(buildProcessTree(reused)).toHaveLength(2)
  const loop = [row(10, 11, { started_at_ms: null }), row(11, 10, { started_at_ms: null })]
  const everyone = buildProcessTree(loop).flatMap((node) => [node, ...node.children])
  expect(everyone.map((node) => node.row.pid).toSorted((a, b) => a - b)).toEqual([10, 11])
})

test('only what may not be seen makes a sum a least value', () => {
  const silent = (reason: 'not_permitted' | 'first_sample' | 'not_reported') => ({
    read_bytes_per_second: null,
    unknown: { read_bytes_per_second: reason } as const,
  })
  const rows = [
    row(1, 0, { read_bytes_per_second: 5 }),
    row(2, 0, silent('first_sample')),
    row(3, 0, silent('not_reported')),
    row(4, 0, silent('not_permitted')),
    row(5, 0, silent('not_permitted')),
  ]
  const sumOf = (some: readonly ProcessRow[]) => addFigures(some.map((one) => figuresOf(one)))
  expect(sumOf(rows)).toMatchObject({ read: 5, diskDenied: 2 })
  expect(atLeastHint(sumOf(rows).diskDenied, rows.length)).toBe(
    'At least: 2 of 5 processes could not be read, that needs permission.',
  )
  expect(atLeastHint(sumOf(rows.slice(0, 3)).diskDenied, 3)).toBeNull()
})
