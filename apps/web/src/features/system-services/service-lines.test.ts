import type { ProcessRow, ServiceUnit } from '@taskmanager/contracts'
import { expect, test } from 'vitest'
import { serviceLines } from './service-lines.ts'

const unit = (name: string, change: Partial<ServiceUnit> = {}): ServiceUnit => ({
  name: `${name}.service`,
  unit: `${name}.service`,
  scope: 'system',
  description: `What ${name} does`,
  state: 'active',
  sub_state: 'running',
  starts: 'enabled',
  critical: false,
  pid: null,
  ...change,
})

const row = (pid: number, name: string, user: string, change: Partial<ProcessRow> = {}) =>
  ({
    pid,
    start_id: `s${pid}`,
    name,
    unit: `${name}.service`,
    user,
    kind: 'service',
    cpu_percent: 1,
    memory: 1024,
    ...change,
  }) as ProcessRow

const linesOf = (services: ServiceUnit[], rows: ProcessRow[], query = '', sort = 'name') =>
  serviceLines({
    services,
    rows: new Map(rows.map((one) => [one.pid, one])),
    user: 'anna',
    query,
    sort: { column: sort, descending: sort !== 'name' },
  })

test('a service is the sum of its processes; a name of machine and session is told apart by its user', () => {
  const services = [unit('bus'), unit('bus', { scope: 'user' }), unit('idle')]
  const rows = [row(1, 'bus', 'root'), row(2, 'bus', 'anna'), row(3, 'bus', 'anna')]
  expect(
    linesOf(services, rows).map(({ key, processes, cpu, memory }) => ({
      key,
      pids: processes.map(({ pid }) => pid),
      cpu,
      memory,
    })),
  ).toEqual([
    { key: 'system bus.service', pids: [1], cpu: 1, memory: 1024 },
    { key: 'user bus.service', pids: [2, 3], cpu: 2, memory: 2048 },
    { key: 'system idle.service', pids: [], cpu: 0, memory: 0 },
  ])
})

test('what is not measured yet is unknown, and what has no process stands behind what uses nothing', () => {
  const services = [unit('a'), unit('b'), unit('c')]
  const rows = [row(1, 'a', 'root', { cpu_percent: 0 }), row(2, 'b', 'root', { cpu_percent: null })]
  const lines = linesOf(services, rows, '', 'cpu')
  expect(lines.map(({ unit: { name } }) => name)).toEqual(['a.service', 'b.service', 'c.service'])
  expect(lines[1]?.cpu).toBeNull()
})

test('words find names, descriptions and states as they are shown', () => {
  const services = [
    unit('nginx', { state: 'failed', sub_state: 'failed' }),
    unit('cron', { starts: 'disabled' }),
  ]
  const names = (query: string) => linesOf(services, [], query).map((line) => line.unit.name)
  expect(names('failed')).toEqual(['nginx.service'])
  expect(names('what CRON')).toEqual(['cron.service'])
  expect(names('by hand')).toEqual(['cron.service'])
  expect(names('nobody')).toEqual([])
})

test('services that share a process (Windows) have it each', () => {
  const own = { unit: 'Dhcp', name: 'Dhcp', pid: 7 }
  const services = [unit('a', own), unit('b', { ...own, name: 'EventLog', unit: 'EventLog' })]
  const rows = [row(7, 'svchost.exe', 'LOCAL SERVICE', { unit: null })]
  expect(linesOf(services, rows).map(({ processes }) => processes.map(({ pid }) => pid))).toEqual([
    [7],
    [7],
  ])
})
