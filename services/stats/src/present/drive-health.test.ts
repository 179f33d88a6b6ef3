import type { DriveState } from '@taskmanager/contracts'
import type { MachineReading } from '@taskmanager/metrics'
import type { DriveFacts, DriveHealth } from '@taskmanager/platform'
import { expect, test } from 'vitest'
import { presentDriveHealth, presentVerdict } from './drive-health.ts'

type Disk = MachineReading['disks'][number]

const FACTS: DriveFacts = {
  protocol: 'ata',
  passed: true,
  complaints: [],
  failingAttributes: [],
  temperatureCelsius: 38,
  usedPercent: null,
  sparePercent: null,
  spareThresholdPercent: null,
  powerOnHours: 100,
  powerCycles: 1,
  unsafeShutdowns: null,
  readBytes: null,
  writtenBytes: null,
  mediaErrors: 0,
  reallocatedSectors: 0,
  pendingSectors: 0,
}

const disk = (health: DriveHealth | null, kind: Disk['kind'] = 'hdd') =>
  ({ id: 'sda', kind, firmware: '1.0', health }) as Disk
const told = (facts: Partial<DriveFacts>, state: DriveState = 'told') =>
  disk({ state, facts: { ...FACTS, ...facts }, factsAtMs: 1000.4 })
const silent = (state: DriveState, kind?: Disk['kind']) =>
  presentDriveHealth(disk({ state, facts: null, factsAtMs: null }, kind))

test('a drive that told has its figures, a verdict, and why others are missing', () => {
  expect(presentDriveHealth(told({}))).toMatchObject({
    id: 'sda',
    state: 'told',
    reason: null,
    verdict: 'good',
    findings: [],
    firmware: '1.0',
    power_on_hours: 100,
    told_at_ms: 1000,
    unknown: { used_percent: 'not_reported', spare_percent: 'not_reported' },
  })
})

test('findings are said in words, with their numbers', () => {
  const findings = (facts: Partial<DriveFacts>) => presentVerdict(told(facts))?.findings
  expect(findings({ pendingSectors: 1, reallocatedSectors: 8, mediaErrors: 2 })).toEqual([
    'one sector could not be read',
    'it could not give data back unharmed 2 times',
    'it has replaced 8 bad sectors',
  ])
  const failing = {
    complaints: ['failing_attribute' as const],
    failingAttributes: ['wear', 'wear'],
  }
  expect(findings(failing)).toEqual(['it has passed a limit set by its maker: wear'])
  expect(findings({ usedPercent: 93 })).toEqual(['93\u202f% of the life of its flash is used'])
})

test('an old verdict stays, with the reason that there is no newer one', () => {
  expect(presentDriveHealth(told({ passed: false }, 'asleep'))).toMatchObject({
    state: 'asleep',
    verdict: 'failing',
    findings: ['it foretells its own failure'],
    reason: expect.stringContaining('not woken'),
  })
})

test('a drive that never told says why, in a sentence for its sort', () => {
  expect(silent('not_reported', 'virtual')?.reason).toContain('virtual disk')
  expect(silent('not_reported', 'removable')?.reason).toContain('adapters for USB')
  expect(silent('not_permitted')).toMatchObject({
    verdict: null,
    reason: expect.stringMatching(/--elevated-stats|as containers do/),
    unknown: { power_on_hours: 'not_permitted' },
  })
  for (const state of ['asleep', 'off', 'not_supported', 'no_answer', 'failed'] as const) {
    expect(silent(state)?.reason).toMatch(/\.$/)
  }
})

test('a drive that was not asked yet is told of by nobody', () => {
  expect(presentDriveHealth(disk(null))).toBeNull()
  expect(presentVerdict(disk(null))).toBeNull()
})
