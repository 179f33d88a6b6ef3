import type { ServiceUnit } from '@taskmanager/contracts'
import { expect, test } from 'vitest'
import { serviceCommands } from './service-commands.ts'
import { hasLog, parseLogAddress } from './log-address.ts'
import { serviceLines } from './service-lines.ts'
import { processesFilter, startsWords } from './service-words.ts'

const job: ServiceUnit = {
  name: 'org.example.db',
  unit: 'org.example.db',
  scope: 'system',
  description: '/usr/local/bin/db',
  state: 'active',
  sub_state: 'running',
  starts: 'scheduled',
  critical: false,
  pid: 77,
}

const [line] = serviceLines({
  services: [job],
  rows: new Map(),
  user: 'anna',
  query: '',
  sort: { column: 'name', descending: false },
})

const commandsOf = (canOrder: boolean, canLog: boolean) =>
  serviceCommands({
    line,
    reason: null,
    isBusy: false,
    canOrder,
    canLog,
    order: () => {},
    showProcesses: () => {},
    showLog: () => {},
  }).map(({ id }) => id)

test('where services take no orders and have no log, no command for it is offered', () => {
  expect(commandsOf(true, true)).toEqual(['start', 'stop', 'restart', 'starts', 'processes', 'log'])
  expect(commandsOf(false, false)).toEqual(['processes'])
})

test('a log is that of a unit of systemd', () => {
  expect(hasLog('nginx.service')).toBe(true)
  expect(hasLog(job.name)).toBe(false)
  expect(parseLogAddress('system:nginx.service')).toEqual({
    scope: 'system',
    name: 'nginx.service',
  })
  expect(parseLogAddress(`system:${job.name}`)).toBeNull()
  expect(parseLogAddress('system:.service')).toBeNull()
})

test('its processes are found by its pid where it tells that, else by its name', () => {
  expect(processesFilter(job)).toBe('pid:77')
  expect(processesFilter({ unit: 'nginx.service', pid: null })).toBe('unit:"nginx.service"')
})

test('what the clock starts is scheduled', () => {
  expect(startsWords(job)).toBe('Scheduled')
})
