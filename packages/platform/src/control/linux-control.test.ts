import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { defaultOptions } from '../options.ts'
import { LinuxProcessControl } from './linux-control.ts'
import { ioPriorityOf, pidfdCalls } from './pidfd.ts'
import { formatStartId, readBootId } from '../linux/start-id.ts'
import { readTarget } from './target-facts.ts'

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

/** A real child that has said it is ready, and its identity. */
async function start(script: string) {
  const child = spawn('/bin/sh', ['-c', script], { stdio: ['pipe', 'pipe', 'ignore'] })
  children.push(child)
  const [text] = (await once(child.stdout, 'data')) as [Buffer]
  const pid = child.pid ?? 0
  return { child, pid, startId: markOf(pid), said: text.toString().trim() }
}

function markOf(pid: number): string {
  const facts = readTarget('/proc', pid)
  if (facts === null) throw new Error(`no process ${pid}`)
  return formatStartId(readBootId('/proc'), facts.starttimeTicks)
}

const TERM = { kind: 'signal', signal: 'TERM' } as const
const KILL = { kind: 'signal', signal: 'KILL' } as const
const SLEEPER = 'echo ready; exec cat'
const ways = [
  ['by handle', pidfdCalls(), 'pinned'],
  ['without calls', null, 'checked'],
] as const

test.each(ways)('%s: a process ends, suspends, resumes', async (_way, calls, identity) => {
  const control = new LinuxProcessControl(defaultOptions, calls)
  const target = await start(SLEEPER)
  const stop = await control.act(target, { kind: 'signal', signal: 'STOP' })
  expect(stop).toMatchObject({ result: 'suspended', status: 'stopped', identity })
  expect(await control.act(target, { kind: 'signal', signal: 'CONT' })).toMatchObject({
    result: 'resumed',
  })
  expect(await control.act(target, TERM)).toMatchObject({ result: 'terminated', identity })
})

test.each(ways)('%s: what is held stands, and goes on or ends', async (_way, calls, identity) => {
  const control = new LinuxProcessControl(defaultOptions, calls)
  const one = await start(SLEEPER)
  const exited = once(one.child, 'exit')
  const seen: string[] = []
  const first = await control.hold(one, (wasStopped) => {
    seen.push(`${wasStopped} ${readTarget('/proc', one.pid)?.status !== 'stopped'}`)
  })
  expect(first.report).toMatchObject({ result: 'suspended', status: 'stopped', identity })
  expect(seen).toEqual(['false true'])
  expect(first.held?.resume()).toMatchObject({ result: 'resumed', identity })
  first.held?.close()
  const again = await control.hold(one, () => {})
  expect(await again.held?.end()).toMatchObject({ result: 'terminated', identity })
  expect(again.held?.resume()).toMatchObject({ result: 'gone' })
  again.held?.close()
  expect(await exited).toEqual([null, 'SIGTERM'])
})

test('what may not be ended is not held, and nothing is sent', async () => {
  const control = new LinuxProcessControl(defaultOptions)
  const { child, pid, startId } = await start(SLEEPER)
  for (const target of [
    { pid: 1, startId: markOf(1) },
    { pid, startId: `${startId}1` },
    { pid, startId, expiresAtMs: 1 },
  ]) {
    const { report, held } = await control.hold(target, () => {
      throw new Error('it was about to be stopped')
    })
    expect([report.identity, held]).toEqual([null, null])
  }
  expect(child.signalCode).toBeNull()
})

test.each(ways)('%s: another start mark sends nothing', async (_way, calls) => {
  const control = new LinuxProcessControl(defaultOptions, calls)
  const { child, pid, startId } = await start(SLEEPER)
  const report = await control.act({ pid, startId: `${startId}1` }, KILL)
  expect(report).toMatchObject({ result: 'identity_mismatch', identity: null, owner: { pid } })
  expect(child.signalCode).toBeNull()
})

test.each(['idle', 'low', 'high', 'normal'] as const)(
  'I/O priority %s reaches every thread of the process',
  async (level) => {
    const control = new LinuxProcessControl(defaultOptions)
    const { pid, startId } = await start(SLEEPER)
    const report = await control.act({ pid, startId }, { kind: 'io_priority', level })
    expect(report).toMatchObject({ result: 'io_priority_changed' })
    expect(pidfdCalls()?.ioPriority(pid)).toBe(level)
  },
)

test.each([
  [-1, null],
  [0, 'normal'],
  [(2 << 13) | 4, 'normal'],
  [(2 << 13) | 3, 'high'],
  [(2 << 13) | 5, 'low'],
  [(1 << 13) | 4, 'realtime'],
  [3 << 13, 'idle'],
  [7 << 13, null],
])('a value of %d of ioprio_get is %s', (value, word) => {
  expect(ioPriorityOf(value)).toBe(word)
})

test('the inode of the handle tells processes of the same tick apart', async () => {
  const calls = pidfdCalls()
  if (calls === null) throw new Error('the foreign function library has no binary here')
  const { child, pid, startId } = await start(SLEEPER)
  const wrong = await new LinuxProcessControl(defaultOptions).act(
    { pid, startId: `${startId}-1` },
    KILL,
  )
  expect(wrong).toMatchObject({ result: 'identity_mismatch' })
  expect(child.signalCode).toBeNull()
})

test('a program that ignores TERM is still running, and KILL ends it', async () => {
  const target = await start("trap '' TERM; echo ready; read line")
  const control = new LinuxProcessControl(defaultOptions)
  expect(await control.act(target, TERM)).toMatchObject({ result: 'still_running' })
  expect(await control.act(target, KILL)).toMatchObject({ result: 'terminated' })
})

test('a zombie is already dead; its parent is named', async () => {
  // `exec` makes the parent a program that never waits for its child. The child ends with its input, which is when
  // the shell, which would collect it, is that program.
  const parent = await start('exec 3<&0; read -r _ <&3 & echo $!; exec sleep 1000')
  const pid = Number(parent.said)
  const patient = { timeout: 15_000 }
  await expect.poll(() => readTarget('/proc', parent.pid)?.comm, patient).toBe('sleep')
  parent.child.stdin?.end()
  await expect.poll(() => readTarget('/proc', pid)?.isZombie, patient).toBe(true)
  const report = await new LinuxProcessControl(defaultOptions).act(
    { pid, startId: markOf(pid) },
    KILL,
  )
  expect(report).toMatchObject({
    result: 'already_dead',
    owner: { pid: parent.pid, name: 'sleep' },
  })
})

test('PID 1, this process and kernel threads are protected', async () => {
  const control = new LinuxProcessControl(defaultOptions)
  const isKernel = readTarget('/proc', 2)?.isKernel === true
  for (const pid of [1, process.pid, ...(isKernel ? [2] : [])]) {
    const report = await control.act({ pid, startId: markOf(pid) }, KILL)
    expect(report).toMatchObject({ result: 'protected', identity: null })
  }
})

test('late requests send nothing; priority reaches the process', async () => {
  const control = new LinuxProcessControl(defaultOptions)
  const { child, pid, startId } = await start(SLEEPER)
  expect(await control.act({ pid, startId, expiresAtMs: 1 }, KILL)).toMatchObject({
    result: 'expired',
  })
  expect(await control.act({ pid, startId }, { kind: 'priority', nice: 10 })).toMatchObject({
    result: 'priority_changed',
    nice: 10,
  })
  expect(await control.act({ pid, startId }, { kind: 'affinity', cpus: [0] })).toMatchObject({
    result: 'affinity_changed',
  })
  expect(child.signalCode).toBeNull()
})

test('a process that its parent is just collecting is gone', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'tmp-proc-'))
  const zeros = '0 '.repeat(30)
  mkdirSync(path.join(root, '30000'))
  writeFileSync(
    path.join(root, '30000/stat'),
    `30000 (cat) X 0 -1 -1 0 -1 4228108 41 0 0 0 0 0 0 0 20 0 0 0 1586454 ${zeros}\n`,
  )
  expect(readTarget(root, 30_000)).toBeNull()
  rmSync(root, { recursive: true })
})
