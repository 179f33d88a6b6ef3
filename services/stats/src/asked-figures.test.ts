import type { AskedField } from '@taskmanager/contracts'
import type { AskedFields, AskedProcess, FiguresProvider } from '@taskmanager/platform'
import { expect, test } from 'vitest'
import { AskedFiguresReader } from './asked-figures.ts'

/** One process that waits half of the time and opens a file a second; `denied` of another user. */
function rig() {
  const asked: AskedFields[] = []
  const clock = { nowMs: 0 }
  const provider: FiguresProvider = {
    async sample(fields) {
      asked.push(fields)
      const { nowMs } = clock
      const own: AskedProcess = { pid: 10, startId: 'b-1' }
      const other: AskedProcess = { pid: 20, startId: 'b-2' }
      if (fields.descriptors) {
        own.descriptors = 3 + nowMs / 1000
        other.descriptors = 'denied'
      }
      if (fields.runDelay) {
        own.runDelay = { byThread: new Map([[10, nowMs * 0.5e6]]), monotonicMs: nowMs }
        other.runDelay = null
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
  expect(asked).toEqual([
    { descriptors: true, runDelay: false },
    { descriptors: true, runDelay: true },
  ])
  clock.nowMs = 3000
  await read('num_fds')
  expect(asked.at(-1)).toEqual({ descriptors: true, runDelay: false })
})

test('after half a minute in which nobody looked, a share begins anew', async () => {
  const { read, clock } = rig()
  await read('run_delay_percent')
  clock.nowMs = 30_000
  const { processes } = await read('run_delay_percent')
  expect(processes[0]?.unknown).toEqual({ run_delay_percent: 'first_sample' })
})

test('a reading that failed is not kept', async () => {
  let isBroken = true
  const reader = new AskedFiguresReader({
    async sample() {
      if (isBroken) throw new Error('no descriptor left')
      return { processes: [], complete: true, epochMs: 1 }
    },
  })
  await expect(reader.read(new Set(['num_fds']))).rejects.toThrow('no descriptor left')
  isBroken = false
  expect(await reader.read(new Set(['num_fds']))).toMatchObject({ complete: true })
})
