import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import path from 'node:path'
import { expect, test } from 'vitest'
import { defaultOptions, type PlatformOptions } from '../options.ts'
import { tree } from '../tree-rig.ts'
import { createNetworkUse } from './create-network-use.ts'
import { LinuxNetworkUse } from './linux-network-use.ts'
import type { Connection } from './network-use-provider.ts'
import type { TcpSocket } from './tcp-dump.ts'

const stat = (pid: number, comm: string, starttime = 500) =>
  `${pid} (${comm}) S 1 ${pid} ${pid} 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 ${starttime} 0 0 0 ${'0 '.repeat(27)}`

/** A server, a worker of it that holds the same socket, and a process in a container. */
const machine = () =>
  tree({
    'proc/sys/kernel/random/boot_id': 'abcdef01-0000-0000-0000-000000000000\n',
    'proc/self/ns/net': '-> net:[1]',
    'proc/net/dev':
      'Inter-|   Receive  |  Transmit\n face |bytes\n    lo: 9 1 0 0 0 0 0 0 9 1 0 0 0 0 0 0\n  eth0:1000 20 0 0 0 0 0 0 900 9 0 0 0 0 0 0\n',
    'proc/100/stat': stat(100, 'server'),
    'proc/100/ns/net': '-> net:[1]',
    'proc/100/fd/3': '-> socket:[11]',
    'proc/101/stat': stat(101, 'worker', 600),
    'proc/101/ns/net': '-> net:[1]',
    'proc/101/fd/3': '-> socket:[11]',
    'proc/101/fd/4': '-> socket:[12]',
    'proc/200/stat': stat(200, 'contained'),
    'proc/200/ns/net': '-> net:[2]',
    'proc/200/fd/0': '-> /dev/null',
  })

const tcpSocket = (cookie: number, inode: number, bytes = 0): TcpSocket => ({
  cookie,
  inode,
  recvBytes: bytes,
  sentBytes: 2 * bytes,
  local: 'ours',
  remote: 'far ',
})

function useOf(root: string, sockets: () => TcpSocket[] | null) {
  const options: PlatformOptions = {
    ...defaultOptions,
    procRoot: path.join(root, 'proc'),
    sysRoot: path.join(root, 'sys'),
    clock: { monotonicMs: () => 7000, epochMs: () => 5 },
  }
  return new LinuxNetworkUse(options, () => Promise.resolve(sockets()))
}

const holders = (connections: ReadonlyMap<number, Connection> = new Map()) =>
  [...connections].map(([cookie, { holder }]) => [cookie, holder?.pid ?? null])

test('a connection is of the process that holds it, one held by several of the oldest', async () => {
  using tmp = machine()
  const sample = await useOf(tmp.root, () => [
    tcpSocket(1, 11, 50),
    tcpSocket(2, 12),
    tcpSocket(3, 99),
  ]).sample()
  expect(sample).toMatchObject({
    apart: [{ pid: 200, startId: 'abcdef01-500' }],
    denied: false,
    monotonicMs: 7000,
    epochMs: 5,
  })
  expect(holders(sample?.connections)).toEqual([
    [1, 100],
    [2, 101],
    [3, null],
  ])
  expect(sample?.connections.get(1)).toEqual({
    recvBytes: 50,
    sentBytes: 100,
    holder: { pid: 100, startId: 'abcdef01-500' },
    inside: false,
  })
  expect([...(sample?.interfaces ?? [])]).toMatchObject([
    ['eth0', { recvBytes: 1000, sentBytes: 900 }],
  ])
})

test('a socket that was closed still sends for who held it; one that was handed on changes hands', async () => {
  using tmp = machine()
  let sockets = [tcpSocket(1, 11), tcpSocket(2, 12)]
  const use = useOf(tmp.root, () => sockets)
  await use.sample()
  rmSync(path.join(tmp.root, 'proc/100/fd/3'))
  sockets = [tcpSocket(1, 11), tcpSocket(2, 0)]
  expect(holders((await use.sample())?.connections)).toEqual([
    [1, 101],
    [2, 101],
  ])
})

test('a pid that was used again holds nothing of the process before', async () => {
  using tmp = machine()
  const use = useOf(tmp.root, () => [tcpSocket(2, 0), tcpSocket(1, 11)])
  await use.sample()
  tmp.write({ 'proc/100/stat': stat(100, 'other', 900) })
  const sample = await use.sample()
  expect(sample?.connections.get(1)?.holder).toEqual({ pid: 100, startId: 'abcdef01-900' })
  expect(sample?.connections.get(2)?.holder).toBeNull()
})

test('where the kernel does not tell there is no sample', async () => {
  using tmp = machine()
  expect(await useOf(tmp.root, () => null).sample()).toBeNull()
})

test.runIf(process.getuid?.() !== 0)('what may not be looked into is denied', async () => {
  using tmp = machine()
  chmodSync(path.join(tmp.root, 'proc/101/ns'), 0)
  chmodSync(path.join(tmp.root, 'proc/101/fd'), 0)
  const sample = await useOf(tmp.root, () => [tcpSocket(2, 12)]).sample()
  expect(sample?.denied).toBe(true)
  expect(holders(sample?.connections)).toEqual([[2, null]])
})

test.runIf(process.platform === 'linux')(
  'two real processes: to the byte, also when their connections are new',
  async () => {
    const use = await createNetworkUse()
    if (use === null) throw new Error('no FFI on this machine')
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const child = spawn(process.execPath, ['-e', TALKER, String(port)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    try {
      const [accepted] = (await once(server, 'connection')) as [Socket]
      const before = countedFor(await use.sample(), child)
      await talk(child, accepted, 1_234_567, 89_012)
      const after = countedFor(await use.sample(), child)
      expect(after.recvBytes - before.recvBytes).toBe(89_012)
      // What a busy machine made the kernel send again has been sent as well.
      const sent = after.sentBytes - before.sentBytes
      expect(sent).toBeGreaterThanOrEqual(1_234_567)
      expect(sent).toBeLessThan(2 * 1_234_567)
      const own = countedFor(await use.sample(), process)
      expect(own.recvBytes).toBeGreaterThanOrEqual(1_234_567)
      accepted.destroy()
    } finally {
      child.kill('SIGKILL')
      server.close()
    }
  },
)

/** Sends as many bytes as it is told, and tells when it has got as many. */
const TALKER = `
  const socket = require('node:net').connect(+process.argv[1], '127.0.0.1')
  process.on('message', ({ send, get }) => {
    let got = 0
    socket.on('data', (bytes) => { got += bytes.length; if (got === get) process.send('got') })
    socket.write(Buffer.alloc(send))
  })`

/** Resolves when both have everything, and so has the kernel on both ends. */
async function talk(child: ChildProcess, socket: Socket, fromChild: number, toChild: number) {
  let got = 0
  const arrived = new Promise<void>((resolve) => {
    socket.on('data', (bytes) => {
      got += bytes.length
      if (got === fromChild) resolve()
    })
  })
  const answered = once(child, 'message')
  child.send({ send: fromChild, get: toChild })
  socket.write(Buffer.alloc(toChild))
  await Promise.all([arrived, answered])
}

type Sample = Awaited<ReturnType<LinuxNetworkUse['sample']>>

/** Of all connections of one process: those inside this computer. */
function countedFor(sample: Sample, { pid }: Pick<ChildProcess, 'pid'>) {
  const sum = { recvBytes: 0, sentBytes: 0 }
  for (const { holder, inside, recvBytes, sentBytes } of sample?.connections.values() ?? []) {
    if (holder?.pid !== pid || !inside) continue
    sum.recvBytes += recvBytes
    sum.sentBytes += sentBytes
  }
  return sum
}
