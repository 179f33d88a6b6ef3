import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { getPriority } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { createProcessControl } from '@taskmanager/platform'
import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../../options.ts'
import { createWindowsProcessTable } from '../processes/create-table.ts'
import { windowCalls } from '../app-windows.ts'
import { controlCalls, LOOK } from './control-calls.ts'

const control = await createProcessControl()
const TERM = { kind: 'signal', signal: 'TERM' } as const
const KILL = { kind: 'signal', signal: 'KILL' } as const
/** Time for many beats. */
const SUSPENDED_MS = 600
const PATIENT = { timeout: 20_000, interval: 100 }

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill()
})

/** A child that says when it is ready, and says a number every few milliseconds. */
async function start(script = "setInterval(() => process.send('beat'), 20)") {
  const child = spawn(process.execPath, ['-e', `process.send('ready'); ${script}`], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  children.push(child)
  await once(child, 'message')
  return { child, pid: child.pid ?? 0, startId: markOf(child.pid ?? 0) }
}

/** As the list has it. */
function markOf(pid: number): string {
  const table = createWindowsProcessTable(systemClock)
  const swept = table?.sweep()
  const slot = swept?.slots.find((each) => swept.columns.pid[each] === pid) ?? -1
  const mark = swept?.facts[slot]?.startId
  if (mark === undefined) throw new Error(`no process ${pid}`)
  return mark
}

test('a force end is seen to have ended it; a second one finds nothing', async () => {
  const { child, ...target } = await start()
  const exited = once(child, 'exit')
  const report = await control.act(target, KILL)
  expect(report).toMatchObject({ result: 'terminated', name: 'node.exe', identity: 'pinned' })
  expect(await exited).toEqual([1, null])
  expect(await control.act(target, KILL)).toMatchObject({ result: 'gone', identity: null })
})

test('one that has ended and is still held by somebody is gone', async () => {
  const { child, ...target } = await start()
  const held = controlCalls()?.open(target.pid, LOOK)
  const exited = once(child, 'exit')
  child.kill()
  await exited
  expect(await control.act(target, KILL)).toMatchObject({ result: 'gone' })
  if (typeof held === 'object') held.close()
})

test('a pid that nobody has is gone', async () => {
  expect(await control.act({ pid: 999_996, startId: 'w-1' }, KILL)).toMatchObject({
    result: 'gone',
  })
})

test('another start mark sends nothing, and who has the pid is told', async () => {
  const { child, pid, startId } = await start()
  const report = await control.act({ pid, startId: `${startId}0` }, KILL)
  expect(report).toMatchObject({
    result: 'identity_mismatch',
    identity: null,
    owner: { pid, name: 'node.exe' },
  })
  expect(child.exitCode).toBeNull()
})

test('a late request sends nothing', async () => {
  const { child, ...target } = await start()
  expect(await control.act({ ...target, expiresAtMs: 1 }, KILL)).toMatchObject({
    result: 'expired',
  })
  expect(child.exitCode).toBeNull()
})

test('a suspended process does nothing until it is resumed', async () => {
  const { child, ...target } = await start('setInterval(() => process.send(Date.now()), 20)')
  const beats: number[] = []
  child.on('message', (at) => beats.push(Number(at)))
  await expect.poll(() => beats.length, PATIENT).toBeGreaterThan(2)
  expect(await control.act(target, { kind: 'signal', signal: 'STOP' })).toMatchObject({
    result: 'suspended',
  })
  await wait(SUSPENDED_MS)
  const resumedMs = Date.now()
  expect(await control.act(target, { kind: 'signal', signal: 'CONT' })).toMatchObject({
    result: 'resumed',
  })
  await expect.poll(() => beats.at(-1), PATIENT).toBeGreaterThan(resumedMs)
  const rests = beats.slice(1).map((at, index) => at - (beats[index] ?? at))
  expect(Math.max(...rests)).toBeGreaterThan(SUSPENDED_MS - 50)
})

test('what is held stands, and goes on or ends', async () => {
  const { child, ...target } = await start()
  const exited = once(child, 'exit')
  const first = await control.hold(target, () => {})
  expect(first.report).toMatchObject({ result: 'suspended', identity: 'pinned' })
  expect(first.held?.resume()).toMatchObject({ result: 'resumed' })
  first.held?.close()
  await once(child, 'message')
  const again = await control.hold(target, () => {})
  expect(await again.held?.end()).toMatchObject({ result: 'terminated', identity: 'pinned' })
  expect(again.held?.resume()).toMatchObject({ result: 'gone' })
  again.held?.close()
  expect((await exited)[0]).toBe(1)
})

test.each([
  [19, 19],
  [10, 10],
  [-5, -7],
  [-10, -14],
  [-20, -14],
  [0, 0],
])(
  'the nice value %d reaches the process as the class that Node.js calls %d',
  async (nice, own) => {
    const { pid, startId } = await start()
    const report = await control.act({ pid, startId }, { kind: 'priority', nice })
    expect(report).toMatchObject({ result: 'priority_changed', nice: Math.max(nice, -10) })
    expect(getPriority(pid)).toBe(own)
  },
)

test('a process runs on the chosen CPUs, and not on those that are not there', async () => {
  const { pid, startId } = await start()
  const choose = (...cpus: number[]) => control.act({ pid, startId }, { kind: 'affinity', cpus })
  expect(await choose(0)).toMatchObject({ result: 'affinity_changed' })
  for (const cpu of [63, 64, 8191]) {
    const report = await choose(cpu)
    expect(report).toMatchObject({ result: 'failed', identity: null })
    expect(report.reason).toMatch(/CPUs of its group/)
  }
})

test('efficiency mode is switched, or it is said why not', async () => {
  const { pid, startId } = await start()
  const report = await control.act({ pid, startId }, { kind: 'efficiency', on: true })
  expect(['efficiency_changed', 'failed']).toContain(report.result)
  expect(report.result === 'failed' ? report.reason : '.').toMatch(/\.$/)
})

test('this service and the vital programs of Windows are protected', async () => {
  expect(await control.act({ pid: process.pid, startId: markOf(process.pid) }, KILL)).toMatchObject(
    {
      result: 'protected',
    },
  )
  const table = createWindowsProcessTable(systemClock)?.sweep()
  const vital = table?.slots.find((slot) => table.facts[slot]?.name === 'services.exe') ?? -1
  const pid = table?.columns.pid[vital] ?? 0
  const report = await control.act({ pid, startId: table?.facts[vital]?.startId ?? '' }, KILL)
  expect(report).toMatchObject({ result: 'protected', name: 'services.exe', identity: null })
  expect(report.reason).toMatch(/Windows stops without services\.exe/)
})

test('a program with a window is asked to close it, and ends by itself', async () => {
  const notepad = spawn('C:\\windows\\system32\\notepad.exe', { stdio: 'ignore' })
  children.push(notepad)
  const exited = once(notepad, 'exit')
  const pid = notepad.pid ?? 0
  await expect.poll(() => windowCalls()?.visibleWindowsOf(pid).length, PATIENT).toBe(1)
  expect(await control.act({ pid, startId: markOf(pid) }, TERM)).toMatchObject({
    result: 'terminated',
    name: 'notepad.exe',
  })
  expect(await exited).toEqual([0, null]) // a forced end leaves 1
})

test('one without a window has nobody to be asked, and is ended', async () => {
  const { child, ...target } = await start()
  const exited = once(child, 'exit')
  expect(await control.act(target, TERM)).toMatchObject({ result: 'terminated' })
  expect(await exited).toEqual([1, null])
})

test('a suspended program with a window is asked, goes on, and ends', async () => {
  const notepad = spawn('C:\\windows\\system32\\notepad.exe', { stdio: 'ignore' })
  children.push(notepad)
  const exited = once(notepad, 'exit')
  const pid = notepad.pid ?? 0
  await expect.poll(() => windowCalls()?.visibleWindowsOf(pid).length, PATIENT).toBe(1)
  const { held } = await control.hold({ pid, startId: markOf(pid) }, () => {})
  expect(await held?.end()).toMatchObject({ result: 'terminated' })
  held?.close()
  expect(await exited).toEqual([0, null])
})
