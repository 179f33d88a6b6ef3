import type { ProcessRow, UserSession } from '@taskmanager/contracts'
import { expect, test } from 'vitest'
import { USER_COLUMNS } from './user-columns.ts'
import { userLines } from './user-lines.ts'

const session = (user: string, terminal: string, change: Partial<UserSession> = {}) => ({
  user,
  terminal,
  from: null,
  since_ms: 1000,
  idle_seconds: 0,
  pid: 1,
  start_id: 's',
  unknown: {},
  ...change,
})

const row = (pid: number, user: string | null, change: Partial<ProcessRow> = {}) =>
  ({
    pid,
    start_id: `s${pid}`,
    user,
    cpu_percent: 2,
    memory: 1000,
    pss_bytes: null,
    ...change,
  }) as ProcessRow

const linesOf = (sessions: UserSession[], rows: ProcessRow[], query = '', column = 'cpu') =>
  userLines({
    sessions,
    rows: new Map(rows.map((one) => [one.pid, one])),
    query,
    sort: { column, descending: column !== 'name' },
  })
const textOf = (id: string, line: ReturnType<typeof linesOf>[number] | undefined) =>
  line === undefined
    ? null
    : USER_COLUMNS.find((column) => column.id === id)?.text(line, {
        cpuFactor: 1,
        nowMs: 3_600_000,
      })

test('a user is the sum of their processes, signed in or not; several sessions stand below', () => {
  const lines = linesOf(
    [
      session('anna', 'tty1', { since_ms: 9000, idle_seconds: 60 }),
      session('anna', 'pts/0', { from: '192.0.2.7' }),
      session('ben', ':0', { idle_seconds: null }),
    ],
    [
      row(1, 'root'),
      row(2, 'anna', { pss_bytes: 400 }),
      row(3, 'anna', { cpu_percent: 5 }),
      row(4, null),
    ],
  )
  expect(lines.map((line) => [line.kind, line.user, textOf('name', line)])).toEqual([
    ['user', 'anna', 'anna'],
    ['session', 'anna', 'tty1'],
    ['session', 'anna', 'pts/0'],
    ['user', 'root', 'root'],
    ['user', 'ben', 'ben'],
  ])
  expect(lines[0]).toMatchObject({ processes: 2, cpu: 7, memory: 1400 })
  expect(textOf('terminal', lines[0])).toBe('2 sessions')
  expect(textOf('from', lines[0])).toBe('this machine, 192.0.2.7')
  expect(textOf('idle', lines[0])).toBe('0\u202fs')
  expect(textOf('idle', lines[1])).toBe('1\u202fmin')
  expect(textOf('idle', lines[4])).toBe('—')
  expect(textOf('terminal', lines[3])).toBe('')
  expect(lines[4]).toMatchObject({ processes: 0, cpu: 0, memory: 0 })
})

test('the first second knows no CPU: it is unknown, not nothing', () => {
  expect(linesOf([], [row(1, 'anna', { cpu_percent: null })])[0]).toMatchObject({ cpu: null })
})

test('the filter looks at names, terminals and addresses', () => {
  const sessions = [session('anna', 'pts/0', { from: 'laptop.example' }), session('ben', 'tty2')]
  const found = (query: string) => linesOf(sessions, [], query, 'name').map(({ user }) => user)
  expect(found('')).toEqual(['anna', 'ben'])
  expect(found('laptop')).toEqual(['anna'])
  expect(found('tty')).toEqual(['ben'])
  expect(found('nobody')).toEqual([])
})
