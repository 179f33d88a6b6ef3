import { utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ProcParseError } from '../../read-result.ts'
import { tree } from '../../tree-rig.ts'
import { utmpxRecord } from '../byte-rig.ts'
import { fakeMac, noFakeLibrary, type FakeMac } from '../fake-library-rig.ts'
import { fakeRegistry, type FakeRegistry } from '../iokit/fake-registry.ts'
import { MacSessions } from './mac-sessions.ts'
import { parseUtmpx } from './parse-utmpx.ts'

describe('a record of utmpx', () => {
  test('who, where, since when, from where', () => {
    expect(
      parseUtmpx(utmpxRecord({ user: 'anna', micros: 250_999, host: '192.0.2.7', pid: 812 })),
    ).toEqual({
      user: 'anna',
      line: 'ttys003',
      pid: 812,
      host: '192.0.2.7',
      sinceMs: 1_764_195_000_250,
    })
    expect(parseUtmpx(utmpxRecord({ user: 'ben', line: 'console' }))).toMatchObject({
      line: 'console',
      host: null,
    })
  })

  test.each([
    ['a start of the machine', { user: '', type: 2, pid: 1 }],
    ['somebody who left', { user: 'anna', type: 8 }],
    ['a type that is to be made up', { user: 'anna', type: 0x8007 }],
    ['no name', { user: '' }],
    ['no process', { user: 'anna', pid: 0 }],
    ['a process that cannot be', { user: 'anna', pid: -4 }],
  ])('%s is nobody', (_name, of) => {
    expect(parseUtmpx(utmpxRecord(of))).toBeNull()
  })

  test.each([
    ['cut', utmpxRecord({ user: 'anna' }).subarray(0, 639)],
    ['before 1970', utmpxRecord({ user: 'anna', seconds: -1n })],
    ['after all time', utmpxRecord({ user: 'anna', seconds: 2n ** 62n })],
    ['less than no microseconds', utmpxRecord({ user: 'anna', micros: -1 })],
    ['more than a second of them', utmpxRecord({ user: 'anna', micros: 1_000_000 })],
  ])('one that is %s is refused', (_name, bytes) => {
    expect(() => parseUtmpx(bytes)).toThrow(ProcParseError)
  })

  test('texts that fill their field have no end, and control characters are shown', () => {
    const entry = parseUtmpx(
      utmpxRecord({
        user: 'x'.repeat(256),
        line: `tty\u001b${'y'.repeat(28)}`,
        host: '\u202e'.repeat(256),
      }),
    )
    expect(entry?.user).toBe('x'.repeat(255))
    expect(entry?.line).toBe(`tty␛${'y'.repeat(28)}`)
    expect(entry?.host).not.toContain('\u202e')
  })
})

const NOW_MS = 1_764_195_600_000

describe.skipIf(noFakeLibrary !== null)('who is signed in to a Mac', () => {
  let mac: FakeMac
  let registry: FakeRegistry
  beforeAll(() => {
    mac = fakeMac()
    registry = fakeRegistry()
  })
  afterAll(() => {
    mac[Symbol.dispose]()
    registry[Symbol.dispose]()
  })
  beforeEach(() => {
    mac.reset(501)
    registry.forget()
  })

  const sessions = (devRoot = '/nonexistent', of: { registry?: null } = {}) =>
    new MacSessions({
      clock: { monotonicMs: () => 0, epochMs: () => NOW_MS },
      library: mac.library,
      registry: of.registry === null ? null : registry.kit,
      devRoot,
    })

  test('at the screen, in a terminal, from elsewhere; who left is nobody', async () => {
    using tmp = tree({})
    writeFileSync(path.join(tmp.root, 'ttys003'), '')
    utimesSync(path.join(tmp.root, 'ttys003'), NOW_MS / 1000 - 90, 1)
    registry.service('IOHIDSystem', { own: { HIDIdleTime: 12_400_000_000 } })
    mac.process({ pid: 150, uid: 0, name: 'loginwindow', start: 1_764_190_000, micros: 7 })
    mac.process({ pid: 700, uid: 0, name: 'login' })
    mac.process({ pid: 810, uid: 0, name: 'sshd' })
    mac.process({ pid: 900, name: 'dead' })
    mac.state(900, { stat: 5 })
    mac.signedIn({ type: 2, user: '', line: '', pid: 1 })
    mac.signedIn({ user: 'anna', line: 'console', pid: 150, since: 1_764_190_100, micros: 250_000 })
    mac.signedIn({ user: 'anna', line: 'ttys003', pid: 700 })
    mac.signedIn({ user: 'ben', line: 'ttys009', pid: 810, host: '2001:db8::7' })
    mac.signedIn({ type: 8, user: 'ben', line: 'ttys010', pid: 811 })
    mac.signedIn({ user: 'gone', line: 'ttys011', pid: 4711 })
    mac.signedIn({ user: 'zombie', line: 'ttys012', pid: 900 })
    mac.signedIn({ user: 'odd', line: 'ttys013', pid: 810, since: -5 })
    const session = { from: null, since_ms: 1_764_195_000_000, unknown: {} }
    expect(await sessions(tmp.root).read()).toEqual({
      missing: null,
      sampled_at_ms: NOW_MS,
      sessions: [
        {
          ...session,
          user: 'anna',
          terminal: 'console',
          since_ms: 1_764_190_100_250,
          idle_seconds: 12,
          pid: 150,
          start_id: `m-${(1_764_190_000_000_007).toString(36)}`,
        },
        {
          ...session,
          user: 'anna',
          terminal: 'ttys003',
          idle_seconds: 90,
          pid: 700,
          start_id: expect.stringMatching(/^m-/),
        },
        {
          ...session,
          user: 'ben',
          terminal: 'ttys009',
          from: '2001:db8::7',
          idle_seconds: null,
          pid: 810,
          start_id: expect.stringMatching(/^m-/),
          unknown: { idle_seconds: 'not_reported' },
        },
      ],
    })
    expect(mac.listsOpen()).toBe(0)
    expect(registry.alive()).toBe(0)
  })

  test('with two at the screen in turn the keyboard is that of one of them: idle is not known', async () => {
    registry.service('IOHIDSystem', { own: { HIDIdleTime: 5e9 } })
    mac.process({ pid: 150, uid: 0, name: 'loginwindow' })
    mac.process({ pid: 160, uid: 0, name: 'loginwindow' })
    mac.signedIn({ user: 'anna', line: 'console', pid: 150 })
    mac.signedIn({ user: 'ben', line: 'console', pid: 160 })
    const { sessions: both } = await sessions().read()
    expect(both.map(({ idle_seconds: idle }) => idle)).toEqual([null, null])
  })

  test.each([
    ['no registry', undefined],
    ['no such property', {}],
    ['one of another type', { HIDIdleTime: 'long' }],
    ['one below nothing', { HIDIdleTime: -1 }],
  ])('how long the screen is idle is unknown with %s', async (_name, own) => {
    if (own !== undefined) registry.service('IOHIDSystem', { own: { Class: 'x', ...own } })
    mac.process({ pid: 150, uid: 0, name: 'loginwindow' })
    mac.signedIn({ user: 'anna', line: 'console', pid: 150 })
    const { sessions: all } = await sessions(
      '/dev',
      own === undefined ? { registry: null } : {},
    ).read()
    expect(all).toMatchObject([{ idle_seconds: null, unknown: { idle_seconds: 'not_reported' } }])
    expect(registry.alive()).toBe(0)
  })

  test('a macOS without the call says so, and nobody signed in is another thing', async () => {
    expect(await sessions().read()).toMatchObject({ sessions: [], missing: null })
    // No library without it can be compiled here: that of Linux has it too.
    const told = new MacSessions({
      clock: { monotonicMs: () => 0, epochMs: () => NOW_MS },
      library: { ...mac.library, signedIn: () => null },
      registry: null,
      devRoot: '/dev',
    })
    expect(await told.read()).toEqual({
      sessions: [],
      missing: expect.stringContaining('getutxent'),
      sampled_at_ms: NOW_MS,
    })
  })
})
