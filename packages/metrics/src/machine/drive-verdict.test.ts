import type { DriveFacts } from '@taskmanager/platform'
import { expect, test } from 'vitest'
import { driveVerdict } from './drive-verdict.ts'

const facts = (some: Partial<DriveFacts>): DriveFacts => ({
  protocol: 'nvme',
  passed: true,
  complaints: [],
  failingAttributes: [],
  temperatureCelsius: 40,
  usedPercent: 3,
  sparePercent: 100,
  spareThresholdPercent: 10,
  powerOnHours: 900,
  powerCycles: 30,
  unsafeShutdowns: 4,
  readBytes: 1,
  writtenBytes: 1,
  mediaErrors: 0,
  reallocatedSectors: null,
  pendingSectors: null,
  ...some,
})

test.each([
  ['a drive in order', {}, 'good', []],
  ['what it does not tell is no fault', { usedPercent: null, mediaErrors: null }, 'good', []],
  ['worn past its rated life it still works', { usedPercent: 104 }, 'warning', ['worn_out']],
  ['nearly worn out', { usedPercent: 90 }, 'warning', ['nearly_worn_out']],
  ['too hot passes', { complaints: ['temperature'] }, 'warning', ['temperature']],
  [
    'age is told and is no failure',
    { complaints: ['aged_attribute'] },
    'warning',
    ['aged_attribute'],
  ],
  [
    'sectors that cannot be read weigh more than replaced ones',
    { pendingSectors: 8, reallocatedSectors: 2 },
    'warning',
    ['pending_sectors', 'reallocated_sectors'],
  ],
  ['it foretells its failure', { passed: false }, 'failing', ['failure_foretold']],
  [
    'what it complains of says why, the worst first',
    { passed: false, complaints: ['temperature', 'read_only'], mediaErrors: 7 },
    'failing',
    ['read_only', 'temperature', 'media_errors'],
  ],
] as const)('%s', (_, some, verdict, findings) => {
  expect(driveVerdict(facts(some as Partial<DriveFacts>))).toEqual({ verdict, findings })
})
