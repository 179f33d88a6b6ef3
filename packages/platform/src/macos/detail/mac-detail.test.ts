import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { INFO_SECTIONS, ProcessInfo, type InfoSection } from '@taskmanager/contracts'
import { Value } from 'typebox/value'
import { fakeMac, noFakeLibrary, type FakeMac } from '../fake-library-rig.ts'
import type { MacLibrary } from '../lib-system.ts'
import { MacProcessDetail } from './mac-detail.ts'

const SECOND = 24_000_000 // ticks
const NOW = 1_764_200_000_000
const KEPT = {
  kind: 'ok',
  value: { manager: 'launchd', unit: 'org.shop', policy: null, delay_ms: null },
} as const
const ALL: ReadonlySet<InfoSection> = new Set(INFO_SECTIONS)

describe.skipIf(noFakeLibrary !== null)('details of one process of macOS', () => {
  let mac: FakeMac
  beforeAll(() => {
    mac = fakeMac()
  })
  afterAll(() => mac[Symbol.dispose]())
  beforeEach(() => {
    mac.reset(501)
    mac.process({ pid: 1, ppid: 0, uid: 0, name: 'launchd', start: 1_764_000_000 })
    mac.process({ pid: 600, uid: 501, name: 'Terminal' })
    mac.process({ pid: 700, ppid: 600, name: 'node', micros: 5 })
    mac.process({ pid: 701, ppid: 700, name: 'cc', start: 1_764_190_050 })
    mac.program(700, '/opt/node/bin/node', ['node', 'server.js', '--password=x'])
    mac.state(700, { device: 0x1000_0003, nice: 5 })
    mac.counters(700, { user: 3 * SECOND, system: SECOND, footprint: 8e6, read: 9, written: 11 })
    mac.details(700, { cwd: '/Users/anna/shop', wired: 4096, peak: 9e6, energy: 12.5e9 })
  })

  const detail = (library: MacLibrary = mac.library, ownUid = 501) =>
    new MacProcessDetail({
      clock: { monotonicMs: () => 0, epochMs: () => NOW },
      library,
      ownUid,
      restarts: { of: async ({ pid }) => (pid === 700 ? KEPT : { kind: 'denied' }) },
    })

  async function read(pid: number, provider = detail()): Promise<ProcessInfo> {
    const result = await provider.read(pid, null, ALL)
    if (result.kind !== 'ok') throw new Error(result.kind)
    // As the wire has it: every key is there.
    expect([...Value.Errors(ProcessInfo, result.info)]).toEqual([])
    return result.info
  }

  test('everything that its own user may know', async () => {
    const info = await read(700)
    expect(info).toMatchObject({
      ppid: 600,
      name: 'node',
      cmdline: ['node', 'server.js', '--password=********'],
      cmdline_truncated: false,
      exe: '/opt/node/bin/node',
      exe_deleted: null,
      cwd: '/Users/anna/shop',
      status: 'sleeping',
      kind: 'terminal',
      user: 'anna',
      effective_user: 'anna',
      cpu_time_user_ms: 3000,
      cpu_time_system_ms: 1000,
      num_threads: 3,
      nice: 5,
      tty: 'ttys003',
      energy_joules: 12.5,
      io: { read_bytes: 9, write_bytes: 11, read_chars: null },
      memory: {
        rss_bytes: 5_000_000,
        vms_bytes: 400_000_000_000,
        footprint_bytes: 8e6,
        peak_footprint_bytes: 9e6,
        locked_bytes: 4096,
        page_faults: 77,
        pss_bytes: null,
      },
      num_fds: 0,
      started_at_ms: 1_764_190_000_000,
      sampled_at_ms: NOW,
    })
    expect(info.ancestors.map(({ pid }) => pid)).toEqual([600, 1])
    expect(info.blast).toMatchObject({
      descendants: [{ pid: 701, name: 'cc' }],
      descendant_count: 1,
      other_user: false,
      permitted: true,
      protected_reason: null,
      restarted_by: KEPT.value,
    })
    expect((await read(600)).unknown).toHaveProperty(['blast.restarted_by'], 'not_permitted')
    expect(info.tree?.map(({ pid }) => pid)).toEqual([700, 701])
    expect(info.unknown).toMatchObject({ wait_channel: 'not_supported', affinity: 'not_supported' })
    expect(info.unknown).not.toHaveProperty('cwd')
  })

  test('threads with their own time and state; one that ends meanwhile is left out', async () => {
    mac.thread(700, { id: 0x1_0000_0007, user: 2.5e9, system: 5e8, state: 1, name: 'worker' })
    mac.thread(700, { id: 9, state: 4 })
    mac.thread(700, { id: 10 })
    const library: MacLibrary = {
      ...mac.library,
      processInfo: (asked, into) =>
        asked.thread === 10 ? -1 : mac.library.processInfo(asked, into),
    }
    expect((await read(700, detail(library))).threads).toMatchObject([
      { tid: 0x1_0000_0007, name: 'worker', status: 'running', cpu_time_ms: 3000, nice: null },
      { tid: 9, name: '', status: 'disk-sleep', cpu_time_ms: 0 },
    ])
  })

  test('a list of threads that fills its room is asked for again', async () => {
    for (let id = 1; id <= 700; id++) mac.thread(700, { id })
    expect((await read(700)).threads).toHaveLength(700)
  })

  test('files by kind and mode, what was deleted, and what it writes', async () => {
    mac.file(700, { fd: 0, flags: 3, vnode: 4, path: '/dev/ttys003' })
    mac.file(700, { fd: 3, flags: 2, path: '/var/log/shop.log' })
    mac.file(700, { fd: 4, flags: 3, links: 0, path: '/tmp/scratch' })
    mac.file(700, { fd: 5, vnode: 2, path: '/Users/anna' })
    mac.file(700, { fd: 6 })
    mac.file(700, { fd: 7, type: 6 })
    mac.file(700, { fd: 8, type: 5 })
    mac.file(700, { fd: 9, type: 77 })
    const info = await read(700)
    expect(info.num_fds).toBe(8)
    expect(info.files?.map(({ kind, path, mode, deleted }) => [kind, path, mode, deleted])).toEqual(
      [
        ['device', '/dev/ttys003', 'rw', false],
        ['file', '/var/log/shop.log', 'w', false],
        ['file', '/tmp/scratch', 'rw', true],
        ['directory', '/Users/anna', 'r', false],
        ['file', 'path not told', null, false],
        ['pipe', 'pipe', null, false],
        ['anonymous', 'kqueue', null, false],
        ['anonymous', 'kind 77', null, false],
      ],
    )
    expect(info.blast).toMatchObject({
      files_writing: ['/var/log/shop.log', '/tmp/scratch'],
      files_writing_count: 2,
    })
  })

  test('sockets with both ends; who is connected to its ports has a name', async () => {
    mac.socket(700, { fd: 3, state: 1, local: ['127.0.0.1', 8080] })
    mac.socket(700, { fd: 4, state: 4, local: ['127.0.0.1', 8080], remote: ['127.0.0.1', 50_000] })
    mac.socket(700, { fd: 5, version: 2, local: ['::', 5353] })
    mac.socket(700, {
      fd: 6,
      state: 4,
      version: 2,
      local: ['2001:db8::7', 9],
      remote: ['fe80:4::1', 22],
    })
    mac.unix(700, { fd: 7, listens: true, local: '/tmp/shop.sock' })
    mac.socket(701, { fd: 9, state: 4, local: ['127.0.0.1', 50_000], remote: ['127.0.0.1', 8080] })
    const info = await read(700)
    expect(info.sockets).toEqual([
      { fd: 3, protocol: 'tcp', local: '127.0.0.1:8080', remote: null, state: 'LISTEN' },
      {
        fd: 4,
        protocol: 'tcp',
        local: '127.0.0.1:8080',
        remote: '127.0.0.1:50000',
        state: 'ESTABLISHED',
      },
      { fd: 5, protocol: 'udp6', local: '[::]:5353', remote: null, state: null },
      {
        fd: 6,
        protocol: 'tcp6',
        local: '[2001:db8::7]:9',
        remote: '[fe80::1]:22',
        state: 'ESTABLISHED',
      },
      { fd: 7, protocol: 'unix', local: '/tmp/shop.sock', remote: null, state: 'LISTEN' },
    ])
    expect(info.blast.listeners).toEqual([
      {
        port: 8080,
        protocol: 'tcp',
        address: '127.0.0.1:8080',
        clients: [{ pid: 701, name: 'cc', address: '127.0.0.1:50000' }],
        client_count: 1,
      },
      { port: 5353, protocol: 'udp6', address: '[::]:5353', clients: [], client_count: 0 },
    ])
  })

  test('of another user its name, program and family are known, and why not the rest', async () => {
    const info = await read(1)
    expect(info).toMatchObject({
      name: 'launchd',
      user: 'root',
      status: 'unknown',
      cmdline: null,
      cwd: null,
      num_threads: null,
      cpu_time_user_ms: null,
      energy_joules: null,
      io: null,
      num_fds: null,
      threads: null,
      files: null,
      sockets: null,
    })
    expect(info.unknown).toMatchObject({
      cmdline: 'not_permitted',
      cwd: 'not_permitted',
      num_threads: 'not_permitted',
      io: 'not_permitted',
      num_fds: 'not_permitted',
      'memory.footprint_bytes': 'not_permitted',
    })
    expect(info.blast).toMatchObject({
      descendant_count: 3,
      listeners: null,
      files_writing: null,
      other_user: true,
      permitted: false,
      protected_reason: 'PID 1 runs the whole system. It cannot be ended here.',
    })
  })

  test('an older macOS has no energy, and one before that no footprint', async () => {
    mac.older({ usage: 4 })
    const some = await read(700)
    expect(some).toMatchObject({ energy_joules: null, memory: { peak_footprint_bytes: 9e6 } })
    expect(some.unknown).toMatchObject({ energy_joules: 'not_reported' })
    mac.older({ usage: 2 })
    const none = await read(700)
    expect(none).toMatchObject({ io: null, memory: { footprint_bytes: null, rss_bytes: 5e6 } })
    expect(none.unknown).toMatchObject({ io: 'failed' })
  })

  test('a zombie has no figures; a program whose file is gone is told as such', async () => {
    mac.state(701, { stat: 5 })
    expect(await read(701)).toMatchObject({ status: 'zombie', cpu_time_user_ms: null })
    mac.program(600, '/Applications/deleted/Terminal', ['Terminal'])
    expect(await read(600)).toMatchObject({ exe: null, exe_deleted: true })
  })

  test('another process under the pid, one that is gone, and one that goes meanwhile', async () => {
    const { start_id } = await read(700)
    expect(await detail().read(700, start_id, new Set())).toMatchObject({ kind: 'ok' })
    expect(await detail().read(700, 'm-1', new Set())).toEqual({
      kind: 'identity_mismatch',
      owner: { pid: 700, name: 'node', startedAtMs: 1_764_190_000_000 },
    })
    expect(await detail().read(999, null, new Set())).toEqual({ kind: 'gone' })
    const library: MacLibrary = {
      ...mac.library,
      processInfo: (asked, into) => {
        mac.end(700)
        return mac.library.processInfo(asked, into)
      },
    }
    expect(await detail(library).read(700, null, ALL)).toEqual({ kind: 'gone' })
  })
})
