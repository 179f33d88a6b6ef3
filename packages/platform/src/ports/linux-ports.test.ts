import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseInet } from '../detail/sockets.ts'
import { defaultOptions, type PlatformOptions } from '../options.ts'
import { tree } from '../tree-rig.ts'
import { createPorts } from './create-ports.ts'
import { LinuxPorts } from './linux-ports.ts'

const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'
const line = (local: string, remote: string, state: string, uid: number, inode: number) =>
  `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000  ${uid}        0 ${inode} 1 0000000000000000 100 0 0 10 0`
const stat = (pid: number, comm: string) =>
  `${pid} (${comm}) S 1 ${pid} ${pid} 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 500 0 0 0 ${'0 '.repeat(27)}`

/** A server with two workers, a client of it, and a listener that nobody seen here holds. */
const machine = () =>
  tree({
    'proc/sys/kernel/random/boot_id': 'abcdef01-0000-0000-0000-000000000000\n',
    'etc/passwd': 'root:x:0:0::/:/bin/sh\nanna:x:1000:1000::/:/bin/sh\n',
    'proc/net/tcp': [
      HEAD,
      line('0100007F:1F40', '00000000:0000', '0A', 1000, 11),
      line('0100007F:1F40', '0100007F:C350', '01', 1000, 12),
      line('0100007F:C350', '0100007F:1F40', '01', 1000, 13),
      line('00000000:0016', '00000000:0000', '0A', 0, 14),
      line('0100007F:C351', '0100007F:1F40', '06', 0, 0), // TIME_WAIT: nobody's any more
      line('00000000:0801', '00000000:0000', '0A', 0, 0), // the kernel's own
    ].join('\n'),
    'proc/net/udp': [HEAD, line('00000000:14E9', '00000000:0000', '07', 1000, 15)].join('\n'),
    'proc/100/stat': stat(100, 'server'),
    'proc/100/fd/3': '-> socket:[11]',
    'proc/100/fd/4': '-> socket:[12]',
    'proc/100/fd/5': '-> /dev/null',
    'proc/101/stat': stat(101, 'server'),
    'proc/101/fd/3': '-> socket:[11]',
    'proc/200/stat': stat(200, 'client'),
    'proc/200/fd/7': '-> socket:[13]',
    'proc/200/fd/8': '-> socket:[15]',
  })

const optionsOf = (root: string, nowMs = () => 0): PlatformOptions => ({
  ...defaultOptions,
  procRoot: path.join(root, 'proc'),
  etcRoot: path.join(root, 'etc'),
  clock: { monotonicMs: nowMs, epochMs: () => 5 },
})

test('listeners come first, each with all who hold it; closing sockets are nobody’s', async () => {
  using tmp = machine()
  const list = await new LinuxPorts(optionsOf(tmp.root)).read()
  const told = list.sockets.map((each) => [
    each.role,
    each.protocol,
    each.local_port,
    each.remote_port,
    each.user,
    each.owners?.map(({ name, pid }) => `${name} ${pid}`) ?? each.unknown['owners'],
  ])
  expect(told).toEqual([
    ['listens', 'tcp', 22, null, 'root', 'not_reported'],
    ['listens', 'tcp', 2049, null, 'root', []],
    ['listens', 'udp', 5353, null, 'anna', ['client 200']],
    ['listens', 'tcp', 8000, null, 'anna', ['server 100', 'server 101']],
    ['connected', 'tcp', 8000, 50_000, 'anna', ['server 100']],
    ['connected', 'tcp', 50_000, 8000, 'anna', ['client 200']],
  ])
  expect(list).toMatchObject({ socket_count: 6, complete: true, sampled_at_ms: 5 })
  expect(list.sockets[3]).toMatchObject({
    local_address: '127.0.0.1',
    remote_address: null,
    owners: [{ pid: 100, start_id: 'abcdef01-500' }, { pid: 101 }],
  })
})

test('a holder whose numbers are not understood is left out, and the list stands', async () => {
  using tmp = machine()
  tmp.write({ 'proc/101/stat': 'not as the manual says' })
  const { sockets } = await new LinuxPorts(optionsOf(tmp.root)).read()
  expect(sockets[3]?.owners?.map(({ pid }) => pid)).toEqual([100])
})

test('descriptors that may not be read leave the owner unknown, not absent', async (context) => {
  if (process.getuid?.() === 0) context.skip('root may read every descriptor')
  using tmp = machine()
  chmodSync(path.join(tmp.root, 'proc/200/fd'), 0o000)
  const list = await new LinuxPorts(optionsOf(tmp.root)).read()
  chmodSync(path.join(tmp.root, 'proc/200/fd'), 0o700)
  const client = list.sockets.find((each) => each.local_port === 50_000)
  expect(client).toMatchObject({ owners: null, unknown: { owners: 'not_permitted' } })
})

test('an answer is kept for two seconds and shared', async () => {
  using tmp = machine()
  let nowMs = 0
  const ports = new LinuxPorts(optionsOf(tmp.root, () => nowMs))
  const first = ports.read()
  expect(ports.read()).toBe(first)
  nowMs = 1999
  expect(ports.read()).toBe(first)
  tmp.write({ 'proc/net/tcp6': '' })
  nowMs = 2000
  expect(ports.read()).not.toBe(first)
})

test('any address and port of the table comes back as it was', () => {
  const byte = fc.integer({ min: 0, max: 255 })
  const port = fc.integer({ min: 0, max: 65_535 })
  fc.assert(
    fc.property(fc.tuple(byte, byte, byte, byte), port, fc.nat(), ([a, b, c, d], number, uid) => {
      const hex = (value: number, digits: number) =>
        value.toString(16).toUpperCase().padStart(digits, '0')
      const local = `${[d, c, b, a].map((one) => hex(one, 2)).join('')}:${hex(number, 4)}`
      const [entry] = parseInet('tcp', line(local, '00000000:0000', '0A', uid, 77))
      expect(entry).toMatchObject({
        local: `${a}.${b}.${c}.${d}:${number}`,
        localPort: number,
        remote: null,
        state: 'LISTEN',
        uid: uid > 9_999_999_999 ? null : uid,
        inode: '77',
      })
    }),
  )
})

test('whatever the table holds, parsing it does not fail', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(parseInet('tcp6', text).every(({ localPort }) => localPort >= 0)).toBe(true)
    }),
  )
})

test('a child that listens is found on this machine, and so is who calls it', async (context) => {
  const ports = await createPorts({
    ...defaultOptions,
    clock: { monotonicMs: () => performance.now() * 1e6, epochMs: Date.now }, // nothing is kept
  })
  if (ports === null) return context.skip('no provider for this system yet')
  const code =
    "const s = require('node:net').createServer().listen(0, '127.0.0.1', () => process.send(s.address().port))"
  const child = spawn(process.execPath, ['-e', code], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  try {
    const [port] = (await once(child, 'message')) as [number]
    const listener = (await ports.read()).sockets.find(
      (each) => each.role === 'listens' && each.local_port === port,
    )
    expect(listener?.owners?.map(({ pid }) => pid)).toEqual([child.pid])
    expect(listener?.local_address).toBe('127.0.0.1')
  } finally {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const own = (server.address() as { port: number }).port
  const found = (await ports.read()).sockets.find((each) => each.local_port === own)
  expect(found?.owners?.map(({ pid }) => pid)).toEqual([process.pid])
  server.close()
})
