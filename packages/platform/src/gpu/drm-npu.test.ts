import { execFileSync } from 'node:child_process'
import { closeSync, constants, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Tree, tree } from '../tree-rig.ts'
import { amdgpu, amdNpu, fdinfo, holder, i915, intelNpu } from './__fixtures__/drm-trees.ts'
import { DrmSource } from './drm-cards.ts'
import { Gpus } from './gpus.ts'

function sourceOf({ root }: Pick<Tree, 'root'>) {
  const time = { nowMs: 0 }
  mkdirSync(path.join(root, 'proc'), { recursive: true })
  const source = new DrmSource({
    procRoot: path.join(root, 'proc'),
    sysRoot: path.join(root, 'sys'),
    etcRoot: path.join(root, 'etc'),
    clock: { monotonicMs: () => time.nowMs, epochMs: () => 0 },
  })
  return { source, time, [Symbol.dispose]: () => source.close() }
}

const DEVICE = 'sys/class/accel/accel0/device'
const rewrite = ({ root }: Tree, name: string, text: string) =>
  writeFileSync(path.join(root, DEVICE, name), text)
const without = (files: Record<string, string>, ...names: readonly string[]) =>
  Object.fromEntries(
    Object.entries(files).filter(([name]) => !names.includes(path.posix.basename(name))),
  )
const CLOCKS = ['npu_current_frequency_mhz', 'npu_max_frequency_mhz'] as const

describe('Intel', () => {
  test('every file where its driver has it: load from the second reading on', async () => {
    using files = tree({
      ...intelNpu('accel0'),
      ...holder(4711, 9, 'accel0', fdinfo.intelVpu(3)),
      'proc/1/fd/0': '-> /dev/null',
    })
    using at = sourceOf(files)
    const [first] = await at.source.read()
    expect(first).toMatchObject({
      kind: 'npu',
      vendor: 'intel',
      name: 'Intel NPU [7d1d]',
      driver: 'intel_vpu',
      busId: '0000:00:0b.0',
      source: 'sysfs',
      problem: null,
      usagePercent: null,
      unknown: { usage_percent: 'first_sample', temperature_celsius: 'not_supported' },
    })
    at.time.nowMs = 1000
    rewrite(files, 'npu_busy_time_us', '1620000\n')
    const [npu, ...rest] = await at.source.read()
    expect(rest).toEqual([])
    expect(npu).toMatchObject({
      usagePercent: 37,
      usageIsAtLeast: false,
      memoryTotalBytes: null,
      sharedMemoryUsedBytes: 268435456,
      clockMhz: 950,
      clockMaxMhz: 1400,
      pcieGeneration: null,
      engines: [],
      processes: [{ pid: 4711, usagePercent: null, memoryBytes: 128 * 1024 ** 2, engine: null }],
    })
    for (const key of ['usage_percent', 'shared_memory_used_bytes', 'clock_mhz', 'processes'])
      expect(npu?.unknown).not.toHaveProperty(key)
  })

  test('a load is never more than all of it; a counter that falls back is measured anew', async () => {
    using files = tree(intelNpu('accel0'))
    using at = sourceOf(files)
    const loads: (number | null | undefined)[] = []
    const reasons: (string | undefined)[] = []
    for (const busy of [1_000_000, 2_500_000, 10, 100_010]) {
      rewrite(files, 'npu_busy_time_us', `${busy}\n`)
      const [npu] = await at.source.read()
      loads.push(npu?.usagePercent)
      reasons.push(npu?.unknown['usage_percent'])
      at.time.nowMs += 1000
    }
    expect(loads).toEqual([null, 100, null, 10])
    expect(reasons).toEqual(['first_sample', undefined, 'first_sample', undefined])
  })

  test('while it sleeps its driver still counts; its clock is not 0', async () => {
    using files = tree(intelNpu('accel0'))
    using at = sourceOf(files)
    await at.source.read()
    at.time.nowMs = 1000
    rewrite(files, 'power/runtime_status', 'suspended\n')
    rewrite(files, 'npu_current_frequency_mhz', '0\n')
    rewrite(files, 'npu_busy_time_us', '1300000\n')
    expect((await at.source.read())[0]).toMatchObject({
      usagePercent: 5,
      problem: null,
      clockMhz: null,
      clockMaxMhz: 1400,
      unknown: { clock_mhz: 'not_reported' },
    })
  })

  test('older kernels: no clocks before 6.16, no memory before 6.14, no load before 6.10', async () => {
    const old = without(intelNpu('accel0'), ...CLOCKS, 'npu_memory_utilization')
    using files = tree({ ...old, 'proc/1/fd/0': '-> /dev/null' })
    using at = sourceOf(files)
    await at.source.read()
    at.time.nowMs = 1000
    expect((await at.source.read())[0]).toMatchObject({
      usagePercent: 0,
      clockMhz: null,
      sharedMemoryUsedBytes: null,
      unknown: {
        clock_mhz: 'not_supported',
        clock_max_mhz: 'not_supported',
        shared_memory_used_bytes: 'not_supported',
      },
    })
    // Nobody counts: with a user its load is not known, without one it is nothing.
    rmSync(path.join(files.root, DEVICE, 'npu_busy_time_us'))
    files.write(holder(4711, 9, 'accel0', 'pos:\t0\nflags:\t02100002\n'))
    using later = sourceOf(files)
    expect((await later.source.read())[0]).toMatchObject({
      usagePercent: null,
      unknown: { usage_percent: 'not_supported', processes: 'not_supported' },
    })
  })

  test('garbage is no figure, and says that it failed', async () => {
    using files = tree(intelNpu('accel0'))
    for (const name of ['npu_busy_time_us', 'npu_memory_utilization', ...CLOCKS])
      rewrite(files, name, name === 'npu_busy_time_us' ? '-5\n' : 'x\u0000y\n')
    using at = sourceOf(files)
    await at.source.read()
    at.time.nowMs = 1000
    const [npu] = await at.source.read()
    expect(npu).toMatchObject({
      usagePercent: null,
      sharedMemoryUsedBytes: null,
      clockMhz: null,
      clockMaxMhz: null,
      unknown: {
        usage_percent: 'failed',
        shared_memory_used_bytes: 'failed',
        clock_mhz: 'failed',
        clock_max_mhz: 'failed',
      },
    })
  })

  test('a driver that holds a file back holds up no other card, and is not asked a second time', async () => {
    using files = tree({ ...amdgpu('card0'), ...intelNpu('accel0') })
    const held = path.join(files.root, DEVICE, 'npu_busy_time_us')
    rmSync(held)
    execFileSync('mkfifo', [held])
    using at = sourceOf(files)
    for (const nowMs of [0, 1000]) {
      at.time.nowMs = nowMs
      const [card, npu] = await at.source.read()
      expect(card?.usagePercent).toBe(37)
      expect(npu).toMatchObject({ usagePercent: null, unknown: { usage_percent: 'failed' } })
    }
    // It answers: one reading was waiting for it, and its count is not taken for one of now.
    const file = openSync(held, constants.O_WRONLY | constants.O_NONBLOCK)
    writeFileSync(file, '1000000\n')
    closeSync(file)
    rmSync(held)
    const reasons = async () => {
      rewrite(files, 'npu_busy_time_us', '1250000\n')
      at.time.nowMs += 1000
      return (await at.source.read()).at(-1)?.unknown['usage_percent']
    }
    await expect.poll(reasons).not.toBe('failed')
    rewrite(files, 'npu_busy_time_us', '1350000\n')
    at.time.nowMs += 1000
    expect((await at.source.read()).at(-1)?.usagePercent).toBe(10)
  })
})

describe('AMD', () => {
  test.each(['npu-amdxdna', 'amdxdna_accel_driver'])(
    'its load is that of its programs (%s)',
    async (engine) => {
      using files = tree({
        ...amdNpu('accel0'),
        ...holder(1500, 20, 'accel0', fdinfo.amdxdna(4, engine, 100)),
        ...holder(1600, 21, 'accel0', fdinfo.amdxdna(5, engine, 100)),
      })
      using at = sourceOf(files)
      expect((await at.source.read())[0]).toMatchObject({
        kind: 'npu',
        vendor: 'amd',
        name: 'AMD NPU Strix',
        driver: 'amdxdna',
        usagePercent: null,
        unknown: { usage_percent: 'first_sample' },
      })
      at.time.nowMs = 2000
      files.write({
        'proc/1500/fdinfo/20': fdinfo.amdxdna(4, engine, 900),
        'proc/1600/fdinfo/21': fdinfo.amdxdna(5, engine, 300),
      })
      expect((await at.source.read())[0]).toMatchObject({
        usagePercent: 50,
        sharedMemoryUsedBytes: 128 * 1024 ** 2,
        engines: [{ name: 'NPU', usagePercent: 50 }],
        processes: [
          { pid: 1500, usagePercent: 40, engine: 'NPU', memoryBytes: 64 * 1024 ** 2 },
          { pid: 1600, usagePercent: 10, engine: 'NPU', memoryBytes: 64 * 1024 ** 2 },
        ],
      })
    },
  )

  test('a kernel that counts nothing: who uses it and their memory, and no load', async () => {
    using files = tree({
      ...amdNpu('accel0'),
      ...holder(1500, 20, 'accel0', fdinfo.amdxdna(4, null, 0)),
    })
    using at = sourceOf(files)
    await at.source.read()
    at.time.nowMs = 1000
    const [npu] = await at.source.read()
    expect(npu).toMatchObject({
      usagePercent: null,
      sharedMemoryUsedBytes: 64 * 1024 ** 2,
      processes: [{ pid: 1500, usagePercent: null }],
      unknown: { usage_percent: 'not_supported' },
    })
    expect(npu?.unknown).not.toHaveProperty('processes')
  })

  test('nobody has it open: it does nothing, also while it sleeps', async () => {
    using files = tree({ ...amdNpu('accel0'), 'proc/1/fd/0': '-> /dev/null' })
    rewrite(files, 'power/runtime_status', 'suspended\n')
    using at = sourceOf(files)
    expect((await at.source.read())[0]).toMatchObject({
      usagePercent: 0,
      sharedMemoryUsedBytes: 0,
      problem: null,
      processes: [],
    })
  })
})

test('graphics cards and neural processors are numbered apart, each with its own programs', async () => {
  using files = tree({
    ...intelNpu('accel0'),
    ...i915('card0'),
    ...holder(10, 4, 'renderD128', fdinfo.i915(1, 10, 0)),
    // A driver that does not tell of its clients says nothing about the card of another.
    ...holder(11, 4, 'accel0', 'pos:\t0\n'),
  })
  using at = sourceOf(files)
  const seen = (await new Gpus([at.source]).read()).map(({ id, kind, processes, unknown }) => [
    id,
    kind,
    processes.map(({ pid }) => pid),
    unknown['processes'],
  ])
  expect(seen).toEqual([
    ['gpu-0', 'gpu', [10], undefined],
    ['npu-0', 'npu', [], 'not_supported'],
  ])
  expect(at.source.capability().available).toBe(true)
})

test('a neural processor alone is no graphics card, and another device of its class is neither', async () => {
  using files = tree({
    ...intelNpu('accel0'),
    'sys/class/accel/accel1/device/vendor': '0x1da3\n',
    'sys/class/accel/accel1/device/uevent': 'DRIVER=habanalabs\nPCI_SLOT_NAME=0000:21:00.0\n',
  })
  using at = sourceOf(files)
  expect((await new Gpus([at.source]).read()).map(({ id }) => id)).toEqual(['npu-0'])
  expect(at.source.capability().available).toBe(false)
})
