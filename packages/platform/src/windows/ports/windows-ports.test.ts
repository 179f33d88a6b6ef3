import { expect, test } from 'vitest'
import { Snapshot } from '../processes/snapshot.ts'
import { processListBytes, type ListedProcess } from '../processes/process-list-bytes.ts'
import { TCP4, UDP6, UDP4, TCP6 } from '../sockets/parse-socket-tables.ts'
import { socketTable, tcpTable, type SocketRow } from '../sockets/socket-table-rig.ts'
import { WindowsPorts } from './windows-ports.ts'

const BASE = 0x7fff_0000_1000
const START = 134_401_990_776_155_100n
const halves = (time: bigint) => ({
  low: Number(time & 0xffff_ffffn),
  high: Number(time >> 32n),
})

function ports(tcp: readonly SocketRow[], processes: readonly ListedProcess[]) {
  let nowMs = 0
  let asked = 0
  const provider = new WindowsPorts({
    clock: { monotonicMs: () => nowMs, epochMs: () => nowMs },
    sockets: {
      tcpTable: (family) => {
        asked++
        return family === 4 ? tcpTable(TCP4, tcp) : tcpTable(TCP6, [])
      },
      udpTable: (family) => socketTable(family === 4 ? UDP4 : UDP6, []),
    },
    snapshot: new Snapshot({
      list: (buffer) => processListBytes(processes, BASE).copy(buffer),
      addressOf: () => BASE,
      cpuCount: () => 4,
    }),
    questions: {
      ask: (pid) => (pid === 8 ? { exe: null, commandLine: null, sid: 'S-1-5-21-1' } : null),
      userOf: () => Promise.resolve('anna'),
    },
  })
  return { provider, later: (ms: number) => (nowMs += ms), asked: () => asked }
}

const listener = (port: number, more: Partial<SocketRow> = {}): SocketRow => ({
  local: ['0.0.0.0', port],
  state: 2,
  pid: 8,
  ...more,
})

test('a listener with its owner by start mark and its user', async () => {
  const { provider } = ports([listener(8080)], [{ pid: 8, name: 'web.exe', start: START }])
  expect(await provider.read()).toMatchObject({
    sockets: [
      {
        protocol: 'tcp',
        role: 'listens',
        local_port: 8080,
        user: 'anna',
        owners: [{ pid: 8, name: 'web.exe', start_id: `w-${START.toString(16)}` }],
        unknown: {},
      },
    ],
    socket_count: 1,
    complete: true,
  })
})

test('an owner that is gone, whose pid is another’s, or that is not told is unknown, with the reason', async () => {
  const rows = [
    listener(1, { pid: 4000 }),
    listener(2, { created: halves(START - 1n) }),
    listener(3, { pid: 0 }),
  ]
  const { sockets } = await ports(rows, [{ pid: 8, start: START }]).provider.read()
  expect(sockets.map(({ owners, unknown }) => [owners, unknown['owners']])).toEqual([
    [null, 'gone'],
    [null, 'gone'],
    [null, 'not_reported'],
  ])
})

test('a socket of the kernel, and of a process that may not be asked, has an owner and no user', async () => {
  const { sockets } = await ports(
    [listener(445, { pid: 4 })],
    [{ pid: 4, name: 'System', start: 0n }],
  ).provider.read()
  expect(sockets[0]).toMatchObject({ user: null, owners: [{ pid: 4, name: 'System' }] })
})

test('connections that end are not shown; a reading is shared for two seconds', async () => {
  const rows: SocketRow[] = [
    { local: ['10.0.0.1', 5], remote: ['10.0.0.2', 443], state: 11 },
    { local: ['10.0.0.1', 6], remote: ['10.0.0.2', 443], state: 5, pid: 8 },
  ]
  const { provider, later, asked } = ports(rows, [{ pid: 8, start: START }])
  const first = await provider.read()
  expect(first.sockets.map(({ local_port: port }) => port)).toEqual([6])
  later(1999)
  expect(await provider.read()).toBe(first)
  later(1)
  expect(await provider.read()).not.toBe(first)
  expect(asked()).toBe(4)
})
