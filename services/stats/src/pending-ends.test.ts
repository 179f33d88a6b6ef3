import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type {
  ControlAction,
  ControlReport,
  ControlTarget,
  ProcessControl,
} from '@taskmanager/platform'
import { fakeClock } from '@taskmanager/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { PendingEnds } from './pending-ends.ts'
import { PendingFile } from './pending-file.ts'

const PAGE = { origin: 'http://localhost:5173', token: 'abcdef01' }
const TARGET = { pid: 70, startId: 'boot-5' }
const report = (target: ControlTarget, result: ControlReport['result']): ControlReport => ({
  pid: target.pid,
  startId: target.startId,
  result,
  name: 'editor',
  user: 'anna',
  ownUser: 'anna',
  identity: 'pinned',
  status: 'stopped',
  owner: null,
  nice: null,
  reason: null,
})

/** What was done to which process, in order. */
let done: string[]
let directory: string
let file: PendingFile
let later: string[]

beforeEach(() => {
  done = []
  later = []
  directory = mkdtempSync(path.join(tmpdir(), 'pending-'))
  file = new PendingFile(directory)
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

interface World {
  wasStopped?: boolean
  refuses?: ControlReport['result']
}

const word = (action: ControlAction) => (action.kind === 'signal' ? action.signal : action.kind)

function fakeControl({ wasStopped = false, refuses }: World): ProcessControl {
  return {
    supported: true,
    stopWatching: () => undefined,
    act: (target, action) => {
      if (target.expiresAtMs !== undefined)
        return Promise.resolve({ ...report(target, 'expired'), identity: null })
      done.push(`${target.pid} ${word(action)}`)
      return Promise.resolve(report(target, word(action) === 'CONT' ? 'resumed' : 'terminated'))
    },
    hold: (target, beforeStop) => {
      if (refuses !== undefined)
        return Promise.resolve({
          report: { ...report(target, refuses), identity: null },
          held: null,
        })
      beforeStop(wasStopped)
      done.push(`${target.pid} STOP`)
      const held = {
        wasStopped,
        end: () => {
          done.push(`${target.pid} end`)
          return Promise.resolve(report(target, 'terminated'))
        },
        resume: () => {
          done.push(`${target.pid} resume`)
          return report(target, 'resumed')
        },
        close: () => void done.push(`${target.pid} close`),
      }
      return Promise.resolve({ report: report(target, 'suspended'), held })
    },
  }
}

function start(world: World = {}) {
  const clock = fakeClock()
  const timers = new Map<number, { run: () => void; atMs: number }>()
  let nextTimer = 0
  const pending = new PendingEnds({
    control: fakeControl(world),
    file,
    onOutcome: async (action, { pid, result }, { origin }) =>
      later.push(`${action} ${pid} ${result} ${origin ?? 'nobody'}`),
    onError: (error) => {
      throw error
    },
    clock,
    later: (run, ms) => {
      const id = nextTimer++
      timers.set(id, { run, atMs: clock.monotonicMs() + ms })
      return () => timers.delete(id)
    },
  })
  const pass = async (ms: number) => {
    clock.advance(ms)
    for (const [id, { run, atMs }] of timers) {
      if (atMs > clock.monotonicMs() || !timers.delete(id)) continue
      run()
    }
    await pending.settled()
  }
  return { pending, pass, clock }
}

test('it is suspended at once, and ended and logged when its time has come', async () => {
  const { pending, pass, clock } = start()
  const { report: first, ending } = await pending.begin(TARGET, 10_000, PAGE)
  expect(first.result).toBe('ending')
  expect(ending).toEqual({ endsAtMs: clock.epochMs() + 10_000, undoMs: 10_000 })
  expect(file.read()).toEqual([{ pid: 70, start_id: 'boot-5' }])
  await pass(9999)
  expect(done).toEqual(['70 STOP'])
  await pass(1)
  expect(done).toEqual(['70 STOP', '70 end', '70 close'])
  expect(later).toEqual([`end 70 terminated ${PAGE.origin}`])
  expect(file.read()).toEqual([])
})

test('resume takes it back, also when it is named by the stronger identity', async () => {
  const { pending, pass } = start()
  await pending.begin(TARGET, 10_000, PAGE)
  expect(await pending.resume({ pid: 70, startId: 'boot-5-4711' })).toMatchObject({
    result: 'resumed',
  })
  await pass(60_000)
  expect(done).toEqual(['70 STOP', '70 CONT', '70 close'])
  expect(later).toEqual([])
  expect(file.read()).toEqual([])
})

test('a resume that came too late sends nothing, and the time goes on', async () => {
  const { pending, pass } = start()
  await pending.begin(TARGET, 10_000, PAGE)
  await pass(4000)
  expect(await pending.resume({ ...TARGET, expiresAtMs: 1 })).toMatchObject({ result: 'expired' })
  await pass(5999)
  expect(done).toEqual(['70 STOP'])
  await pass(1)
  expect(done).toEqual(['70 STOP', '70 end', '70 close'])
})

test.each([-86_400_000, 86_400_000])(
  'its time is the same when the clock is set by %d ms',
  async (by) => {
    const { pending, pass, clock } = start()
    await pending.begin(TARGET, 10_000, PAGE)
    clock.jump(by)
    expect(await pending.resume({ ...TARGET, expiresAtMs: 1 })).toMatchObject({ result: 'expired' })
    await pass(9999)
    expect(done).toEqual(['70 STOP'])
    await pass(1)
    expect(done).toEqual(['70 STOP', '70 end', '70 close'])
  },
)

test.each([
  ['TERM', 'end_stopped'],
  ['KILL', 'KILL'],
] as const)('another kill, %s, ends it at once', async (signal, sent) => {
  const { pending, pass } = start()
  await pending.begin(TARGET, 10_000, PAGE)
  expect(await pending.end(TARGET, signal)).toMatchObject({ result: 'terminated' })
  await pass(60_000)
  expect(done).toEqual(['70 STOP', `70 ${sent}`, '70 close'])
})

test('one that waits already keeps its time; another process of that pid is another', async () => {
  const { pending, pass } = start()
  const first = await pending.begin(TARGET, 10_000, PAGE)
  await pass(5000)
  expect(await pending.begin(TARGET, 30_000, PAGE)).toEqual(first)
  await pending.begin({ pid: 70, startId: 'boot-52' }, 1000, PAGE)
  expect(done).toEqual(['70 STOP', '70 STOP'])
})

test('one that may not be ended is not suspended and does not wait', async () => {
  const { pending, pass } = start({ refuses: 'protected' })
  const { report: refused, ending } = await pending.begin(TARGET, 1000, PAGE)
  expect([refused.result, ending]).toEqual(['protected', null])
  await pass(1000)
  expect([done, later, file.read()]).toEqual([[], [], []])
})

test('a service that stops lets all go on, and takes no more', async () => {
  const { pending, pass } = start()
  await pending.begin(TARGET, 10_000, PAGE)
  await pending.begin({ pid: 71, startId: 'boot-6' }, 10_000, PAGE)
  const underWay = pending.begin({ pid: 72, startId: 'boot-7' }, 10_000, PAGE)
  await pending.stop()
  expect((await underWay).report.result).toBe('resumed')
  expect(done.filter((each) => each.endsWith('resume'))).toEqual([
    '70 resume',
    '71 resume',
    '72 resume',
  ])
  const { report: late } = await pending.begin({ pid: 73, startId: 'boot-8' }, 1000, PAGE)
  expect(late).toMatchObject({ result: 'failed', identity: null })
  await pass(60_000)
  expect(done.some((each) => each.endsWith('end'))).toBe(false)
  expect(file.read()).toEqual([])
})

test('what stood before stands afterwards', async () => {
  const { pending } = start({ wasStopped: true })
  await pending.begin(TARGET, 10_000, PAGE)
  expect(file.read()).toEqual([])
  await pending.stop()
  expect(done).toEqual(['70 STOP', '70 close'])
})

test('no more than 256 wait at once', async () => {
  const { pending } = start()
  for (let pid = 100; pid < 356; pid++) await pending.begin({ pid, startId: 'boot-1' }, 1000, PAGE)
  const { report: refused } = await pending.begin(TARGET, 1000, PAGE)
  expect(refused).toMatchObject({ result: 'failed', identity: null })
  expect(done).toHaveLength(256)
})

test('the next start resumes what a killed service has left', async () => {
  await start().pending.begin(TARGET, 10_000, PAGE)
  done = []
  await start().pending.recover()
  expect([done, later, file.read()]).toEqual([['70 CONT'], ['resume 70 resumed nobody'], []])
})

test('only a file that nobody else could have written is believed', async () => {
  await start().pending.begin(TARGET, 10_000, PAGE)
  const at = path.join(directory, `pending-ends.${process.geteuid?.() ?? 'user'}.json`)
  expect(statSync(at).mode & 0o777).toBe(0o600)
  rmSync(at)
  const text = JSON.stringify([{ pid: 70, start_id: 'boot-5' }])
  writeFileSync(at, text, { mode: 0o644 })
  expect(file.read()).toEqual([])
  rmSync(at)
  writeFileSync(path.join(directory, 'elsewhere'), text, { mode: 0o600 })
  symlinkSync('elsewhere', at)
  expect(file.read()).toEqual([])
  rmSync(at)
  writeFileSync(at, '[{"pid":1,"start_id":"x"},{"pid":"70"},7,{"pid":7', { mode: 0o600 })
  expect(file.read()).toEqual([])
  writeFileSync(at, '[{"pid":1,"start_id":"x"},{"pid":"70"},7,null]', { mode: 0o600 })
  expect(file.read()).toEqual([])
})
