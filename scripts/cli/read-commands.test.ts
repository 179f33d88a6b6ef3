import type { Api } from '@taskmanager/client'
import type { Container, LogLine } from '@taskmanager/contracts'
import { expect, test } from 'vitest'
import { parseCommand, type ReadCommand } from './options.ts'
import { readLines } from './read-commands.ts'

/** What the API answers to these calls; any other is a mistake. */
const apiWith = (answers: Partial<Record<keyof Api, unknown>>): Api =>
  Object.fromEntries(
    Object.entries(answers).map(([name, answer]) => [name, () => Promise.resolve(answer)]),
  ) as unknown as Api

const run = (api: Api, line: string) =>
  readLines(api, parseCommand(line.split(' ')) as ReadCommand, Infinity)

const line = (change: Partial<LogLine>): LogLine => ({
  at_ms: Date.UTC(2026, 0, 2, 3, 4, 5),
  priority: 6,
  text: 'listening',
  identifier: 'nginx',
  pid: 77,
  ...change,
})

test('a log stands as the journal has it: time, who, what, several lines below each other', async () => {
  const api = apiWith({
    getServiceLog: {
      lines: [line({ text: 'old' }), line({}), line({ text: 'a\nb', identifier: null, pid: null })],
      has_older: false,
      missing: null,
    },
  })
  const time = new Date(line({}).at_ms).toLocaleString()
  expect(await run(api, 'log nginx --top 2')).toEqual([
    `${time} nginx[77]: listening`,
    `${time} –: a\n  b`,
  ])
  const [json = ''] = await run(api, 'log nginx --top 2 --json')
  expect(JSON.parse(json)).toMatchObject({
    lines: [{ text: 'listening' }, { text: 'a\nb' }],
    has_older: true,
  })
})

test('without lines it says why, or that there are none', async () => {
  const empty = { lines: [], has_older: false, missing: null }
  expect(await run(apiWith({ getServiceLog: empty }), 'log a')).toEqual([
    'a.service has written nothing.',
  ])
  const refused = apiWith({ getServiceLog: { ...empty, missing: 'Only group adm may.' } })
  expect(await run(refused, 'log a')).toEqual(['Only group adm may.'])
})

const container = (change: Partial<Container>): Container => ({
  id: '3f2a9b7c4d5e',
  name: 'web',
  image: 'nginx:1.27',
  engine: 'docker',
  state: 'running',
  app_id: `container:${change.id ?? '3f2a9b7c4d5e'}`,
  processes: 2,
  pid: 5,
  start_id: 'a',
  started_at_ms: 5,
  memory_bytes: 1024 ** 2,
  memory_limit_bytes: 64 * 1024 ** 2,
  cpu_limit_count: 0.5,
  throttled_percent: null,
  tasks: null,
  tasks_limit: null,
  network: null,
  recv_bytes_per_second: null,
  sent_bytes_per_second: null,
  unknown: {},
  ...change,
})

test('containers: those that run first, with the CPU of their app', async () => {
  const rest = { processes: 0, state: 'stopped', memory_bytes: null } as const
  const api = apiWith({
    getContainers: {
      containers: [container({ id: '000000000000', name: 'a-rest', ...rest }), container({})],
      notes: ['Names of docker are not told.'],
    },
    getApps: { apps: [{ id: 'container:3f2a9b7c4d5e', cpu_percent: 12.34 }] },
  })
  const [note, head, first, second] = await run(api, 'containers')
  expect(note).toBe('Names of docker are not told.')
  expect(head?.split(/ {2,}/)).toContain('CPU %')
  expect(first?.replaceAll(/ {2,}/g, '|')).toBe(
    '3f2a9b7c4d5e|docker|running|2|12.3|0.5|1.00 MiB|64.0 MiB|web|nginx:1.27',
  )
  expect(second).toContain('a-rest')
  expect(await run(api, 'containers a-rest')).toHaveLength(3)
})

test('the load of the machine has two decimals, however it is summed; a card its figures', async () => {
  const unknown = { used_bytes: null, total_bytes: null, available_bytes: null }
  const stats = {
    cpu: { usage_percent: 22.38, logical_count: 16, load_average: [1.5699999999999998, 0.5, 0] },
    memory: { ...unknown, swap_used_bytes: 0, swap_total_bytes: 0 },
    disks: [],
    networks: [],
    gpus: [
      {
        id: 'gpu-0',
        name: 'NVIDIA H200',
        problem: null,
        usage_percent: 100,
        usage_is_at_least: false,
        memory_used_bytes: 15_044_968_448,
        memory_total_bytes: 150_754_820_096,
        temperature_celsius: 59,
        power_watts: 687.5,
        slowed_by: ['power limit'],
      },
      {
        id: 'npu-0',
        name: 'Intel Meteor Lake NPU',
        problem: null,
        usage_percent: 37,
        usage_is_at_least: false,
        memory_used_bytes: null,
        memory_total_bytes: null,
        shared_memory_used_bytes: 268_435_456,
        temperature_celsius: null,
        power_watts: null,
        slowed_by: null,
      },
    ],
  }
  const lines = await run(apiWith({ getStats: stats }), 'stats')
  expect(lines.find((text) => text.startsWith('Load'))).toMatch(/1\.57 {2}0\.50 {2}0\.00$/)
  expect(lines.at(-1)).toMatch(
    /^NPU 0 +Intel Meteor Lake NPU: 37\.0 % busy, shared memory 256 MiB$/,
  )
  expect(lines.at(-2)).toMatch(
    /^GPU 0 +NVIDIA H200: 100\.0 % busy, memory 14\.0 GiB of 140 GiB, 59 °C, 687\.5 W, slowed by power limit$/,
  )
  const windows = { ...stats, cpu: { ...stats.cpu, load_average: null }, gpus: [] }
  const [, load] = await run(apiWith({ getStats: windows }), 'stats')
  expect(load).toMatch(/^Load +–$/)
})
