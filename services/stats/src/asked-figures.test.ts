import { ASKED_FIELDS, type AskedField } from '@taskmanager/contracts'
import type { AskedFields, AskedProcess, FiguresProvider } from '@taskmanager/platform'
import { expect, test } from 'vitest'
import { AskedFiguresReader } from './asked-figures.ts'

/** One process that waits half of the time and opens a file a second; `denied` of another user. */
function rig() {
  const asked: AskedFields[] = []
  const clock = { nowMs: 0 }
  const provider: FiguresProvider = {
    fields: ASKED_FIELDS,
    async sample(fields) {
      asked.push(fields)
      const { nowMs } = clock
      const own: AskedProcess = { pid: 10, startId: 'b-1' }
      const other: AskedProcess = { pid: 20, startId: 'b-2' }
      if (fields.has('num_fds')) {
        own.descriptors = 3 + nowMs / 1000
        other.descriptors = 'denied'
      }
      if (fields.has('run_delay_percent')) {
        own.runDelay = { byThread: new Map([[10, nowMs * 0.5e6]]), monotonicMs: nowMs }
        other.runDelay = 'none'
      }
      return { processes: [own, other], complete: true, epochMs: nowMs }
    },
  }
  const reader = new AskedFiguresReader(provider, () => clock.nowMs)
  const read = (...fields: AskedField[]) => reader.read(new Set(fields))
  return { read, asked, clock }
}

test('a share needs two readings; what may not be read or is not counted says why', async () => {
  const { read, clock } = rig()
  const first = await read('num_fds', 'run_delay_percent')
  expect(first.processes).toEqual([
    {
      pid: 10,
      start_id: 'b-1',
      num_fds: 3,
      run_delay_percent: null,
      unknown: { run_delay_percent: 'first_sample' },
    },
    {
      pid: 20,
      start_id: 'b-2',
      num_fds: null,
      run_delay_percent: null,
      unknown: { num_fds: 'not_permitted', run_delay_percent: 'not_reported' },
    },
  ])
  clock.nowMs = 4000
  const { processes } = await read('run_delay_percent')
  expect(processes[0]).toEqual({ pid: 10, start_id: 'b-1', run_delay_percent: 50, unknown: {} })
})

test('those who ask within two seconds share a reading, also when they ask for different figures', async () => {
  const { read, asked, clock } = rig()
  await Promise.all([read('num_fds'), read('num_fds')])
  clock.nowMs = 1000
  await read('run_delay_percent')
  await Promise.all([read('num_fds'), read('num_fds', 'run_delay_percent')])
  expect(asked).toEqual([new Set(['num_fds']), new Set(['num_fds', 'run_delay_percent'])])
  clock.nowMs = 3000
  await read('num_fds')
  expect(asked.at(-1)).toEqual(new Set(['num_fds']))
})

test('after half a minute in which nobody looked, a share begins anew', async () => {
  const { read, clock } = rig()
  await read('run_delay_percent')
  clock.nowMs = 30_000
  const { processes } = await read('run_delay_percent')
  expect(processes[0]?.unknown).toEqual({ run_delay_percent: 'first_sample' })
})

test('what is switched off, not allowed, or nothing that a process has, is told apart', async () => {
  const reader = new AskedFiguresReader({
    fields: ASKED_FIELDS,
    sample: async () => ({
      processes: [
        {
          pid: 10,
          startId: 'b-1',
          ioDelay: 'off',
          swapDelay: 'denied',
          swapBytes: 'none',
          session: 7,
          terminal: null,
          isElevated: false,
          architecture: { text: 'x86' },
          isReplaced: true,
        },
      ],
      complete: true,
      epochMs: 1,
    }),
  })
  const { processes } = await reader.read(
    new Set([
      'io_delay_percent',
      'swap_delay_percent',
      'swap_bytes',
      'session_id',
      'terminal',
      'elevated',
      'architecture',
      'exe_replaced',
    ]),
  )
  expect(processes).toEqual([
    {
      pid: 10,
      start_id: 'b-1',
      io_delay_percent: null,
      swap_delay_percent: null,
      swap_bytes: null,
      session_id: 7,
      terminal: null,
      elevated: false,
      architecture: 'x86',
      exe_replaced: true,
      unknown: {
        io_delay_percent: 'not_supported',
        swap_delay_percent: 'not_permitted',
        swap_bytes: 'not_reported',
      },
    },
  ])
})

test('what a system has no word for is not supported there, whoever asks', async () => {
  const reader = new AskedFiguresReader({
    fields: ['num_handles'],
    sample: async () => ({
      processes: [{ pid: 10, startId: 'w-1', handles: 812 }],
      complete: true,
      epochMs: 1,
    }),
  })
  const { processes } = await reader.read(new Set(['num_handles', 'terminal', 'num_fds']))
  expect(processes).toEqual([
    {
      pid: 10,
      start_id: 'w-1',
      num_handles: 812,
      terminal: null,
      num_fds: null,
      unknown: { terminal: 'not_supported', num_fds: 'not_supported' },
    },
  ])
})

test('a figure that nobody asked for meanwhile keeps its baseline', async () => {
  const { read, clock } = rig()
  await read('run_delay_percent')
  clock.nowMs = 4000
  await read('num_fds')
  clock.nowMs = 8000
  const { processes } = await read('run_delay_percent')
  expect(processes[0]?.run_delay_percent).toBe(50)
})

test('a reading that failed is not kept', async () => {
  let isBroken = true
  const reader = new AskedFiguresReader({
    fields: ASKED_FIELDS,
    async sample() {
      if (isBroken) throw new Error('no descriptor left')
      return { processes: [], complete: true, epochMs: 1 }
    },
  })
  await expect(reader.read(new Set(['num_fds']))).rejects.toThrow('no descriptor left')
  isBroken = false
  expect(await reader.read(new Set(['num_fds']))).toMatchObject({ complete: true })
})
