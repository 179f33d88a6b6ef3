import {
  APP_COLUMNS,
  PROCESS_COLUMNS,
  type AppRow,
  type ProcessFrame,
  type ProcessRow,
  type TableDelta,
} from '@taskmanager/contracts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyProcessFrame, type ProcessTableState } from './process-table.ts'

const sample = {
  totals: {} as never,
  accounting: {} as never,
  sampled_at_ms: 1,
  interval_ms: 1000,
  logical_cpu_count: 4,
  own_cost: {} as never,
  skipped: 0,
}

type Row = Record<string, unknown>

/** Encodes one table as a service does: all rows, or what changed against the table before. */
function encodeDelta(
  before: Row[],
  after: Row[],
  columns: readonly string[],
  key: string,
  identity: string,
): TableDelta {
  const old = new Map(before.map((row) => [row[key], row]))
  const now = new Map(after.map((row) => [row[key], row]))
  const replaced = (row: Row) =>
    old.has(row[key]) && old.get(row[key])?.[identity] !== row[identity]
  return {
    removed: before
      .filter((row) => !now.has(row[key]) || now.get(row[key])?.[identity] !== row[identity])
      .map((row) => row[key]),
    added: after
      .filter((row) => !old.has(row[key]) || replaced(row))
      .map((row) => columns.map((column) => row[column])),
    changed: after.flatMap((row) => {
      const previous = old.get(row[key])
      if (previous === undefined || replaced(row)) return []
      const cells = columns.flatMap((column, index) =>
        JSON.stringify(previous[column]) === JSON.stringify(row[column])
          ? []
          : [index, row[column]],
      )
      return cells.length === 0 ? [] : [[row[key], ...cells]]
    }),
  }
}

const snapshot = (seq: number, processes: Row[], apps: Row[]): ProcessFrame => ({
  type: 'snapshot',
  api_version: 1,
  seq,
  processes: {
    columns: PROCESS_COLUMNS,
    rows: processes.map((row) => PROCESS_COLUMNS.map((column) => row[column])),
  },
  apps: { columns: APP_COLUMNS, rows: apps.map((row) => APP_COLUMNS.map((c) => row[c])) },
  capabilities: {} as never,
  ...sample,
})

const delta = (
  seq: number,
  [processesBefore, appsBefore]: [Row[], Row[]],
  [processes, apps]: [Row[], Row[]],
): ProcessFrame => ({
  type: 'delta',
  seq,
  processes: encodeDelta(processesBefore, processes, PROCESS_COLUMNS, 'pid', 'start_id'),
  exits: [],
  apps: encodeDelta(appsBefore, apps, APP_COLUMNS, 'id', 'id'),
  ...sample,
})

const processRow = fc.record({
  pid: fc.integer({ min: 1, max: 12 }),
  start_id: fc.constantFrom('b.1', 'b.2'),
  name: fc.constantFrom('a', 'b', '<img onerror>', '__proto__', ''),
  cpu_percent: fc.option(fc.integer({ min: 0, max: 5 }), { nil: null }),
  unknown: fc.constantFrom({}, { cpu_percent: 'first_sample' }),
})
const appRow = fc.record({
  id: fc.constantFrom('x', 'y', 'z'),
  name: fc.constantFrom('x', 'X'),
  pids: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 3 }),
})
/** As over JSON: every column is there, `undefined` is `null`. */
const complete = (row: Row, columns: readonly string[]): Row =>
  Object.fromEntries(columns.map((column) => [column, row[column] ?? null]))
const tables = fc
  .tuple(
    fc.uniqueArray(processRow, { selector: (row) => row.pid, maxLength: 12 }),
    fc.uniqueArray(appRow, { selector: (row) => row.id, maxLength: 3 }),
  )
  .map(([processes, apps]): [Row[], Row[]] => [
    processes.map((row) => complete(row, PROCESS_COLUMNS)),
    apps.map((row) => complete(row, APP_COLUMNS)),
  ])

function byKey<Key>(rows: Row[], key: string): Map<Key, Row> {
  return new Map(rows.map((row) => [row[key] as Key, row]))
}

describe('applyProcessFrame', () => {
  test('any run of frames ends in the table the service had', () => {
    fc.assert(
      fc.property(fc.array(tables, { minLength: 1, maxLength: 6 }), (history) => {
        let state: ProcessTableState | null = null
        for (const [index, now] of history.entries()) {
          const before = history[index - 1]
          const frame = before === undefined ? snapshot(0, ...now) : delta(index, before, now)
          const applied = applyProcessFrame(
            state,
            JSON.parse(JSON.stringify(frame)) as ProcessFrame,
          )
          if (applied === null) throw new Error('a frame in sequence was refused')
          for (const row of applied.state.rows.values()) {
            const old: ProcessRow | undefined = state?.rows.get(row.pid)
            const same = old !== undefined && JSON.stringify(old) === JSON.stringify(row)
            expect(same && old.start_id === row.start_id ? row === old : true).toBe(true)
          }
          state = applied.state
          expect(state.rows).toEqual(byKey<number>(now[0], 'pid'))
          expect(state.apps).toEqual(byKey<string>(now[1], 'id'))
        }
      }),
    )
  })

  test('a snapshot keeps the references of rows that did not change', () => {
    fc.assert(
      fc.property(tables, ([processes, apps]) => {
        const first = applyProcessFrame(null, snapshot(0, processes, apps))
        const copy = JSON.parse(JSON.stringify(snapshot(7, processes, apps))) as ProcessFrame
        const second = applyProcessFrame(first?.state ?? null, copy)
        for (const [pid, row] of second?.state.rows ?? [])
          expect(row).toBe(first?.state.rows.get(pid))
        for (const [id, row] of second?.state.apps ?? [])
          expect(row).toBe(first?.state.apps.get(id))
        expect(second?.added).toEqual([])
        expect(second?.ended).toEqual([])
      }),
    )
  })

  test('a delta out of sequence is refused, so that a whole picture is asked for', () => {
    const first = applyProcessFrame(null, snapshot(3, [], []))
    expect(applyProcessFrame(null, delta(4, [[], []], [[], []]))).toBeNull()
    expect(applyProcessFrame(first?.state ?? null, delta(5, [[], []], [[], []]))).toBeNull()
    expect(applyProcessFrame(first?.state ?? null, delta(4, [[], []], [[], []]))).not.toBeNull()
  })

  test('a reused pid has ended and is new, in one frame', () => {
    const row = (start: string): Row =>
      complete({ pid: 5, start_id: start, name: start }, PROCESS_COLUMNS)
    const first = applyProcessFrame(null, snapshot(0, [row('old')], []))
    const frame = delta(1, [[row('old')], []], [[row('new')], []])
    const exits = [{ pid: 5, start_id: 'old', exit_code: 1, signal: null }]
    const second = applyProcessFrame(first?.state ?? null, { ...frame, exits } as ProcessFrame)
    expect(second?.exits).toEqual(exits)
    expect(second?.ended.map((one) => one.start_id)).toEqual(['old'])
    expect(second?.added.map((one) => one.start_id)).toEqual(['new'])
    expect(second?.state.rows.get(5)?.name).toBe('new')
  })

  test('unchanged tables keep the whole map', () => {
    const rows = [complete({ pid: 1, start_id: 'a' }, PROCESS_COLUMNS)]
    const app: AppRow[] = []
    const first = applyProcessFrame(null, snapshot(0, rows, app))
    const second = applyProcessFrame(first?.state ?? null, delta(1, [rows, []], [rows, []]))
    expect(second?.state.rows).toBe(first?.state.rows)
  })
})
