import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { type Tree, tree } from '../tree-rig.ts'
import { amdgpu, fdinfo, holder, i915, xe } from './__fixtures__/drm-trees.ts'
import { fastestState, parseThrottling } from './drm-amd.ts'
import { DrmSource } from './drm-cards.ts'
import { Gpus } from './gpus.ts'
import { findPciName } from './pci-names.ts'

function sourceOf({ root }: Pick<Tree, 'root'>) {
  const time = { nowMs: 0 }
  mkdirSync(path.join(root, 'proc'), { recursive: true })
  const clock = { monotonicMs: () => time.nowMs, epochMs: () => 0 }
  const source = new DrmSource({
    procRoot: path.join(root, 'proc'),
    sysRoot: path.join(root, 'sys'),
    etcRoot: path.join(root, 'etc'),
    clock,
  })
  return { source, time, [Symbol.dispose]: () => source.close() }
}

const rewrite = (root: string, name: string, text: string) =>
  writeFileSync(path.join(root, name), text)

/** gpu_metrics of format 1, content 3. */
function metrics(throttled: bigint, size = 120): Buffer {
  const bytes = Buffer.alloc(120)
  bytes.writeUInt16LE(size, 0)
  bytes.set([1, 3], 2)
  bytes.writeBigUInt64LE(throttled, 112)
  return bytes
}

test('amdgpu: every file where its documentation has it', async () => {
  using files = tree({ ...amdgpu('card0'), 'sys/class/drm/card0-DP-1/status': 'connected' })
  writeFileSync(
    path.join(files.root, 'sys/class/drm/card0/device/gpu_metrics'),
    metrics((1n << 0n) | (1n << 36n)),
  )
  using at = sourceOf(files)
  const [card, ...rest] = await at.source.read()
  expect(rest).toEqual([])
  expect(card).toMatchObject({
    vendor: 'amd',
    name: 'AMD graphics [73bf]',
    driver: 'amdgpu',
    uuid: '1c2f54a86b8e9d21',
    busId: '0000:0a:00.0',
    source: 'sysfs',
    problem: null,
    usagePercent: 37,
    usageIsAtLeast: false,
    memoryControllerPercent: 12,
    memoryUsedBytes: 1203453952,
    memoryTotalBytes: 17163091968,
    memoryFreeBytes: 15959638016,
    sharedMemoryUsedBytes: 52428800,
    sharedMemoryTotalBytes: 16777216000,
    temperatureCelsius: 52,
    hotspotCelsius: 64,
    memoryCelsius: 58,
    slowdownCelsius: 100,
    shutdownCelsius: 105,
    powerWatts: 41,
    powerLimitWatts: 255,
    powerLimitMinWatts: null,
    powerLimitMaxWatts: 293,
    fanPercent: 20,
    fanRpm: 1210,
    clockMhz: 2105,
    clockMaxMhz: 2660,
    memoryClockMhz: 1000,
    memoryClockMaxMhz: 1000,
    pcieGeneration: 4,
    pcieWidth: 16,
    slowedBy: ['power limit', 'heat'],
    processes: [],
    unknown: { ecc_enabled: 'not_supported', encoder_percent: 'not_supported' },
  })
  expect(card?.unknown).not.toHaveProperty('usage_percent')
  expect(at.source.capability()).toEqual({ available: true, reason: null })
})

test('a card that sleeps is not woken, and one that only draws the screen is none', async () => {
  using files = tree({
    ...amdgpu('card0'),
    'sys/class/drm/card1/device/vendor': '0x1af4',
    'sys/class/drm/card1/device/uevent': 'DRIVER=virtio-pci\n',
  })
  rewrite(files.root, 'sys/class/drm/card0/device/power/runtime_status', 'suspended\n')
  using at = sourceOf(files)
  const cards = await at.source.read()
  expect(cards).toHaveLength(1)
  expect(cards[0]).toMatchObject({
    usagePercent: null,
    problem: 'The card sleeps, as nothing uses it; reading it would wake it.',
    unknown: { usage_percent: 'not_reported' },
  })
})

test('what slows an AMD card is known from one version of its table', () => {
  expect(parseThrottling(metrics(0n))).toEqual([])
  expect(parseThrottling(metrics(1n << 16n))).toEqual(['current limit'])
  expect(parseThrottling(metrics(1n << 47n))).toEqual(['heat (hardware)'])
  expect(parseThrottling(metrics(0xffff_ffff_ffff_ffffn))).toBeNull()
  expect(parseThrottling(metrics(1n, 104))).toBeNull()
  expect(parseThrottling(Buffer.alloc(3))).toBeNull()
  expect(fastestState('')).toBeNull()
  expect(fastestState('S: 19Mhz *\n0: 615Mhz\n')).toBe(615)
})

test('amdgpu: programs by their clients, a shared one once, and the rest stays unattributed', async () => {
  using files = tree({
    ...amdgpu('card0'),
    ...holder(4711, 9, 'renderD128', fdinfo.amdgpu(11, 1000, 0, 1024)),
    ...holder(4712, 5, 'card0', fdinfo.amdgpu(11, 1000, 0, 1024)),
    ...holder(99, 7, 'renderD128', fdinfo.amdgpu(12, 50, 500, 2048)),
    'proc/98/fd/0': '-> /dev/null',
    'proc/self/fd/0': '-> /dev/dri/card0',
  })
  using at = sourceOf(files)
  const [first] = await at.source.read()
  expect(first?.processes).toHaveLength(2)
  expect(first?.processes.every(({ usagePercent }) => usagePercent === null)).toBe(true)
  at.time.nowMs = 1000
  const clients = { 4711: fdinfo.amdgpu(11, 1250, 0, 1024), 99: fdinfo.amdgpu(12, 60, 900, 4096) }
  rewrite(files.root, 'proc/4711/fdinfo/9', clients[4711])
  rewrite(files.root, 'proc/4712/fdinfo/5', clients[4711])
  rewrite(files.root, 'proc/99/fdinfo/7', clients[99])
  const [card] = await at.source.read()
  expect(card).toMatchObject({ usagePercent: 37, decoderPercent: 40, encoderPercent: 0 })
  expect(card?.engines).toEqual([
    { name: '3D', usagePercent: 26 },
    { name: 'decode', usagePercent: 40 },
    { name: 'encode', usagePercent: 0 },
  ])
  expect(card?.processes).toHaveLength(2)
  expect(card?.processes[1]).toMatchObject({
    pid: 4712,
    usagePercent: 25,
    engine: '3D',
    memoryBytes: 1024 ** 2,
  })
  expect(card?.processes[0]).toEqual({
    pid: 99,
    usagePercent: 40,
    engine: 'decode',
    memoryBytes: 4 * 1024 ** 2,
    encoderPercent: 0,
    decoderPercent: 40,
  })
})

test('a counter that steps back stands still until it is passed', async () => {
  using files = tree({
    ...amdgpu('card0'),
    ...holder(4711, 9, 'renderD128', fdinfo.amdgpu(11, 1000, 0, 1)),
  })
  using at = sourceOf(files)
  await at.source.read()
  const shares: (number | null | undefined)[] = []
  for (const gfxMs of [900, 950, 1100]) {
    at.time.nowMs += 1000
    rewrite(files.root, 'proc/4711/fdinfo/9', fdinfo.amdgpu(11, gfxMs, 0, 1))
    shares.push((await at.source.read())[0]?.processes[0]?.usagePercent)
  }
  expect(shares).toEqual([0, 0, 10])
})

test('a client that is closed is gone at once; its number with another file is another client', async () => {
  using files = tree({
    ...amdgpu('card0'),
    ...holder(4711, 9, 'renderD128', fdinfo.amdgpu(11, 1000, 0, 1)),
    ...holder(4712, 9, 'renderD128', fdinfo.amdgpu(12, 1000, 0, 1)),
  })
  using at = sourceOf(files)
  await at.source.read()
  at.time.nowMs = 1000
  rmSync(path.join(files.root, 'proc/4712'), { recursive: true })
  rewrite(files.root, 'proc/4711/fdinfo/9', fdinfo.amdgpu(77, 5_000_000, 0, 1))
  const [card] = await at.source.read()
  const of4711 = card?.processes.filter(({ pid }) => pid === 4711) ?? []
  expect(of4711.every(({ usagePercent }) => usagePercent === null)).toBe(true)
})

test('i915: its load is that of its programs; two video engines share the work', async () => {
  using files = tree({
    ...i915('card1'),
    ...holder(1500, 20, 'renderD128', fdinfo.i915(4, 100, 100)),
    ...holder(1600, 21, 'renderD128', fdinfo.i915(5, 100, 0)),
  })
  using at = sourceOf(files)
  expect((await at.source.read())[0]).toMatchObject({
    usagePercent: null,
    awakePercent: null,
    unknown: { usage_percent: 'first_sample', temperature_celsius: 'not_supported' },
  })
  at.time.nowMs = 2000
  rewrite(files.root, 'proc/1500/fdinfo/20', fdinfo.i915(4, 500, 1700))
  rewrite(files.root, 'proc/1600/fdinfo/21', fdinfo.i915(5, 200, 0))
  rewrite(files.root, 'sys/class/drm/card1/gt/gt0/rc6_residency_ms', '1001400\n')
  const [card] = await at.source.read()
  expect(card).toMatchObject({
    vendor: 'intel',
    driver: 'i915',
    usagePercent: 40,
    usageIsAtLeast: false,
    awakePercent: 30,
    clockMhz: 650,
    clockMaxMhz: 1500,
    memoryTotalBytes: null,
    memoryUsedBytes: null,
    sharedMemoryUsedBytes: 160 * 1024 ** 2,
    slowedBy: [],
    encoderPercent: null,
  })
  expect(card?.engines).toContainEqual({ name: 'video', usagePercent: 40 })
  expect(card?.processes).toEqual([
    {
      pid: 1500,
      usagePercent: 40,
      engine: 'video',
      memoryBytes: 80 * 1024 ** 2,
      encoderPercent: null,
      decoderPercent: null,
    },
    {
      pid: 1600,
      usagePercent: 5,
      engine: '3D',
      memoryBytes: 80 * 1024 ** 2,
      encoderPercent: null,
      decoderPercent: null,
    },
  ])
})

test('i915 that nobody has open is idle', async () => {
  using files = tree({ ...i915('card0'), 'proc/1/fd/0': '-> /dev/null' })
  using at = sourceOf(files)
  expect((await at.source.read())[0]).toMatchObject({ usagePercent: 0, processes: [] })
})

test.skipIf(process.getuid?.() === 0)(
  'where processes may not be looked into, the load of an Intel card is at least what is seen',
  async () => {
    using files = tree({
      ...i915('card0'),
      ...holder(1500, 20, 'renderD128', fdinfo.i915(4, 100, 0)),
      'proc/1/fd/0': '-> /dev/null',
    })
    const closed = path.join(files.root, 'proc/1/fd')
    chmodSync(closed, 0)
    try {
      using at = sourceOf(files)
      await at.source.read()
      at.time.nowMs = 1000
      rewrite(files.root, 'proc/1500/fdinfo/20', fdinfo.i915(4, 200, 0))
      expect((await at.source.read())[0]).toMatchObject({ usagePercent: 10, usageIsAtLeast: true })
    } finally {
      chmodSync(closed, 0o700)
    }
  },
)

test('xe: cycles of the card are the measure, not our clock; its parts are looked at together', async () => {
  using files = tree({
    ...xe('card0'),
    ...holder(2000, 8, 'renderD128', fdinfo.xe(3, 1_000_000, 100_000_000)),
  })
  using at = sourceOf(files)
  await at.source.read()
  at.time.nowMs = 1000
  rewrite(files.root, 'proc/2000/fdinfo/8', fdinfo.xe(3, 6_000_000, 120_000_000))
  const device = 'sys/class/drm/card0/device'
  rewrite(files.root, `${device}/tile0/gt0/gtidle/idle_residency_ms`, '5200\n')
  rewrite(files.root, `${device}/tile0/gt1/gtidle/idle_residency_ms`, '9900\n')
  rewrite(files.root, `${device}/hwmon/hwmon5/energy1_input`, '575500000\n')
  const [card] = await at.source.read()
  expect(card).toMatchObject({
    usagePercent: 25,
    engines: [
      { name: '3D', usagePercent: 25 },
      { name: 'compute', usagePercent: 12.5 },
    ],
    awakePercent: 80,
    clockMhz: 2000,
    clockMaxMhz: 2850,
    memoryTotalBytes: 12834570240,
    memoryUsedBytes: 20 * 1024 ** 2,
    temperatureCelsius: 61,
    memoryCelsius: 66,
    powerWatts: 75.5,
    powerLimitWatts: 190,
    energyJoules: 575.5,
    fanRpm: 1500,
    slowedBy: ['power limit', 'heat'],
    processes: [{ pid: 2000, usagePercent: 25, engine: '3D', memoryBytes: 20 * 1024 ** 2 }],
  })
})

test('several cards: each has its own clients; one that is pulled out takes no number of another', async () => {
  using files = tree({
    ...amdgpu('card0'),
    ...xe('card1'),
    ...i915('card2'),
    ...holder(10, 4, 'renderD128', fdinfo.amdgpu(1, 10, 0, 64)),
    ...holder(11, 4, 'renderD129', fdinfo.xe(1, 10, 100)),
    ...holder(12, 4, 'renderD130', fdinfo.i915(1, 10, 0)),
  })
  using at = sourceOf(files)
  const gpus = new Gpus([at.source])
  const seen = async () =>
    (await gpus.read()).map(({ id, driver, processes }) => [
      id,
      driver,
      processes.map(({ pid }) => pid),
    ])
  expect(await seen()).toEqual([
    ['gpu-0', 'amdgpu', [10]],
    ['gpu-1', 'xe', [11]],
    ['gpu-2', 'i915', [12]],
  ])
  rmSync(path.join(files.root, 'sys/class/drm/card1'), { recursive: true })
  expect((await seen()).map(([id]) => id)).toEqual(['gpu-0', 'gpu-2'])
  files.write(xe('card1'))
  expect((await seen()).map(([id, driver]) => [id, driver])).toContainEqual(['gpu-1', 'xe'])
})

test('drivers of small boards: the clock by devfreq, clients by the name of the driver', async () => {
  using files = tree({
    'sys/class/drm/card0/device/uevent': 'DRIVER=panthor\nOF_FULLNAME=/gpu@fb000000\n',
    'sys/class/drm/card0/device/devfreq/fb000000.gpu/cur_freq': '600000000\n',
    'sys/class/drm/card0/device/devfreq/fb000000.gpu/max_freq': '1000000000\n',
    ...holder(
      7,
      3,
      'renderD128',
      'drm-driver:\tpanthor\ndrm-client-id:\t5\ndrm-engine-panthor:\t100 ns\ndrm-resident-memory:\t10 KiB\n',
    ),
  })
  using at = sourceOf(files)
  expect((await at.source.read())[0]).toMatchObject({
    vendor: 'other',
    name: 'panthor',
    clockMhz: 600,
    clockMaxMhz: 1000,
    processes: [{ pid: 7, memoryBytes: 10240 }],
  })
})

test('no card: an empty list and a sentence', async () => {
  using files = tree({})
  using at = sourceOf(files)
  expect(await at.source.read()).toEqual([])
  expect(at.source.capability().reason).toBe('No AMD or Intel graphics card was found.')
})

test('names of cards from the list of the PCI ID Project', () => {
  const ids =
    '# list\n1001  Kolter\n\t73bf  Wrong maker\n1002  Advanced Micro Devices, Inc.\n\t73a1  Navi 21\n\t73bf  Navi 21 [Radeon RX 6900 XT]\n\t\t1002 0e3a  Board\n8086  Intel\n\te20b  Battlemage G21\n'
  expect(findPciName(ids, '1002', '73bf')).toBe('Navi 21 [Radeon RX 6900 XT]')
  expect(findPciName(ids, '8086', 'e20b')).toBe('Battlemage G21')
  expect(findPciName(ids, '1002', 'e20b')).toBeNull()
  expect(findPciName(ids, 'ffff', '73bf')).toBeNull()
})

test('of many clients those that do something are read each time, the others in turns', async () => {
  const count = 70
  const clients = Array.from({ length: count }, (_, at) =>
    holder(100 + at, 9, 'renderD128', fdinfo.amdgpu(at, 10, 0, 64)),
  )
  using files = tree(Object.assign({}, amdgpu('card0'), ...clients))
  using at = sourceOf(files)
  for (let i = 0; i < 3; i++) {
    await at.source.read()
    at.time.nowMs += 1000
  }
  const seen = new Set<number>()
  const counts: number[] = []
  for (let turn = 1; turn <= 3; turn++) {
    for (let client = 0; client < count; client++) {
      rewrite(files.root, `proc/${100 + client}/fdinfo/9`, fdinfo.amdgpu(client, 10 + turn, 0, 64))
    }
    const [card] = await at.source.read()
    at.time.nowMs += 1000
    const busy = card?.processes.filter(({ usagePercent }) => (usagePercent ?? 0) > 0) ?? []
    counts.push(busy.length)
    for (const { pid } of busy) seen.add(pid)
    // Who was busy before is read again.
    for (const pid of seen) expect(busy.map((user) => user.pid)).toContain(pid)
  }
  expect(counts[0]).toBeLessThan(count / 2)
  expect(counts[2]).toBe(count)
  expect(seen.size).toBe(count)
})
