import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fakeMac, noFakeLibrary, type FakeMac } from '../fake-library-rig.ts'
import { MacFigures } from './mac-figures.ts'

describe.skipIf(noFakeLibrary !== null)('columns of macOS that are asked for', () => {
  let mac: FakeMac
  beforeAll(() => {
    mac = fakeMac()
    mac.reset(501)
    mac.process({ pid: 1, ppid: 0, uid: 0, name: 'launchd' })
    mac.process({ pid: 700, name: 'node' })
    mac.process({ pid: 701, uid: 501, euid: 0, name: 'sudo' })
    mac.process({ pid: 702, name: 'gone' })
    mac.state(700, { device: 0x1000_0003 })
    mac.counters(700, { switches: 41 })
    mac.file(700, { fd: 0, path: '/dev/null' })
    mac.file(700, { fd: 1, type: 6 })
    mac.vanish(702)
  })
  afterAll(() => mac[Symbol.dispose]())

  const figures = () => new MacFigures({ monotonicMs: () => 0, epochMs: () => 7 }, mac.library)

  test('of each process what may be known of it, and why not the rest', async () => {
    const provider = figures()
    const { processes, complete, epochMs } = await provider.sample(new Set(provider.fields))
    expect({ complete, epochMs }).toEqual({ complete: true, epochMs: 7 })
    expect(processes).toEqual([
      {
        pid: 1,
        startId: expect.stringMatching(/^m-/),
        descriptors: 'denied',
        switches: 'denied',
        terminal: null,
        isElevated: true,
        architecture: 'denied',
      },
      {
        pid: 700,
        startId: expect.stringMatching(/^m-/),
        descriptors: 2,
        switches: { byThread: new Map([[700, 41]]), monotonicMs: 0 },
        terminal: 'ttys003',
        isElevated: false,
        architecture: { text: 'arm64' },
      },
      {
        pid: 701,
        startId: expect.stringMatching(/^m-/),
        descriptors: 'denied',
        switches: 'denied',
        terminal: null,
        isElevated: true,
        architecture: 'denied',
      },
    ])
  })

  test('nothing is read that nobody asks for', async () => {
    mac.asked()
    const { processes } = await figures().sample(new Set(['terminal']))
    expect(processes[1]).toEqual({ pid: 700, startId: expect.any(String), terminal: 'ttys003' })
    expect(mac.asked()).toBe(0)
  })
})
