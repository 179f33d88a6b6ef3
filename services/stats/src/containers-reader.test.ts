import type { ContainerSample, NamespaceTraffic } from '@taskmanager/platform'
import { expect, test } from 'vitest'
import { ContainersReader } from './containers-reader.ts'

const network = (recvBytes: number, change: Partial<NamespaceTraffic> = {}): NamespaceTraffic => ({
  key: '1',
  isMachine: false,
  recvBytes,
  sentBytes: 2 * recvBytes,
  ...change,
})

const container = (id: string, change: Partial<ContainerSample>): ContainerSample => ({
  id,
  engine: 'docker',
  name: null,
  image: null,
  state: 'running',
  processes: 1,
  leader: { pid: 7, startId: 'a', startedAtMs: 5 },
  memoryBytes: null,
  memoryLimitBytes: null,
  cpuLimitCount: 1 / 3,
  periods: null,
  tasks: null,
  tasksLimit: null,
  network: null,
  unknown: { memory_bytes: 'not_reported' },
  ...change,
})

/** Reads the samples one after the other, two seconds apart. */
async function readAll(...samples: ContainerSample[][]) {
  let at = 0
  const reader = new ContainersReader(
    {
      sample: () =>
        Promise.resolve({
          containers: samples[at] ?? [],
          notes: [],
          monotonicMs: at++ * 2000,
          epochMs: 1,
        }),
    },
    () => at * 2000,
  )
  const read = []
  for (const _ of samples) read.push((await reader.read()).containers)
  return read
}

test('rates by the reading before: of the same container, of the same network, and none of a first one', async () => {
  const [first, second] = await readAll(
    [
      container('web', { network: network(1000), periods: { all: 100, throttled: 10 } }),
      container('again', { network: network(9000, { key: '2' }) }),
    ],
    [
      container('web', { network: network(5000), periods: { all: 140, throttled: 20 } }),
      container('again', {
        network: network(9500, { key: '2' }),
        leader: { pid: 8, startId: 'b', startedAtMs: 6 },
      }),
    ],
  )
  expect(first?.[0]).toMatchObject({
    app_id: 'container:web',
    cpu_limit_count: 0.33,
    started_at_ms: 5,
    throttled_percent: null,
    recv_bytes_per_second: null,
    unknown: { memory_bytes: 'not_reported', recv_bytes_per_second: 'first_sample' },
  })
  expect(second?.[0]).toMatchObject({
    recv_bytes_per_second: 2000,
    sent_bytes_per_second: 4000,
    throttled_percent: 25,
    network: 'own',
    unknown: { memory_bytes: 'not_reported' },
  })
  expect(second?.[1]).toMatchObject({
    recv_bytes_per_second: null,
    unknown: { recv_bytes_per_second: 'first_sample' },
  })
})

test('a network that several have is told as shared, that of the machine as not of the container', async () => {
  const pod = network(10)
  const [list] = await readAll([
    container('pause', { network: pod }),
    container('app', { network: pod }),
    container('host', { network: network(10, { key: '3', isMachine: true }) }),
    container('rest', { leader: null, processes: 0, state: 'stopped' }),
  ])
  expect(list?.map((one) => one.network)).toEqual(['shared', 'shared', 'machine', null])
  expect(list?.[2]?.unknown).toMatchObject({ recv_bytes_per_second: 'not_supported' })
  expect(list?.[3]).toMatchObject({ pid: null, start_id: null, started_at_ms: null })
})
