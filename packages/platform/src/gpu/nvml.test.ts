import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { koffiOrNull, type Koffi } from '../ffi.ts'
import { tree } from '../tree-rig.ts'
import { Gpus, sleepOf } from './gpus.ts'
import { loadNvml } from './nvml-library.ts'
import { slowdownWords } from './nvml-readings.ts'
import { type CardSleep, NvmlSource, type NvmlWorld } from './nvml.ts'

const hasCompiler = spawnSync('cc', ['--version']).status === 0
const koffi = koffiOrNull()
const reason = !hasCompiler
  ? 'no C compiler (cc) here'
  : koffi === null
    ? 'koffi has no binary here'
    : null
if (reason !== null) console.warn(`The NVML binding is not tested: ${reason}.`)

describe.skipIf(reason !== null)(`NVML through a fake library ${reason ?? ''}`, () => {
  let folder = ''
  let nowMs = 0
  const clock = { monotonicMs: () => nowMs, epochMs: () => 0 }

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'nvml-'))
    const code = fileURLToPath(new URL('./__fixtures__/fake-nvml.c', import.meta.url))
    for (const [file, flags] of [
      ['new.so', []],
      ['old.so', ['-DOLD_NAMES']],
    ] as const) {
      execFileSync('cc', ['-shared', '-fPIC', '-o', path.join(folder, file), ...flags, code])
    }
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  /** Each scenario loads a copy of its own, since a library keeps its state as long as it is loaded. */
  function source(scenario: string, file = 'new.so', world: Partial<NvmlWorld> = {}) {
    process.env['FAKE_NVML'] = scenario
    const copy = path.join(mkdtempSync(path.join(folder, 'copy-')), file)
    execFileSync('cp', [path.join(folder, file), copy])
    return new NvmlSource({
      load: () => loadNvml(koffi as Koffi, copy),
      clock,
      ...world,
    })
  }

  test('every figure is where nvml.h has it', async () => {
    nowMs = 0
    const nvml = source('ok')
    const [card] = await nvml.read()
    expect(card).toEqual({
      id: '',
      kind: 'gpu',
      vendor: 'nvidia',
      driver: 'NVIDIA 550.54.15',
      name: 'NVIDIA Test 9000',
      uuid: 'GPU-1',
      busId: '0000:3b:00.0',
      source: 'nvml',
      libraryVersion: 'NVML 12.550.54.15',
      cudaVersion: '12.4',
      problem: null,
      usagePercent: 87,
      usageIsAtLeast: false,
      engines: [],
      hasHiddenUsers: false,
      memoryControllerPercent: 41,
      memoryTotalBytes: 150754820096,
      memoryUsedBytes: 20000000000,
      memoryReservedBytes: 600000000,
      memoryFreeBytes: 130154820096,
      sharedMemoryUsedBytes: null,
      sharedMemoryTotalBytes: null,
      temperatureCelsius: 63,
      hotspotCelsius: null,
      memoryCelsius: null,
      slowdownCelsius: 93,
      shutdownCelsius: 98,
      powerWatts: 312.4,
      powerLimitWatts: 700,
      powerLimitMinWatts: 200,
      powerLimitMaxWatts: 750,
      energyJoules: 5000000001.5,
      fanPercent: 104,
      fanRpm: null,
      clockMhz: 1980,
      clockMaxMhz: 2100,
      memoryClockMhz: 2619,
      memoryClockMaxMhz: 2700,
      videoClockMhz: 1500,
      performanceState: 'P2',
      encoderPercent: 5,
      decoderPercent: 6,
      awakePercent: null,
      slowedBy: ['power limit', 'heat (hardware)'],
      pcieGeneration: 1,
      pcieGenerationMax: 5,
      pcieWidth: 8,
      pcieWidthMax: 16,
      pcieRecvBytesPerSecond: 84 * 1024,
      pcieSentBytesPerSecond: 12 * 1024,
      eccEnabled: true,
      eccCorrected: 5000000000,
      eccUncorrected: 1,
      migEnabled: false,
      processes: [
        {
          pid: 4000000,
          usagePercent: 66,
          memoryBytes: 3000,
          engine: null,
          encoderPercent: 30,
          decoderPercent: 100,
        },
        {
          pid: 11,
          usagePercent: 0,
          memoryBytes: null,
          engine: null,
          encoderPercent: 0,
          decoderPercent: 0,
        },
      ],
      unknown: {
        shared_memory_used_bytes: 'not_supported',
        shared_memory_total_bytes: 'not_supported',
        hotspot_celsius: 'not_supported',
        memory_celsius: 'not_supported',
        fan_rpm: 'not_supported',
        awake_percent: 'not_supported',
      },
    })
    expect(nvml.capability()).toEqual({ available: true, reason: null })
    nowMs = 1500
    const [later] = await nvml.read()
    expect(later?.processes[0]).toMatchObject({ pid: 4000000, usagePercent: 66, memoryBytes: 3000 })
    nowMs = 3000 // the card works, and by no work that the driver samples
    const [unsampled] = await nvml.read()
    expect(unsampled?.processes[0]).toMatchObject({ usagePercent: null, memoryBytes: 3000 })
    nvml.close()
    expect(await nvml.read()).toEqual([])
  })

  test('a second card has its own abilities: no fan, no load (MIG), users that may not be seen', async () => {
    const [, card] = await source('ok').read()
    expect(card).toMatchObject({
      name: 'NVIDIA Passive 1',
      busId: '10000:af:00.0',
      usagePercent: null,
      fanPercent: null,
      eccEnabled: null,
      performanceState: null,
      migEnabled: true,
      slowedBy: [],
      powerWatts: 312.4,
      processes: [],
      unknown: {
        usage_percent: 'not_supported',
        fan_percent: 'not_supported',
        ecc_enabled: 'not_supported',
        performance_state: 'not_reported',
        processes: 'not_permitted',
      },
    })
    expect(card?.unknown).not.toHaveProperty('power_watts')
  })

  test('an old driver lacks the newer names, and its rows of processes are shorter', async () => {
    const [card] = await source('growing', 'old.so').read()
    expect(card?.processes.map(({ pid, memoryBytes }) => [pid, memoryBytes])).toEqual(
      Array.from({ length: 74 }, (_, at) => [100 + at, 1000 + at]),
    )
    expect(card).toMatchObject({
      usagePercent: 87,
      busId: '0000:3b:00.0',
      memoryTotalBytes: 8e9,
      memoryUsedBytes: 2.5e9,
      memoryFreeBytes: 5.5e9,
      memoryReservedBytes: null,
      libraryVersion: null,
      energyJoules: null,
      unknown: { energy_joules: 'not_supported', memory_reserved_bytes: 'not_supported' },
    })
  })

  test('a driver that refuses the newest version of a structure is asked for the one before', async () => {
    const [card] = await source('refused').read()
    expect(card).toMatchObject({ memoryTotalBytes: 8e9, temperatureCelsius: -3 })
    expect(card?.processes).toMatchObject([{ pid: 4000000, memoryBytes: 3000 }, { pid: 11 }])
    expect(card?.unknown).not.toHaveProperty('processes')
  })

  test.each(['growing', 'wide'])(
    'a list of processes that is %s is read whole',
    async (scenario) => {
      const [card] = await source(scenario).read()
      const rows = card?.processes.map(({ pid, memoryBytes }) => [pid, memoryBytes])
      expect(rows).toEqual(
        scenario === 'wide'
          ? [
              [4000000, 3000],
              [11, null],
            ]
          : Array.from({ length: 74 }, (_, at) => [100 + at, 1000 + at]),
      )
    },
  )

  test('what a card does not tell is null, each with its reason', async () => {
    const [card] = await source('bare').read()
    expect(card).toMatchObject({
      name: 'NVIDIA Test 9000',
      usagePercent: null,
      memoryTotalBytes: null,
      temperatureCelsius: null,
      clockMhz: null,
      slowedBy: null,
      migEnabled: null,
      processes: [],
      unknown: {
        usage_percent: 'not_supported',
        memory_total_bytes: 'not_supported',
        temperature_celsius: 'not_permitted',
        clock_mhz: 'failed',
        processes: 'not_supported',
      },
    })
  })

  test('a lost card is shown as lost, the other goes on, and it is found again after the wait', async () => {
    nowMs = 0
    const nvml = source('lost')
    const gpus = new Gpus([nvml])
    expect((await gpus.read()).map(({ usagePercent }) => usagePercent)).toEqual([87, null])
    const [lost, other] = await gpus.read()
    expect(lost).toMatchObject({
      id: 'gpu-0',
      name: 'NVIDIA Test 9000',
      problem: 'The driver lost the card; it is looked for again.',
      usagePercent: null,
      memoryUsedBytes: null,
      processes: [],
      unknown: { usage_percent: 'gone', processes: 'gone' },
    })
    expect(other).toMatchObject({ id: 'gpu-1', problem: null, powerWatts: 312.4 })
    expect(nvml.capability().available).toBe(true)
    nowMs = 1999
    expect((await gpus.read())[0]?.problem).not.toBeNull()
    nowMs = 2000
    expect((await gpus.read())[0]).toMatchObject({ problem: null, usagePercent: 87 })
  })

  test('a driver that is unloaded while we read takes its cards along; they are back when it is', async () => {
    nowMs = 0
    const nvml = source('gone')
    expect(await nvml.read()).toHaveLength(1)
    expect(await nvml.read()).toEqual([])
    expect(nvml.capability().reason).toBe('The NVIDIA driver is installed but not loaded.')
    nowMs = 2000
    expect(await nvml.read()).toHaveLength(1)
    expect(nvml.capability()).toEqual({ available: true, reason: null })
  })

  test('a card that comes is found, and keeps the numbers of the others', async () => {
    nowMs = 0
    let present = '0000:3b:00.0'
    const gpus = new Gpus([source('wide', 'new.so', { present: async () => present })])
    expect((await gpus.read()).map(({ id }) => id)).toEqual(['gpu-0'])
    process.env['FAKE_NVML'] = 'ok'
    present = '0000:3b:00.0 10000:af:00.0'
    nowMs = 10_000
    expect((await gpus.read()).map(({ id, uuid }) => [id, uuid])).toEqual([
      ['gpu-0', 'GPU-1'],
      ['gpu-1', 'GPU-2'],
    ])
  })

  test('a card that may sleep and does nothing is left alone, and not woken while it sleeps', async () => {
    nowMs = 0
    let sleep: CardSleep = 'may'
    const nvml = source('idle', 'new.so', { sleep: async () => sleep })
    const problems = async () => (await nvml.read()).map(({ problem }) => problem)
    expect(await problems()).toEqual([null])
    nowMs = 29_999
    expect(await problems()).toEqual([null])
    nowMs = 30_000
    expect(await problems()).toEqual([null]) // read for the last time
    nowMs = 31_000
    expect(await problems()).toEqual([expect.stringContaining('is left alone for a while')])
    expect(nvml.capability().available).toBe(true)
    sleep = 'asleep'
    for (nowMs = 40_000; nowMs < 100_000; nowMs += 20_000) {
      expect(await problems()).toEqual([expect.stringContaining('The card sleeps')])
    }
    sleep = 'may' // somebody woke it
    process.env['FAKE_NVML'] = 'wide'
    expect((await nvml.read())[0]).toMatchObject({ problem: null, usagePercent: 87 })
    nowMs += 60_000
    expect(await problems()).toEqual([null]) // busy: it is read for as long as it is
  })

  test.each([
    ['no_driver', 'The NVIDIA driver is installed but not loaded.'],
    [
      'mismatch',
      'The NVIDIA driver was updated while the old one still runs. Restart the computer.',
    ],
  ])('%s: it is said, and asked ever more rarely', async (scenario, sentence) => {
    nowMs = 0
    const nvml = source(scenario)
    const askedAt: number[] = []
    const told = new Set<string | null>()
    for (; nowMs <= 30_000; nowMs += 1000) {
      process.env['FAKE_NVML'] = nowMs < 20_000 ? scenario : 'ok'
      if ((await nvml.read()).length > 0) askedAt.push(nowMs)
      else told.add(nvml.capability().reason)
    }
    expect([...told]).toEqual([sentence])
    expect(askedAt[0]).toBe(30_000) // asked at 0, 2, 6, 14, 30 s
  })

  test('no library: an empty list and a sentence, and another look each minute', async () => {
    nowMs = 0
    let looks = 0
    const nvml = new NvmlSource({
      load: () => {
        looks++
        return loadNvml(koffi as Koffi, path.join(folder, 'none.so'))
      },
      clock,
    })
    for (nowMs = 0; nowMs <= 60_000; nowMs += 10_000) expect(await nvml.read()).toEqual([])
    expect(nvml.capability().reason).toMatch(/cannot be loaded/)
    expect(looks).toBe(2)
  })
})

test('bits of slowing down in words; being idle slows nothing', () => {
  expect(slowdownWords(0x1n)).toEqual([])
  expect(slowdownWords(0x8n)).toEqual(['hardware slowdown'])
  expect(slowdownWords(0x20n)).toEqual(['heat'])
  expect(slowdownWords(0x88n)).toEqual(['power supply'])
})

test('whether cards sleep is told by the kernel', async () => {
  const card = (id: string, status: string, control: string) => ({
    [`bus/pci/drivers/nvidia/${id}/power/runtime_status`]: `${status}\n`,
    [`bus/pci/drivers/nvidia/${id}/power/control`]: `${control}\n`,
  })
  using files = tree({
    'bus/pci/drivers/nvidia/module': '',
    ...card('0000:01:00.0', 'active', 'on'),
  })
  expect(await sleepOf(files.root)).toBe('awake')
  expect(await sleepOf('/nowhere')).toBe('awake')
  files.write(card('0000:01:00.0', 'active', 'auto'))
  expect(await sleepOf(files.root)).toBe('may')
  files.write(card('0000:02:00.0', 'suspended', 'auto'))
  expect(await sleepOf(files.root)).toBe('may')
  files.write(card('0000:01:00.0', 'suspended', 'auto'))
  expect(await sleepOf(files.root)).toBe('asleep')
})
