import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { koffiOrNull, type Koffi } from '../ffi.ts'
import { slowdownWords } from './nvml-device.ts'
import { loadNvml } from './nvml-library.ts'
import { NvmlSource } from './nvml.ts'

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
  function source(scenario: string, file = 'new.so') {
    process.env['FAKE_NVML'] = scenario
    const copy = path.join(folder, `${scenario}-${file}`)
    execFileSync('cp', [path.join(folder, file), copy])
    return new NvmlSource(() => loadNvml(koffi as Koffi, copy), clock)
  }

  test('every figure is where nvml.h has it', async () => {
    const nvml = source('ok')
    const [card, ...rest] = await nvml.read()
    expect(rest).toEqual([])
    expect(card).toEqual({
      id: 'gpu-0',
      vendor: 'nvidia',
      driver: 'NVIDIA 550.54.15',
      name: 'NVIDIA Test 9000',
      uuid: 'GPU-1',
      usagePercent: 87,
      memoryControllerPercent: 41,
      memoryTotalBytes: 150754820096,
      memoryUsedBytes: 20000000000,
      temperatureCelsius: 63,
      powerWatts: 312.4,
      powerLimitWatts: 700,
      fanPercent: null,
      clockMhz: 1980,
      memoryClockMhz: 2619,
      encoderPercent: 5,
      decoderPercent: 6,
      slowedBy: ['power limit', 'heat (hardware)'],
      processes: [
        { pid: 4000000, usagePercent: 66, memoryBytes: 3000 },
        { pid: 11, usagePercent: 0, memoryBytes: null },
      ],
      unknown: { fan_percent: 'not_supported' },
    })
    expect(nvml.capability()).toEqual({ available: true, reason: null })
    const [later] = await nvml.read()
    expect(later?.processes[0]).toEqual({ pid: 4000000, usagePercent: 0, memoryBytes: 3000 })
    nvml.close()
  })

  test('an old driver lacks the newer names', async () => {
    const [card] = await source('ok', 'old.so').read()
    expect(card).toMatchObject({ usagePercent: 87, memoryTotalBytes: 8e9, memoryUsedBytes: 2.5e9 })
    expect(card?.unknown).not.toHaveProperty('memory v2')
  })

  test('what a card does not tell is null, each with its reason', async () => {
    const [card] = await source('bare').read()
    expect(card).toMatchObject({
      name: 'NVIDIA Test 9000',
      usagePercent: null,
      memoryTotalBytes: null,
      temperatureCelsius: null,
      clockMhz: null,
      slowedBy: null,
      processes: [],
      unknown: {
        usage_percent: 'not_supported',
        memory_total_bytes: 'not_supported',
        temperature_celsius: 'not_permitted',
        clock_mhz: 'failed',
      },
    })
  })

  test('a lost card is dropped, and found again after the wait', async () => {
    nowMs = 0
    const nvml = source('lost')
    expect(await nvml.read()).toHaveLength(1)
    expect(await nvml.read()).toEqual([])
    expect(nvml.capability().reason).toBe('The driver lost the card; it is looked for again.')
    nowMs = 1999
    expect(await nvml.read()).toEqual([])
    nowMs = 2000
    expect(await nvml.read()).toHaveLength(1)
    expect(nvml.capability().available).toBe(true)
  })

  test('a driver that is not loaded is asked ever more rarely', async () => {
    nowMs = 0
    const nvml = source('no_driver')
    const askedAt: number[] = []
    const told = new Set<string | null>()
    for (; nowMs <= 30_000; nowMs += 1000) {
      process.env['FAKE_NVML'] = nowMs < 20_000 ? 'no_driver' : 'ok'
      if ((await nvml.read()).length > 0) askedAt.push(nowMs)
      else told.add(nvml.capability().reason)
    }
    expect([...told]).toEqual(['The NVIDIA driver is installed but not loaded.'])
    expect(askedAt[0]).toBe(30_000) // asked at 0, 2, 6, 14, 30 s
  })

  test('no library: an empty list for ever, and a sentence', async () => {
    const nvml = new NvmlSource(() => loadNvml(koffi as Koffi, path.join(folder, 'none.so')), clock)
    expect(await nvml.read()).toEqual([])
    expect(nvml.capability().reason).toMatch(/cannot be loaded/)
  })
})

test('bits of slowing down in words; being idle slows nothing', () => {
  expect(slowdownWords(0x1n)).toEqual([])
  expect(slowdownWords(0x8n)).toEqual(['hardware slowdown'])
  expect(slowdownWords(0x20n)).toEqual(['heat'])
  expect(slowdownWords(0x88n)).toEqual(['power supply'])
})
