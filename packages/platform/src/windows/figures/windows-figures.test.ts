import type { AskedField } from '@taskmanager/contracts'
import { expect, test } from 'vitest'
import type { ReadResult } from '../../read-result.ts'
import { Snapshot } from '../processes/snapshot.ts'
import { processListBytes, type ListedProcess } from '../processes/process-list-bytes.ts'
import { architectureName } from './machine-names.ts'
import { WindowsFigures } from './windows-figures.ts'

const BASE = 0x7fff_0000_1000
const START = 134_401_990_776_155_100n

class FakeWindows {
  processes: ListedProcess[] = []
  readonly asked: number[] = []
  elevated: ReadResult<boolean> = { kind: 'ok', value: true }
  efficient: ReadResult<boolean> = { kind: 'ok', value: true }
  machine: ReadResult<string> = { kind: 'ok', value: 'x86' }
  readonly figures = new WindowsFigures({
    clock: { monotonicMs: () => 1000, epochMs: () => 2000 },
    snapshot: new Snapshot({
      list: (buffer) => processListBytes(this.processes, BASE).copy(buffer),
      addressOf: () => BASE,
      cpuCount: () => 4,
    }),
    figures: {
      isElevated: (pid) => {
        this.asked.push(pid)
        return this.elevated
      },
      isEfficient: () => this.efficient,
      architecture: () => this.machine,
    },
  })

  async sample(...fields: AskedField[]) {
    return (await this.figures.sample(new Set(fields))).processes
  }
}

test('handles, session and switches of each thread come from the list, the idle process has none', async () => {
  const windows = new FakeWindows()
  windows.processes = [
    { pid: 0, name: '', start: 0n },
    {
      pid: 8,
      start: START,
      handles: 812,
      sessionId: 1,
      threads: [
        [5, 6, { tid: 81, contextSwitches: 40 }],
        [2, 0, { tid: 82, contextSwitches: 4_000_000_000 }],
      ],
    },
  ]
  expect(await windows.sample('num_handles', 'session_id', 'context_switches_per_second')).toEqual([
    {
      pid: 8,
      startId: `w-${START.toString(16)}`,
      handles: 812,
      session: 1,
      switches: {
        byThread: new Map([
          [81, 40],
          [82, 4_000_000_000],
        ]),
        monotonicMs: 1000,
      },
    },
  ])
  expect(windows.asked).toEqual([])
})

test('what cannot change is asked once of each process, and anew of one that has its pid', async () => {
  const windows = new FakeWindows()
  windows.processes = [{ pid: 8, start: START }]
  const [first] = await windows.sample('elevated', 'architecture')
  expect(first).toMatchObject({ isElevated: true, architecture: { text: 'x86' } })
  windows.elevated = { kind: 'ok', value: false }
  expect((await windows.sample('elevated'))[0]?.isElevated).toBe(true)
  expect(windows.asked).toEqual([8])
  windows.processes = [{ pid: 8, start: START + 1n }]
  expect((await windows.sample('elevated'))[0]?.isElevated).toBe(false)
  expect(windows.asked).toEqual([8, 8])
})

test('denied stays, what failed is asked again, an older Windows says that it does not tell', async () => {
  const windows = new FakeWindows()
  windows.processes = [{ pid: 8, start: START }]
  windows.elevated = { kind: 'denied' }
  windows.machine = { kind: 'failed' }
  expect(await windows.sample('elevated', 'architecture')).toMatchObject([
    { isElevated: 'denied', architecture: 'failed' },
  ])
  windows.elevated = { kind: 'ok', value: true }
  windows.machine = { kind: 'unsupported' }
  expect(await windows.sample('elevated', 'architecture')).toMatchObject([
    { isElevated: 'denied', architecture: 'off' },
  ])
})

test('the kernel and its parts are not asked', async () => {
  const windows = new FakeWindows()
  windows.processes = [
    { pid: 4, name: 'System', start: 0n },
    { pid: 92, parentPid: 4, name: 'Registry' },
  ]
  expect(await windows.sample('elevated')).toMatchObject([
    { isElevated: 'none' },
    { isElevated: 'none' },
  ])
  expect(windows.asked).toEqual([])
})

test('efficiency mode comes and goes, so it is asked each time; parts of the kernel have none', async () => {
  const windows = new FakeWindows()
  windows.processes = [
    { pid: 4, name: 'System', start: 0n },
    { pid: 8, start: START },
  ]
  const isEfficient = async () =>
    (await windows.sample('efficiency_mode')).map((process) => process.isEfficient)
  expect(await isEfficient()).toEqual(['none', true])
  windows.efficient = { kind: 'ok', value: false }
  expect(await isEfficient()).toEqual(['none', false])
  windows.efficient = { kind: 'denied' }
  expect(await isEfficient()).toEqual(['none', 'denied'])
  windows.efficient = { kind: 'unsupported' }
  expect(await isEfficient()).toEqual(['none', 'off'])
})

test('kinds of machines by their codes', () => {
  expect([0x14c, 0x1c4, 0x8664, 0xaa64, 0x200].map(architectureName)).toEqual([
    'x86',
    'arm',
    'x64',
    'arm64',
    null,
  ])
})
