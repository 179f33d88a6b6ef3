import type { ProcessRow, StartupItem } from '@taskmanager/contracts'
import { expect, test } from 'vitest'
import { fakeItem } from './fake-item.ts'
import { startupLines } from './startup-lines.ts'

const row = (pid: number, change: Partial<ProcessRow>) =>
  ({ pid, name: 'x', user: 'anna', unit: null, cmdline: null, ...change }) as ProcessRow

const linesOf = (
  items: StartupItem[],
  rows: ProcessRow[],
  query = '',
  user: string | null = 'anna',
) =>
  startupLines({
    items,
    rows: new Map(rows.map((one) => [one.pid, one])),
    user,
    query,
    sort: { column: 'name', descending: false },
  })

const pidsOf = (rows: ProcessRow[], user?: string | null) =>
  linesOf([fakeItem('clock'), fakeItem('mail')], rows, '', user).map(({ processes }) =>
    processes.map(({ pid }) => pid),
  )

test.each([
  'app-org.example.clock@autostart.service',
  'app-gnome-org.example.clock-2100.scope',
  'app-org.example.clock-2100.scope',
  'app-org.example.clock@0f3a.service',
])('%s is of that application', (unit) => {
  expect(pidsOf([row(1, { unit }), row(2, { unit, user: 'root' })])).toEqual([[1], []])
  expect(pidsOf([row(1, { unit })], null)).toEqual([[], []])
})

test.each(['org.example.clock.service', 'app-org.example.clocks-1.scope', 'session-2.scope'])(
  '%s is of none of them',
  (unit) => {
    expect(pidsOf([row(1, { unit })])).toEqual([[], []])
  },
)

test('the same command line of the same user, wherever the program lies, and no other', () => {
  const rows = [
    row(1, { cmdline: 'mail --quiet' }),
    row(2, { cmdline: '/opt/bin/mail --quiet' }),
    row(3, { cmdline: '/usr/bin/mail' }),
    row(4, { cmdline: '/usr/bin/mail --quiet', user: 'root' }),
    row(5, { cmdline: '/usr/bin/mail --quiet', kind: 'container' }),
  ]
  expect(pidsOf(rows)).toEqual([[], [1, 2]])
})

test('what an entry has cost since the start is the CPU time of those of its processes that run', () => {
  const unit = 'app-org.example.clock@autostart.service'
  const rows = [
    row(1, { unit, cpu_time_ms: 1500 }),
    row(2, { unit, cpu_time_ms: 250 }),
    row(3, { unit, cpu_time_ms: null }),
    row(4, { cmdline: 'mail --quiet', cpu_time_ms: null }),
  ]
  const costs = linesOf([fakeItem('clock'), fakeItem('mail'), fakeItem('absent')], rows).map(
    (line) => [line.item.name, line.cpuTimeMs],
  )
  expect(costs).toEqual([
    ['absent', null],
    ['clock', 1750],
    ['mail', null],
  ])
})

test('words find names, states, commands and files', () => {
  const items = [
    fakeItem('clock', { state: 'cannot_start', reason: 'for KDE only' }),
    fakeItem('mail', { state: 'disabled' }),
  ]
  const names = (query: string) => linesOf(items, [], query).map((line) => line.item.name)
  expect(names('kde')).toEqual(['clock'])
  expect(names('DISABLED every')).toEqual(['mail'])
  expect(names('/etc/xdg mail')).toEqual(['mail'])
  expect(names('nobody')).toEqual([])
})
