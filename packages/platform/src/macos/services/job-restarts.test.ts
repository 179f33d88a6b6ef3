import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { tree, type Tree } from '../../tree-rig.ts'
import { noFakeLibrary } from '../fake-library-rig.ts'
import { binaryList, type Written } from '../property-lists/binary-list-rig.ts'
import { fakeLaunchd, type FakeLaunchd } from './fake-launchd.ts'
import { JobRestarts } from './job-restarts.ts'
import type { ServiceManagement } from './service-management.ts'

type Keys = Readonly<Record<string, Written>>

describe.skipIf(noFakeLibrary !== null)('whether launchd starts a process again', () => {
  let launchd: FakeLaunchd
  let files: Tree
  beforeAll(() => {
    launchd = fakeLaunchd()
  })
  afterAll(() => launchd[Symbol.dispose]())
  beforeEach(() => {
    launchd.forget()
    files = tree({})
  })
  afterEach(() => files[Symbol.dispose]())

  const put = (file: string, value: Keys) => files.write({ [file]: binaryList(value) })
  const restarts = (management: ServiceManagement | null = launchd.management, ownUid = 501) =>
    new JobRestarts({
      management,
      ownUid,
      directories: {
        system: [path.join(files.root, 'daemons'), path.join(files.root, 'apple')],
        user: [path.join(files.root, 'agents')],
      },
    })
  const child = { pid: 77, ppid: 1, ruid: 501, startMicros: 5 }
  const kept = (policy: string | null = null) => ({
    kind: 'ok',
    value: { manager: 'launchd', unit: 'org.db', policy, delay_ms: null },
  })
  const nothing = { kind: 'ok', value: null }
  const untold = { kind: 'unsupported' }

  test.each<[string, Keys, Keys | null, object]>([
    ['its own word counts', { KeepAlive: true, OnDemand: true }, null, kept()],
    ['its own word counts more than its file', { KeepAlive: false }, { KeepAlive: true }, nothing],
    ['a condition of its own', { KeepAlive: { Crashed: false } }, null, kept('Crashed=false')],
    ['not on demand is kept running', { OnDemand: false }, null, kept()],
    ['as its file says', {}, { KeepAlive: true }, kept()],
    ['as its file says, too', {}, { KeepAlive: false }, nothing],
    ['a file that does not say', {}, { RunAtLoad: true }, nothing],
    ['a file that was changed since', { OnDemand: true }, { KeepAlive: true }, nothing],
    [
      'conditions are in the file alone',
      { OnDemand: true },
      { KeepAlive: { SuccessfulExit: false } },
      kept('SuccessfulExit=false'),
    ],
    [
      'conditions say more than the flag',
      { OnDemand: false },
      { KeepAlive: { SuccessfulExit: true } },
      nothing,
    ],
    ['a signal of ours is no crash', {}, { KeepAlive: { Crashed: true } }, nothing],
    ['and is no success', {}, { KeepAlive: { SuccessfulExit: true } }, nothing],
    [
      'one condition is enough',
      {},
      { KeepAlive: { Crashed: true, SuccessfulExit: false } },
      kept('SuccessfulExit=false'),
    ],
    ['what hangs on a path', {}, { KeepAlive: { PathState: { '/a': true } } }, untold],
    ['what is implemented no more', {}, { KeepAlive: { NetworkState: true } }, nothing],
    ['no word and no file', {}, null, untold],
    ['on demand, and perhaps conditions in an app', { OnDemand: true }, null, untold],
    ['another type than it should have', { KeepAlive: 'yes' }, null, nothing],
  ])('%s: %j, in its file %j', async (_, job, file, answer) => {
    launchd.job('system', { Label: 'org.db', PID: 77, ...job })
    if (file !== null) put('daemons/org.db.plist', { Label: 'org.db', ...file })
    expect(await restarts().of(child)).toEqual(answer)
    expect(launchd.alive()).toBe(0)
  })

  test('a job of the session, whose file is of the session', async () => {
    launchd.job('system', { Label: 'org.other', PID: 78 })
    launchd.job('user', { Label: 'org.db', PID: 77 })
    put('daemons/org.db.plist', { Label: 'org.db' })
    put('agents/org.db.plist', { Label: 'org.db', KeepAlive: true })
    expect(await restarts().of(child)).toEqual(kept())
  })

  test('one that no property list can hold is read by its keys', async () => {
    launchd.oddJob('system', { Label: 'org.db', PID: 77, OnDemand: null, KeepAlive: true })
    expect(await restarts().of(child)).toEqual(kept())
  })

  test('a file of that name that describes another job, or that of a name that is a path, says nothing', async () => {
    launchd.job('system', { Label: 'org.db', PID: 77 })
    put('daemons/org.db.plist', { Label: 'org.else', KeepAlive: true })
    launchd.job('system', { Label: '../agents/x', PID: 78 })
    put('agents/x.plist', { Label: '../agents/x', KeepAlive: true })
    expect(await restarts().of(child)).toEqual(untold)
    expect(await restarts().of({ ...child, pid: 78 })).toEqual(untold)
  })

  test('what a job or an app started, and what was opened, is no job', async () => {
    launchd.job('user', { Label: 'application.com.apple.Safari.1.2', PID: 77, OnDemand: false })
    expect(await restarts().of(child)).toEqual(nothing)
    const asksNobody: ServiceManagement = { jobs: () => Promise.reject(new Error('asked')) }
    expect(await restarts(asksNobody).of({ ...child, ppid: 600 })).toEqual(nothing)
  })

  test('whose jobs are not listed may be one', async () => {
    expect(await restarts().of({ ...child, ruid: 502 })).toEqual({ kind: 'denied' })
    expect(await restarts().of({ ...child, ruid: 0 })).toEqual(nothing)
    const asRoot = restarts(launchd.management, 0)
    expect(await asRoot.of(child)).toEqual({ kind: 'denied' })
    expect(await asRoot.of({ ...child, ruid: 0 })).toEqual(nothing)
  })

  test('launchd that tells nothing is asked again; a macOS without the call is not', async () => {
    const same = restarts()
    launchd.refuse()
    expect(await same.of(child)).toEqual({ kind: 'failed' })
    launchd.forget()
    launchd.job('system', { Label: 'org.db', PID: 77, OnDemand: false })
    expect(await same.of(child)).toEqual(kept())
    expect(await restarts(null).of(child)).toEqual(untold)
  })

  test('is asked once for a process, and for the next that has its number', async () => {
    launchd.job('system', { Label: 'org.db', PID: 77, OnDemand: false })
    const same = restarts()
    expect(await same.of(child)).toEqual(kept())
    launchd.forget()
    expect(await same.of(child)).toEqual(kept())
    expect(await same.of({ ...child, startMicros: 6 })).toEqual(nothing)
  })
})
