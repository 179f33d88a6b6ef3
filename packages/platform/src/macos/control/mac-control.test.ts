import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ControlSignal } from '../../control/process-control.ts'
import { systemClock } from '../../options.ts'
import { fakeMac, noFakeLibrary, type FakeMac } from '../fake-library-rig.ts'
import { startIdOf } from '../processes/process-list.ts'
import { MacProcessControl } from './mac-control.ts'

const START = 1_764_190_000
const startId = startIdOf(START * 1e6)
const TERM = { kind: 'signal', signal: 'TERM' } as const
const STOP = { kind: 'signal', signal: 'STOP' } as const
const CONT = { kind: 'signal', signal: 'CONT' } as const

describe.skipIf(noFakeLibrary !== null)(
  'control of processes of macOS through a fake libSystem',
  () => {
    let mac: FakeMac
    const sent: string[] = []
    beforeAll(() => {
      mac = fakeMac()
    })
    afterAll(() => mac[Symbol.dispose]())
    beforeEach(() => {
      sent.length = 0
      mac.reset(501)
      mac.process({ pid: 1, ppid: 0, uid: 0, name: 'launchd', start: START - 9 })
      mac.process({ pid: 700, name: 'zsh', start: START })
    })

    /** What an ordinary program does on a signal. */
    function obey(pid: number, signal: ControlSignal): number {
      sent.push(`${signal} ${pid}`)
      if (signal === 'TERM' || signal === 'KILL') mac.end(pid)
      else mac.state(pid, { stat: signal === 'STOP' ? 4 : 2 })
      return 0
    }

    const control = (send = obey, ownUid = 501) =>
      new MacProcessControl({ clock: systemClock, library: mac.library, ownUid, send })

    test('a process suspends, resumes and ends, and each is seen', async () => {
      const target = { pid: 700, startId }
      expect(await control().act(target, STOP)).toMatchObject({
        result: 'suspended',
        status: 'stopped',
        identity: 'checked',
        name: 'zsh',
      })
      expect(await control().act(target, CONT)).toMatchObject({ result: 'resumed' })
      expect(await control().act(target, TERM)).toMatchObject({ result: 'terminated' })
      expect(await control().act(target, TERM)).toMatchObject({ result: 'gone', identity: null })
      expect(sent).toEqual(['STOP 700', 'CONT 700', 'TERM 700'])
    })

    test('a pid that names another process by now gets nothing', async () => {
      mac.process({ pid: 700, name: 'vim', start: START, micros: 1 })
      expect(await control().act({ pid: 700, startId }, TERM)).toMatchObject({
        result: 'identity_mismatch',
        owner: { pid: 700, name: 'vim', startedAtMs: START * 1000 },
      })
      expect(sent).toEqual([])
    })

    test('protected, late, dead and critical ones get nothing, and why', async () => {
      mac.process({ pid: process.pid, name: 'node', start: START })
      mac.process({ pid: 701, name: 'dead', start: START })
      mac.state(701, { stat: 5 })
      mac.process({ pid: 702, name: 'WindowServer', uid: 88, start: START })
      const act = (target: {
        pid: number
        startId?: string
        expiresAtMs?: number
        confirmName?: string
      }) => control().act({ startId, ...target }, TERM)
      expect(await act({ pid: 1, startId: startIdOf((START - 9) * 1e6) })).toMatchObject({
        result: 'protected',
        reason: 'PID 1 runs the whole system. It cannot be ended here.',
      })
      expect(await act({ pid: process.pid })).toMatchObject({ result: 'protected' })
      expect(await act({ pid: 700, expiresAtMs: Date.now() - 1 })).toMatchObject({
        result: 'expired',
      })
      expect(await act({ pid: 701 })).toMatchObject({
        result: 'already_dead',
        owner: { pid: 1, name: 'launchd' },
      })
      expect(await act({ pid: 702 })).toMatchObject({ result: 'confirmation_required' })
      expect(sent).toEqual([])
      expect(await act({ pid: 702, confirmName: 'WindowServer' })).toMatchObject({
        result: 'terminated',
      })
    })

    test('what the system refuses: rights, or nobody may', async () => {
      const refuses = () => 1
      expect(await control(refuses).act({ pid: 700, startId }, TERM)).toMatchObject({
        result: 'needs_elevation',
        identity: null,
      })
      expect(await control(refuses, 0).act({ pid: 700, startId }, TERM)).toMatchObject({
        result: 'failed',
        reason: 'macOS itself protects this process, from root as well.',
      })
    })

    test('what macOS has not is said, and nothing is done', async () => {
      const target = { pid: 700, startId }
      expect(await control().act(target, { kind: 'affinity', cpus: [0] })).toMatchObject({
        result: 'failed',
        reason: 'macOS binds no program to CPUs. Nothing was changed.',
      })
      expect(await control().act(target, { kind: 'io_priority', level: 'low' })).toMatchObject({
        result: 'failed',
      })
    })

    test('one that is held goes on, or ends, as it is told later', async () => {
      const stood: boolean[] = []
      const target = { pid: 700, startId }
      const { held, report } = await control().hold(target, (wasStopped) => stood.push(wasStopped))
      expect(report.result).toBe('suspended')
      expect(stood).toEqual([false])
      expect(held?.resume().result).toBe('resumed')
      expect(await held?.end()).toMatchObject({ result: 'terminated', identity: 'checked' })
      expect(held?.resume().result).toBe('gone')
      expect(sent).toEqual(['STOP 700', 'CONT 700', 'TERM 700', 'CONT 700'])
    })

    test('one that does not listen is still running', async () => {
      const deaf = control(() => 0)
      deaf.stopWatching()
      expect(await deaf.act({ pid: 700, startId }, TERM)).toMatchObject({ result: 'still_running' })
    })

    test('a real process gets a real signal and a real priority', async () => {
      const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] })
      await once(child, 'spawn')
      const pid = child.pid ?? 0
      mac.process({ pid, name: 'cat', start: START })
      const real = new MacProcessControl({ clock: systemClock, library: mac.library, ownUid: 501 })
      expect(await real.act({ pid, startId }, { kind: 'priority', nice: 7 })).toMatchObject({
        result: 'priority_changed',
        nice: 7,
      })
      const gone = once(child, 'exit').then(([, signal]) => {
        mac.end(pid)
        return signal as string
      })
      const report = await real.act({ pid, startId }, { kind: 'signal', signal: 'KILL' })
      expect(report).toMatchObject({ result: 'terminated', identity: 'checked' })
      expect(await gone).toBe('SIGKILL')
    })
  },
)
