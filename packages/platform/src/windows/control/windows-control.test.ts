import { expect, test } from 'vitest'
import type { ControlAction, ControlTarget } from '../../control/process-control.ts'
import { PROCESS_RIGHT, WIN_ERROR } from '../handles.ts'
import type { ThreadStates } from '../processes/process-list.ts'
import { LOOK, type HeldHandle } from './control-calls.ts'
import { isCritical, protectedReason, type WindowsTarget } from './protected-processes.ts'
import { WindowsProcessControl } from './windows-control.ts'

const OWN = {
  pid: 1000,
  exe: 'C:\\Program Files\\nodejs\\node.exe',
  launcherPid: 900,
  parentPid: 900,
  systemDirectory: 'C:\\Windows\\System32',
}
const TARGET: ControlTarget = { pid: 40, startId: 'w-1dd7de605516bdc' }
const signal = (word: 'TERM' | 'KILL' | 'STOP' | 'CONT') =>
  ({ kind: 'signal', signal: word }) as const

/** One process of a Windows that answers as a test says. */
class FakeProcess {
  exe: string | null = 'C:\\Tools\\editor.exe'
  parentPid: number | null = 8
  /** Rights that are not given. */
  denied = 0
  openError = 0
  elevated = false
  suspensions = 0
  windows: number[] = []
  mayAskWindows = true
  ended = false
  /** Answers of the calls. */
  errors: Partial<
    Record<'terminate' | 'suspend' | 'resume' | 'priority' | 'affinity' | 'efficiency', number>
  > = {}
  priorityClass = 0x20
  affinity = 0n
  systemAffinity: bigint | null = 0b1111n
  firstCpu: number | null = 0
  readonly done: string[] = []
  readonly opened: number[] = []
  closed = 0
  nowMs = 0
  /** Of a process that Windows itself keeps suspended. */
  isFrozen = false
  /** It asks about what is not saved. */
  asksBack = false

  /** What is seen of it first after it was suspended. */
  lateStates: ThreadStates[] = []

  get threads(): ThreadStates | null {
    if (this.ended) return null
    if (this.suspensions > 0 && this.lateStates.length > 0) return this.lateStates.shift() ?? null
    return this.suspensions > 0 || this.isFrozen ? 'suspended' : 'waiting'
  }

  get control() {
    return new WindowsProcessControl({
      clock: { monotonicMs: () => (this.nowMs += 400), epochMs: () => 5000 },
      calls: { open: (_pid, rights) => this.#open(rights) },
      questions: {
        ask: () => ({ exe: this.exe, commandLine: null, sid: 'S-1-5-18' }),
        userOf: () => Promise.resolve('SYSTEM'),
      },
      windows: {
        appPids: () => new Map(),
        visibleWindowsOf: () => this.windows,
        askToClose: () => this.#askToClose(),
      },
      threadsOf: () => this.threads,
      own: OWN,
      ownUser: 'anna',
      elevated: this.elevated,
    })
  }

  act(action: ControlAction, target: Partial<ControlTarget> = {}) {
    return this.control.act({ ...TARGET, ...target }, action)
  }

  /** A suspended program does as it is asked when it goes on. */
  #askToClose(): boolean {
    this.done.push('close window')
    if (this.mayAskWindows && !this.asksBack) this.#closesNext = true
    if (this.suspensions === 0) this.#close()
    return this.mayAskWindows
  }

  #closesNext = false
  #close(): void {
    if (this.#closesNext) this.ended = true
  }

  #open(rights: number): HeldHandle | number {
    this.opened.push(rights)
    if (this.openError !== 0) return this.openError
    if ((rights & this.denied) !== 0) return WIN_ERROR.accessDenied
    const answer = (name: keyof FakeProcess['errors'], effect: () => void) => {
      this.done.push(name)
      const error = this.errors[name] ?? 0
      if (error === 0) effect()
      return error
    }
    return {
      startMark: () => TARGET.startId.slice(2),
      startedAt: () => [0x0551_6bdc, 0x01dd_7de6],
      hasEnded: () => this.ended,
      parentPid: () => this.parentPid,
      terminate: () => answer('terminate', () => (this.ended = true)),
      suspend: () => answer('suspend', () => this.suspensions++),
      resume: () =>
        answer('resume', () => {
          this.suspensions = Math.max(0, this.suspensions - 1)
          if (this.suspensions === 0) this.#close()
        }),
      setPriorityClass: (each) => answer('priority', () => (this.priorityClass = each)),
      setAffinity: (mask) => answer('affinity', () => (this.affinity = mask)),
      setEfficiency: () => answer('efficiency', () => {}),
      priorityClass: () => this.priorityClass,
      systemAffinity: () => this.systemAffinity,
      firstCpu: () => this.firstCpu,
      close: () => void this.closed++,
    }
  }
}

test('it is opened with no more rights than the act needs, and closed whatever comes of it', async () => {
  const wanted: [ControlAction, number][] = [
    [signal('KILL'), PROCESS_RIGHT.terminate],
    [signal('STOP'), PROCESS_RIGHT.suspendResume],
    [{ kind: 'priority', nice: 0 }, PROCESS_RIGHT.setInformation],
    [{ kind: 'affinity', cpus: [0] }, PROCESS_RIGHT.setInformation],
  ]
  for (const [action, right] of wanted) {
    const process = new FakeProcess()
    await process.act(action)
    expect(process.opened).toEqual([LOOK | right])
    expect(process.closed).toBe(1)
  }
})

test('denied: who it belongs to is told, and nothing is done', async () => {
  const process = new FakeProcess()
  process.denied = PROCESS_RIGHT.terminate
  expect(await process.act(signal('KILL'))).toMatchObject({
    result: 'needs_elevation',
    identity: null,
    name: 'editor.exe',
    user: 'SYSTEM',
    ownUser: 'anna',
  })
  expect([process.done, process.closed]).toEqual([[], 1])
})

test('denied even to look at it: nothing is known, and it is a matter of rights all the same', async () => {
  const process = new FakeProcess()
  process.denied = LOOK
  expect(await process.act(signal('KILL'))).toMatchObject({ result: 'needs_elevation', name: null })
})

test('denied to an administrator: Windows protects it, and more rights would not help', async () => {
  const process = new FakeProcess()
  process.denied = PROCESS_RIGHT.terminate
  process.elevated = true
  const report = await process.act(signal('KILL'))
  expect(report).toMatchObject({ result: 'failed', identity: null })
  expect(report.reason).toMatch(/administrators included/)
})

test.each([
  [WIN_ERROR.invalidParameter, 'gone', null],
  [1450, 'failed', 'Windows refused it (error 1450).'],
])('error %d of opening it is %s', async (openError, result, reason) => {
  const process = new FakeProcess()
  process.openError = openError
  expect(await process.act(signal('KILL'))).toMatchObject({ result, reason, identity: null })
})

test('one that ends by itself just before it is ended has ended', async () => {
  const process = new FakeProcess()
  process.errors.terminate = WIN_ERROR.accessDenied // what Windows says of one that is ending
  const acting = process.act(signal('KILL'))
  process.ended = true
  expect((await acting).result).toBe('terminated')
})

test('an error of the act itself is told, and is not taken for its end', async () => {
  const acts: [keyof FakeProcess['errors'], ControlAction][] = [
    ['terminate', signal('KILL')],
    ['suspend', signal('STOP')],
    ['resume', signal('CONT')],
    ['priority', { kind: 'priority', nice: 10 }],
    ['affinity', { kind: 'affinity', cpus: [1] }],
    ['efficiency', { kind: 'efficiency', on: true }],
  ]
  for (const [name, action] of acts) {
    const process = new FakeProcess()
    process.errors[name] = 31
    const told = { result: 'failed', reason: 'Windows refused it (error 31).', identity: null }
    expect(await process.act(action)).toMatchObject(told)
    process.errors[name] = WIN_ERROR.accessDenied
    expect(await process.act(action)).toMatchObject({ result: 'needs_elevation', identity: null })
  }
})

test('a program with windows is asked; one that asks back is still running, and is not ended', async () => {
  const process = new FakeProcess()
  process.windows = [7, 8]
  process.asksBack = true
  expect(await process.act(signal('TERM'))).toMatchObject({ result: 'still_running' })
  expect(process.done).toEqual(['close window', 'close window'])
  process.asksBack = false
  expect(await process.act(signal('TERM'))).toMatchObject({ result: 'terminated' })
  expect(process.done).not.toContain('terminate')
})

test('a program with more rights than ours cannot be asked', async () => {
  const process = new FakeProcess()
  process.windows = [7]
  process.mayAskWindows = false
  expect(await process.act(signal('TERM'))).toMatchObject({ result: 'needs_elevation' })
})

test('what stands already is not suspended once more, and is resumed of all suspensions', async () => {
  const process = new FakeProcess()
  process.suspensions = 3
  expect(await process.act(signal('STOP'))).toMatchObject({
    result: 'suspended',
    status: 'stopped',
  })
  expect(process.suspensions).toBe(3)
  expect(await process.act(signal('CONT'))).toMatchObject({ result: 'resumed', status: 'sleeping' })
  expect(process.suspensions).toBe(0)
})

test('one whose threads come back from the kernel late stands when they do, and is held meanwhile', async () => {
  const process = new FakeProcess()
  process.lateStates = ['running', 'waiting']
  expect(await process.act(signal('STOP'))).toMatchObject({
    result: 'suspended',
    status: 'stopped',
  })
  const stuck = new FakeProcess()
  stuck.lateStates = Array.from({ length: 50 }, () => 'waiting' as const)
  const { report, held } = await stuck.control.hold(TARGET, () => {})
  expect(report).toMatchObject({ result: 'still_running', status: 'sleeping', identity: 'pinned' })
  expect(held).not.toBeNull()
})

test('what Windows itself keeps suspended is said to be', async () => {
  const process = new FakeProcess()
  process.isFrozen = true
  const report = await process.act(signal('CONT'))
  expect(report.result).toBe('failed')
  expect(report.reason).toMatch(/Windows itself keeps it suspended/)
})

test('held and then ended: it is asked, goes on, and ends by itself', async () => {
  const process = new FakeProcess()
  process.windows = [7]
  const seen: boolean[] = []
  const { report, held } = await process.control.hold(TARGET, (wasStopped) => seen.push(wasStopped))
  expect([report.result, held?.wasStopped, seen]).toEqual(['suspended', false, [false]])
  expect(process.opened).toEqual([LOOK | PROCESS_RIGHT.terminate | PROCESS_RIGHT.suspendResume])
  expect(process.closed).toBe(0)
  expect(await held?.end()).toMatchObject({ result: 'terminated', identity: 'pinned' })
  held?.close()
  expect([process.done, process.closed]).toEqual([['suspend', 'close window', 'resume'], 1])
})

test('what may not be ended is not held', async () => {
  const process = new FakeProcess()
  process.denied = PROCESS_RIGHT.terminate
  const { report, held } = await process.control.hold(TARGET, () => {
    throw new Error('it was about to be stopped')
  })
  expect([report.result, held, process.closed]).toEqual(['needs_elevation', null, 1])
})

test('efficiency mode lowers the priority with it; an older Windows has none', async () => {
  const process = new FakeProcess()
  const on = await process.act({ kind: 'efficiency', on: true })
  expect(on).toMatchObject({ result: 'efficiency_changed', nice: 19 })
  expect(await process.act({ kind: 'efficiency', on: false })).toMatchObject({ nice: 0 })
  process.errors.efficiency = WIN_ERROR.notSupported
  expect((await process.act({ kind: 'efficiency', on: true })).reason).toMatch(/needs Windows 10/)
  process.errors.efficiency = WIN_ERROR.invalidParameter
  expect((await process.act({ kind: 'efficiency', on: true })).reason).toMatch(/needs Windows 10/)
})

test('efficiency mode without its priority is taken back', async () => {
  const process = new FakeProcess()
  process.errors.priority = WIN_ERROR.accessDenied
  expect(await process.act({ kind: 'efficiency', on: true })).toMatchObject({
    result: 'needs_elevation',
  })
  expect(process.done).toEqual(['efficiency', 'priority', 'efficiency'])
})

test('beyond 64 CPUs the numbers are those of its group, and several groups leave no choice', async () => {
  const process = new FakeProcess()
  process.firstCpu = 64
  expect(await process.act({ kind: 'affinity', cpus: [64, 67] })).toMatchObject({
    result: 'affinity_changed',
  })
  expect(process.affinity).toBe(0b1001n)
  const outside = await process.act({ kind: 'affinity', cpus: [3] })
  expect(outside).toMatchObject({ result: 'failed' })
  expect(outside.reason).toMatch(/from CPU 64 on/)
  process.firstCpu = null
  expect((await process.act({ kind: 'affinity', cpus: [64] })).reason).toMatch(/several groups/)
  expect(process.affinity).toBe(0b1001n)
})

test('CPUs that are not there are not chosen', async () => {
  const process = new FakeProcess()
  expect(await process.act({ kind: 'affinity', cpus: [0, 3] })).toMatchObject({
    result: 'affinity_changed',
  })
  expect(process.affinity).toBe(0b1001n)
  for (const cpus of [[0, 4], [64]]) {
    expect(await process.act({ kind: 'affinity', cpus })).toMatchObject({ result: 'failed' })
  }
  expect(process.affinity).toBe(0b1001n)
})

test('a disk priority is refused with a reason, and a name is to be typed for what holds a desktop', async () => {
  const process = new FakeProcess()
  expect((await process.act({ kind: 'io_priority', level: 'low' })).result).toBe('failed')
  process.exe = 'C:\\Windows\\explorer.exe'
  expect(await process.act(signal('KILL'))).toMatchObject({ result: 'confirmation_required' })
  expect(process.done).toEqual([])
  const confirmed = await process.act(signal('KILL'), { confirmName: 'explorer.exe' })
  expect(confirmed).toMatchObject({ result: 'terminated' })
})

test('of an elevated service both its launcher and what started it are protected, and its launcher’s other services', () => {
  const own = { ...OWN, parentPid: 950 }
  const reasonOf = (target: Partial<WindowsTarget>) =>
    protectedReason({ pid: 40, exe: null, parentPid: null, ...target }, own)
  expect(reasonOf({ pid: 950 })).toMatch(/launcher/)
  expect(reasonOf({ pid: 900 })).toMatch(/launcher/)
  expect(reasonOf({ exe: OWN.exe, parentPid: 900 })).toMatch(/service of Task Manager Pro/)
})

test.each([0, 4, OWN.pid, OWN.launcherPid])('PID %d is not even opened', async (pid) => {
  const process = new FakeProcess()
  expect(await process.act(signal('KILL'), { pid })).toMatchObject({ result: 'protected' })
  expect(process.opened).toEqual([])
})

test.each<[string, Partial<WindowsTarget>, boolean]>([
  ['csrss of the system', { exe: 'c:\\windows\\system32\\CSRSS.EXE' }, true],
  ['a program that took its name', { exe: 'C:\\Users\\anna\\csrss.exe' }, false],
  ['Registry, a part of the kernel', { exe: null, parentPid: 4 }, true],
  ['one whose program is not told', { exe: null, parentPid: 700 }, false],
  ['another service of ours', { exe: OWN.exe, parentPid: OWN.launcherPid }, true],
  ['a browser that our launcher opened', { exe: 'C:\\b.exe', parentPid: OWN.launcherPid }, false],
])('%s is protected: %s', (_what, target, isProtected) => {
  const reason = protectedReason({ pid: 40, exe: null, parentPid: null, ...target }, OWN)
  expect(reason !== null).toBe(isProtected)
})

test('names are told apart whatever their case', () => {
  expect(['SVCHOST.exe', 'notepad.exe'].map(isCritical)).toEqual([true, false])
})
