import { expect, test } from 'vitest'
import { nvmePage } from './drive-rig.ts'
import { parseNvmeHealth } from './nvme-health.ts'

test('a drive in order tells all that its page holds', () => {
  expect(parseNvmeHealth(nvmePage())).toEqual({
    protocol: 'nvme',
    passed: true,
    complaints: [],
    failingAttributes: [],
    temperatureCelsius: 41,
    usedPercent: 3,
    sparePercent: 100,
    spareThresholdPercent: 10,
    powerOnHours: 9001,
    powerCycles: 812,
    unsafeShutdowns: 21,
    readBytes: 10_240_000_000_000,
    writtenBytes: 5_120_000_000_000,
    mediaErrors: 0,
    reallocatedSectors: null,
    pendingSectors: null,
  })
})

test('each bit of the critical warning has its word, and reserved bits none', () => {
  const complaintsOf = (warning: number) => parseNvmeHealth(nvmePage({ warning }))?.complaints
  expect(complaintsOf(0b0000_0101)).toEqual(['spare_used_up', 'unreliable'])
  expect(complaintsOf(0b0011_1000)).toEqual([
    'read_only',
    'backup_power_failed',
    'persistent_memory_unreliable',
  ])
  expect(complaintsOf(0b1100_0000)).toEqual([])
})

test('too hot is no failure; anything else that it warns of is', () => {
  expect(parseNvmeHealth(nvmePage({ warning: 0b10 }))?.passed).toBe(true)
  expect(parseNvmeHealth(nvmePage({ warning: 0b110 }))?.passed).toBe(false)
})

test('a page that says nothing is no healthy drive', () => {
  expect(parseNvmeHealth(Buffer.alloc(512))).toBe(null)
  expect(parseNvmeHealth(Buffer.alloc(512, 0xff))).toBe(null)
  expect(parseNvmeHealth(nvmePage().subarray(0, 100))).toBe(null)
})

test('an emulated controller that fills in no spare blocks tells none', () => {
  expect(parseNvmeHealth(nvmePage({ spare: 0, threshold: 0 }))?.sparePercent).toBe(null)
  expect(parseNvmeHealth(nvmePage({ spare: 0 }))?.sparePercent).toBe(0)
})

test('figures that no drive can have are unknown, and the others stay', () => {
  const facts = parseNvmeHealth(
    nvmePage({ kelvin: 0, spare: 255, threshold: 200, written: 1n << 100n, used: 255 }),
  )
  expect(facts).toMatchObject({
    temperatureCelsius: null,
    sparePercent: null,
    spareThresholdPercent: null,
    writtenBytes: null,
    usedPercent: 255,
    powerOnHours: 9001,
  })
})
