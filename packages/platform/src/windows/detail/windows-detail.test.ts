import type { InfoSection } from '@taskmanager/contracts'
import { expect, test } from 'vitest'
import type { ReadResult } from '../../read-result.ts'
import { Snapshot } from '../processes/snapshot.ts'
import { processListBytes, type ListedProcess } from '../processes/process-list-bytes.ts'
import type { ProcessAnswers } from '../processes/process-questions.ts'
import { TCP4, TCP6, UDP4, UDP6 } from '../sockets/parse-socket-tables.ts'
import { socketTable, tcpTable, type SocketRow } from '../sockets/socket-table-rig.ts'
import type { OpenService, ServiceCalls } from '../services/service-calls.ts'
import { threadDoes } from './thread-words.ts'
import { WindowsProcessDetail } from './windows-detail.ts'

const BASE = 0x7fff_0000_1000
const START = 134_401_990_776_155_100n
const OWN_SID = 'S-1-5-21-1'
const MS = 10_000
const MIB = 2 ** 20
const NODE = 'C:\\Program Files\\nodejs\\node.exe'
const ANSWERS: ProcessAnswers = {
  exe: 'D:\\tools\\web.exe',
  commandLine: '"D:\\tools\\web.exe" --port 8080 --password=secret',
  sid: OWN_SID,
}
const WEB: ListedProcess = { pid: 8, parentPid: 4, name: 'web.exe', start: START }

/** A Windows that has what a test puts into it. */
class FakeWindows {
  processes: ListedProcess[] = [{ pid: 4, name: 'System', start: 0n }, WEB]
  answers: ProcessAnswers | null = ANSWERS
  folder: ReadResult<string> = { kind: 'ok', value: 'D:\\tools\\' }
  affinity: ReadResult<bigint> = { kind: 'ok', value: 0b1011n }
  ioPriority: ReadResult<number> = { kind: 'ok', value: 1 }
  mayOpen = true
  mayEnd = true
  apps = new Map<number, boolean>()
  sockets: SocketRow[] | null = []
  services: { name: string; pid: number | null }[] | null = []
  held = 0
  open: ServiceCalls['open'] = () => ({ code: 5, service: null })

  readonly detail = new WindowsProcessDetail({
    clock: { monotonicMs: () => 1000, epochMs: () => 1_700_000_000_000 },
    snapshot: new Snapshot({
      list: (buffer) => processListBytes(this.processes, BASE).copy(buffer),
      addressOf: () => BASE,
      cpuCount: () => 4,
    }),
    details: {
      hold: () => {
        if (!this.mayOpen) return null
        this.held++
        return { close: () => void this.held-- }
      },
      affinity: () => this.affinity,
      ioPriority: () => this.ioPriority,
      isEfficient: () => ({ kind: 'ok', value: true }),
      mayEnd: () => this.mayEnd,
      threadName: (tid) => (tid === 81 ? 'accept' : null),
    },
    questions: {
      ask: () => this.answers,
      userOf: (sid) => Promise.resolve(sid === OWN_SID ? 'anna' : null),
      folderOf: () => this.folder,
    },
    sockets: {
      tcpTable: (family) => {
        if (this.sockets === null) return null
        return family === 4 ? tcpTable(TCP4, this.sockets) : tcpTable(TCP6, [])
      },
      udpTable: (family) => socketTable(family === 4 ? UDP4 : UDP6, []),
    },
    windows: {
      appPids: () => this.apps,
      visibleWindowsOf: (pid) => (this.apps.has(pid) ? [1] : []),
      askToClose: () => true,
    },
    services: {
      list: () =>
        Promise.resolve(
          this.services?.map((service) => ({
            state: 4,
            acceptsStop: true,
            exitCode: 0,
            displayName: service.name,
            ...service,
          })) ?? null,
        ),
      open: (name, rights) => this.open(name, rights),
    },
    own: {
      pid: 100,
      exe: NODE,
      launcherPid: null,
      parentPid: null,
      systemDirectory: 'C:\\Windows\\System32',
    },
    ownSid: OWN_SID,
  })

  async info(pid = 8, ...sections: InfoSection[]) {
    const result = await this.detail.read(pid, null, new Set(sections))
    if (result.kind !== 'ok') throw new Error(result.kind)
    if (this.held !== 0) throw new Error('a handle was left open')
    return result.info
  }
}

test('everything of one that may be asked', async () => {
  const windows = new FakeWindows()
  windows.processes = [
    { pid: 4, name: 'System', start: 0n },
    {
      ...WEB,
      userTime: 30 * MS,
      kernelTime: 12 * MS,
      basePriority: 6,
      workingSet: 9 * MIB,
      privateWorkingSet: 5 * MIB,
      peakWorkingSet: 11 * MIB,
      commit: 7 * MIB,
      virtualSize: 4000 * MIB,
      pageFaults: 4321,
      handles: 812,
      sessionId: 1,
      readBytes: 100,
      writeBytes: 50,
    },
  ]
  const info = await windows.info()
  expect(info).toMatchObject({
    start_id: `w-${START.toString(16)}`,
    ppid: 4,
    name: 'web.exe',
    cmdline: ['D:\\tools\\web.exe', '--port', '8080', '--password=********'],
    exe: ANSWERS.exe,
    cwd: 'D:\\tools\\',
    user: 'anna',
    kind: 'background',
    status: 'sleeping',
    cpu_time_user_ms: 30,
    cpu_time_system_ms: 12,
    nice: 10,
    affinity: [0, 1, 3],
    io_priority: 'low',
    efficiency_mode: true,
    session: 1,
    num_handles: 812,
    memory: {
      rss_bytes: 9 * MIB,
      uss_bytes: 5 * MIB,
      shared_bytes: 4 * MIB,
      peak_rss_bytes: 11 * MIB,
      commit_bytes: 7 * MIB,
      vms_bytes: 4000 * MIB,
      page_faults: 4321,
    },
    io: { read_bytes: 100, write_bytes: 50 },
    ancestors: [{ pid: 4, name: 'System' }],
    blast: { permitted: true, other_user: false, protected_reason: null, session_critical: false },
  })
  expect(Object.values(info.unknown)).not.toContain('not_permitted')
})

test('one that may not be opened is told from the list, the rest needs permission', async () => {
  const windows = new FakeWindows()
  windows.mayOpen = false
  windows.mayEnd = false
  windows.folder = windows.affinity = windows.ioPriority = { kind: 'denied' }
  const info = await windows.info()
  expect(info).toMatchObject({
    name: 'web.exe',
    num_threads: 1,
    cmdline: null,
    exe: null,
    cwd: null,
    user: null,
    affinity: null,
    blast: { permitted: false, other_user: true },
  })
  for (const field of ['cmdline', 'exe', 'cwd', 'user', 'affinity', 'io_priority'])
    expect([field, info.unknown[field]]).toEqual([field, 'not_permitted'])
})

test('what ends while it is asked has what the list told, and the reason beside the rest', async () => {
  const windows = new FakeWindows()
  windows.answers = null
  windows.folder = windows.affinity = windows.ioPriority = { kind: 'gone' }
  const { name, unknown } = await windows.info()
  expect(name).toBe('web.exe')
  expect(unknown).toMatchObject({ cwd: 'gone', affinity: 'gone', io_priority: 'gone' })
})

test('a process of more groups of CPUs has no list of them; an odd priority is no word', async () => {
  const windows = new FakeWindows()
  windows.affinity = { kind: 'ok', value: 0n }
  windows.ioPriority = { kind: 'ok', value: 9 }
  const { affinity, io_priority, unknown } = await windows.info()
  expect([affinity, io_priority]).toEqual([null, null])
  expect(unknown).toMatchObject({ affinity: 'not_reported', io_priority: 'not_reported' })
})

test('the kernel is not asked: it has no program, no user that is told, and nobody may end it', async () => {
  const windows = new FakeWindows()
  const info = await windows.info(4)
  expect(info).toMatchObject({
    kind: 'kernel',
    cmdline: [],
    exe: null,
    cwd: null,
    started_at_ms: null,
    blast: { permitted: false, protected_reason: 'PID 4 is a part of Windows itself.' },
  })
  expect(info.unknown).toMatchObject({ exe: 'not_reported', user: 'not_reported' })
})

test('gone is gone; another start is another process, which is named', async () => {
  const windows = new FakeWindows()
  expect(await windows.detail.read(9, null, new Set())).toEqual({ kind: 'gone' })
  expect(await windows.detail.read(0, null, new Set())).toEqual({ kind: 'gone' })
  expect(await windows.detail.read(8, 'w-1', new Set())).toMatchObject({
    kind: 'identity_mismatch',
    owner: { pid: 8, name: 'web.exe' },
  })
  expect(windows.held).toBe(0)
})

test('services that it runs, and windows that do not answer', async () => {
  const windows = new FakeWindows()
  windows.services = [
    { name: 'Dhcp', pid: 8 },
    { name: 'EventLog', pid: 8 },
    { name: 'Spooler', pid: 12 },
    { name: 'Stopped', pid: null },
  ]
  expect(await windows.info()).toMatchObject({ kind: 'service', unit: 'Dhcp, EventLog' })
  windows.services = null
  windows.apps = new Map([[8, true]])
  expect(await windows.info()).toMatchObject({
    kind: 'app',
    unit: null,
    status: 'not-responding',
    blast: { has_windows: true },
  })
  windows.processes = [{ ...WEB, threads: [[5, 5]] }]
  expect((await windows.info()).status).toBe('stopped') // it does not answer because it stands
})

test('a service that Windows starts again says so, one that may not be asked says why', async () => {
  const windows = new FakeWindows()
  expect((await windows.info()).unknown).not.toHaveProperty(['blast.restarted_by'])
  windows.services = [{ name: 'Spooler', pid: 8 }]
  const denied = await windows.info()
  expect(denied.blast.restarted_by).toBeNull()
  expect(denied.unknown['blast.restarted_by']).toBe('not_permitted')
  const service: Partial<OpenService> = {
    failureActions: () => ({ kind: 'ok', value: [{ type: 1, delayMs: 5000 }] }),
    close: () => {},
  }
  windows.open = () => ({ code: 0, service: service as OpenService })
  const { blast, unknown } = await windows.info()
  expect(blast.restarted_by).toEqual({
    manager: 'Windows',
    unit: 'Spooler',
    policy: null,
    delay_ms: 5000,
  })
  expect(unknown).not.toHaveProperty(['blast.restarted_by'])
  windows.services = null // the manager does not answer
  expect((await windows.info()).unknown).toMatchObject({
    unit: 'failed',
    'blast.restarted_by': 'failed',
  })
})

test('threads with their times, priorities, names and what they wait for', async () => {
  const windows = new FakeWindows()
  const start = START + BigInt(2000 * MS)
  windows.processes = [
    {
      ...WEB,
      threads: [
        [5, 15, { tid: 81, userTime: 5 * MS, kernelTime: 2 * MS, start, basePriority: 10 }],
        [2, 0, { tid: 82 }],
        [0, 0, { tid: 83 }],
      ],
    },
  ]
  const info = await windows.info(8, 'threads')
  expect(info.threads).toMatchObject([
    {
      tid: 81,
      name: 'accept',
      status: 'sleeping',
      wait_channel: 'WrQueue',
      cpu_time_ms: 7,
      started_at_ms: (info.started_at_ms ?? 0) + 2000,
      nice: -5,
    },
    { tid: 82, name: '', status: 'running', wait_channel: null, started_at_ms: null },
    { tid: 83, status: 'unknown' },
  ])
  expect(info.wait_channel).toBe('WrQueue')
})

test('states and reasons by their numbers', () => {
  const does = (state: number, waitReason: number) => threadDoes({ state, waitReason })
  expect(does(1, 0)).toEqual({ status: 'running', waits: null })
  expect(does(4, 0)).toEqual({ status: 'dead', waits: null })
  expect(does(5, 5)).toEqual({ status: 'stopped', waits: 'Suspended' })
  expect(does(5, 12)).toEqual({ status: 'stopped', waits: 'WrSuspended' })
  expect(does(5, 37)).toEqual({ status: 'sleeping', waits: 'WrAlertByThreadId' })
  expect(does(5, 4_000_000_000)).toEqual({ status: 'sleeping', waits: null })
  expect(does(77, 0)).toEqual({ status: 'unknown', waits: null })
})

test('who is connected to its port is named; a socket older than its process is not its own', async () => {
  const windows = new FakeWindows()
  const before = START - 1n
  windows.processes.push({ pid: 12, parentPid: 8, name: 'browser.exe', start: START + 5n })
  windows.sockets = [
    { local: ['0.0.0.0', 8080], state: 2, pid: 8 },
    { local: ['127.0.0.1', 8080], remote: ['127.0.0.1', 50_000], pid: 8 },
    { local: ['127.0.0.1', 50_000], remote: ['127.0.0.1', 8080], pid: 12 },
    {
      local: ['0.0.0.0', 9999],
      state: 2,
      pid: 8,
      created: { low: Number(before & 0xffff_ffffn), high: Number(before >> 32n) },
    },
  ]
  const info = await windows.info(8, 'sockets', 'tree', 'files', 'limits')
  expect(info.blast).toMatchObject({
    descendant_count: 1,
    descendants: [{ pid: 12, name: 'browser.exe' }],
    listeners: [
      {
        port: 8080,
        clients: [{ pid: 12, name: 'browser.exe', address: '127.0.0.1:50000' }],
        client_count: 1,
      },
    ],
  })
  expect(info.sockets).toMatchObject([
    { fd: null, protocol: 'tcp', local: '0.0.0.0:8080', remote: null, state: 'LISTEN' },
    { local: '127.0.0.1:8080', remote: '127.0.0.1:50000', state: 'ESTABLISHED' },
  ])
  expect(info.tree?.map(({ pid }) => pid)).toEqual([8, 12])
  expect(info).toMatchObject({ files: null, limits: null })
  expect(info.unknown).toMatchObject({ files: 'not_supported', limits: 'not_supported' })
})

test('a table of sockets that Windows does not give is no program without ports', async () => {
  const windows = new FakeWindows()
  windows.sockets = null
  const info = await windows.info(8, 'sockets')
  expect([info.sockets, info.blast.listeners]).toEqual([null, null])
  expect(info.unknown).toMatchObject({ sockets: 'failed', 'blast.listeners': 'failed' })
})

test('a parent that began later is none, and nobody’s child', async () => {
  const windows = new FakeWindows()
  windows.processes = [
    { ...WEB, parentPid: 12 },
    { pid: 12, name: 'late.exe', start: START + 1n },
  ]
  expect(await windows.info()).toMatchObject({
    ppid: 0,
    ancestors: [],
    unknown: { ancestors: 'gone' },
  })
  expect((await windows.info(12)).blast.descendants).toEqual([])
})
