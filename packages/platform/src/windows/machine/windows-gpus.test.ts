import { expect, test } from 'vitest'
import { type GpuSample, type GpuSource, noFigures, reasonsFor } from '../../gpu/gpu.ts'
import { fakeRegistry, registryEntry } from './fake-windows.ts'
import { CounterGpus } from './counter-gpus.ts'
import type { CounterQuery } from './counter-query.ts'
import { type AdapterFacts, readAdapters } from './gpu-adapters.ts'
import { adapterLoads } from './gpu-counters.ts'
import { joinCards, JoinedGpus } from './windows-gpus.ts'

const LUID = '0x00000000_0x0000c2f2'
const engine = (pid: number, index: number, type: string, luid = LUID) =>
  `pid_${pid}_luid_${luid}_phys_0_eng_${index}_engtype_${type}`

const COUNTERS = {
  engines: new Map([
    [engine(10, 0, '3D'), 30],
    [engine(11, 0, '3D'), 25],
    [engine(11, 1, 'VideoDecode'), 40],
    [engine(12, 2, 'Copy'), 0],
    ['_Total', 95],
  ]),
  processMemory: new Map([[`pid_10_luid_${LUID}_phys_0`, 1000]]),
  adapterMemory: new Map([[`luid_${LUID}_phys_0`, 5000]]),
  adapterSharedMemory: new Map([[`luid_${LUID}_phys_0`, 700]]),
}

test('an adapter is as busy as its busiest engine, an engine as its processes together', () => {
  const [adapter, ...others] = adapterLoads(COUNTERS)
  expect(others).toEqual([])
  expect(adapter).toMatchObject({
    luid: LUID,
    usagePercent: 55,
    memoryUsedBytes: 5000,
    sharedMemoryUsedBytes: 700,
  })
  expect(adapter?.engines).toEqual(
    new Map([
      ['3D', 55],
      ['decode', 40],
      ['copy', 0],
    ]),
  )
  expect(adapter?.processes.get(11)).toMatchObject({ usagePercent: 40, engine: 'decode' })
  expect(adapter?.processes.get(12)).toMatchObject({ usagePercent: 0, engine: null })
  expect(adapter?.processes.get(10)).toMatchObject({ memoryBytes: 1000 })
})

const facts = (over: Partial<AdapterFacts> = {}): AdapterFacts => ({
  luid: LUID,
  name: 'A Card',
  vendor: 'nvidia',
  driver: '31.0.15.5176',
  memoryTotalBytes: 8e9,
  sharedMemoryTotalBytes: 4e9,
  isSoftware: false,
  ...over,
})

function counterGpus(
  values: (ReadonlyMap<string, number> | null)[],
  adapters: ReadonlyMap<string, AdapterFacts> = new Map([[LUID, facts()]]),
) {
  return new CounterGpus({
    open: () => ({
      collect: async () => ({ kind: 'ok', value: values as (Map<string, number> | null)[] }),
      close() {},
    }),
    adapters: () => adapters,
  })
}

test('a card by the counters, with its name and its programs', async () => {
  const gpus = counterGpus(Object.values(COUNTERS))
  const [card] = await gpus.read()
  expect(card).toMatchObject({
    name: 'A Card',
    source: 'pdh',
    usagePercent: 55,
    memoryTotalBytes: 8e9,
    decoderPercent: 40,
    encoderPercent: null,
  })
  expect(card?.unknown).toMatchObject({ temperature_celsius: 'not_supported' })
  expect(card?.unknown).not.toHaveProperty('usage_percent')
  expect(card?.processes).toHaveLength(3)
  expect(gpus.capability()).toEqual({ available: true, reason: null })
})

test('before the second collection there is no load; memory is there', async () => {
  const gpus = counterGpus([new Map(), new Map(), COUNTERS.adapterMemory, new Map()])
  const [card] = await gpus.read()
  expect(card).toMatchObject({ usagePercent: null, memoryUsedBytes: 5000 })
  expect(card?.unknown).toMatchObject({ usage_percent: 'first_sample', processes: 'first_sample' })
})

test('an adapter that computes and draws nothing is a neural processor, also when nobody uses it any more', async () => {
  const npu = '0x00000000_0x0000d111'
  const shared = new Map([[`luid_${npu}_phys_0`, 3e8]])
  const engines = new Map([
    [engine(10, 0, 'Neural', npu), 40],
    [engine(11, 1, 'Compute', npu), 5],
  ])
  const collected = [engines, new Map<string, number>(), new Map<string, number>(), shared]
  const own = facts({ luid: npu, name: 'An NPU', vendor: 'intel', memoryTotalBytes: null })
  const gpus = counterGpus(collected, new Map([[npu, own]]))
  expect(await gpus.read()).toMatchObject([
    { kind: 'npu', name: 'An NPU', usagePercent: 40, sharedMemoryUsedBytes: 3e8 },
  ])
  collected[0] = new Map()
  expect(await gpus.read()).toMatchObject([{ kind: 'npu', usagePercent: null }])
})

test.each([
  ['has a 3D engine', ['3D', 'Compute'], null],
  ['has memory of its own, as a card for servers', ['Compute', 'Compute'], 8e9],
  ['has shown no engine yet', [], null],
] as const)('an adapter that %s is a graphics card', async (_, types, memoryTotalBytes) => {
  const engines = new Map(types.map((type, index) => [engine(10, index, type), 1]))
  const gpus = counterGpus(
    [engines, new Map(), COUNTERS.adapterMemory, new Map()],
    new Map([[LUID, facts({ memoryTotalBytes })]]),
  )
  expect(await gpus.read()).toMatchObject([{ kind: 'gpu' }])
})

test('what draws by the CPU is no card', async () => {
  const software = new Map([[LUID, facts({ isSoftware: true })]])
  expect(await counterGpus(Object.values(COUNTERS), software).read()).toEqual([])
})

test('a Windows without these counters says so', async () => {
  const gpus = counterGpus([null, null, null, null])
  expect(await gpus.read()).toEqual([])
  expect(gpus.capability()).toMatchObject({ available: false })
  const none = new CounterGpus({ open: () => null, adapters: () => new Map() })
  expect(await none.read()).toEqual([])
})

test('counters that cannot be read are no machine without cards, and are asked again', async () => {
  const answers: Awaited<ReturnType<CounterQuery['collect']>>[] = [
    { kind: 'failed' },
    { kind: 'ok', value: Object.values(COUNTERS) },
  ]
  const gpus = new CounterGpus({
    open: () => ({ collect: async () => answers.shift() ?? { kind: 'gone' }, close() {} }),
    adapters: () => new Map(),
  })
  await expect(gpus.read()).rejects.toThrow('cannot be read (failed)')
  expect(gpus.capability()).toMatchObject({
    available: false,
    reason: expect.stringContaining('asked again'),
  })
  expect(await gpus.read()).toHaveLength(1)
  expect(gpus.capability().available).toBe(true)
})

test('cards of the library stand without the counters; without both it is a failure', async () => {
  const unread: GpuSource = {
    read: () => Promise.reject(new Error('unread')),
    capability: () => ({ available: false, reason: 'Unread.' }),
    close: () => {},
  }
  const library = (cards: GpuSample[]): GpuSource => ({ ...unread, read: async () => cards })
  expect(await new JoinedGpus(library([sample({})]), unread).read()).toHaveLength(1)
  await expect(new JoinedGpus(library([]), unread).read()).rejects.toThrow('unread')
})

test('adapters as Direct3D wrote them down', () => {
  const key = String.raw`machine\SOFTWARE\Microsoft\DirectX`
  const registry = fakeRegistry({
    [`${key}\\{1}`]: {
      a: registryEntry.long('AdapterLuid', 0xc2f2n),
      b: registryEntry.text('Description', 'A Card'),
      c: registryEntry.long('VendorId', 0x10den),
      d: registryEntry.long('DedicatedVideoMemory', 8_000_000_000n),
      e: registryEntry.long('DriverVersion', (31n << 48n) | (15n << 16n) | 5176n),
    },
    [`${key}\\{2}`]: {
      a: registryEntry.long('AdapterLuid', 0x1_0000_0001n),
      c: registryEntry.long('VendorId', 0x1414n),
    },
    [`${key}\\Other`]: { a: registryEntry.text('Version', '4') },
  })
  expect([...readAdapters(registry).values()]).toEqual([
    facts({ driver: '31.0.15.5176', sharedMemoryTotalBytes: null }),
    {
      luid: '0x00000001_0x00000001',
      name: null,
      vendor: 'other',
      driver: null,
      memoryTotalBytes: null,
      sharedMemoryTotalBytes: null,
      isSoftware: true,
    },
  ])
})

const sample = (over: Partial<GpuSample>): GpuSample => {
  const figures = noFigures()
  return {
    ...figures,
    id: '',
    kind: 'gpu',
    name: null,
    vendor: 'nvidia',
    driver: null,
    uuid: null,
    busId: null,
    source: 'nvml',
    libraryVersion: null,
    cudaVersion: null,
    problem: null,
    usageIsAtLeast: false,
    engines: [],
    processes: [],
    hasHiddenUsers: false,
    unknown: { ...reasonsFor(figures, 'not_supported'), processes: 'not_supported' },
    ...over,
  }
}
const use = { usagePercent: 5, memoryBytes: 1, engine: '3D', encoderPercent: 0, decoderPercent: 0 }
const program = { pid: 4, ...use }

test('the same card told of twice is one: sensors from its library, programs from the counters', () => {
  const told = sample({ temperatureCelsius: 60, usagePercent: 9 })
  const counted = sample({ source: 'pdh', usagePercent: 12, processes: [program], unknown: {} })
  const intel = sample({ vendor: 'intel', source: 'pdh', sharedMemoryUsedBytes: 3 })
  const [card, other] = joinCards([told], [intel, { ...counted, sharedMemoryUsedBytes: 7 }])
  expect(card).toMatchObject({
    source: 'nvml',
    temperatureCelsius: 60,
    usagePercent: 9,
    sharedMemoryUsedBytes: 7,
    processes: [program],
  })
  expect(card?.unknown).not.toHaveProperty('processes')
  expect(card?.unknown).not.toHaveProperty('shared_memory_used_bytes')
  expect(card?.unknown).toHaveProperty('fan_rpm')
  expect(other?.vendor).toBe('intel')
})

test('cards that cannot be paired are not told of twice; without the library the counters stand alone', async () => {
  const [one, two] = [sample({ uuid: '1' }), sample({ uuid: '2' })]
  const counted = sample({ source: 'pdh' })
  expect(joinCards([one, two], [counted])).toEqual([one, two])
  expect(joinCards([], [counted])).toEqual([counted])
  const source = (cards: GpuSample[]): GpuSource => ({
    read: async () => cards,
    capability: () => ({ available: cards.length > 0, reason: cards.length > 0 ? null : 'None.' }),
    close: () => {},
  })
  const joined = new JoinedGpus(source([]), source([counted]))
  expect(await joined.read()).toHaveLength(1)
  expect(joined.capability().available).toBe(true)
})
