import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { koffiOrNull } from '../ffi.ts'
import { createLinuxPeerUids } from './linux-peers.ts'
import { addressBytes } from './net-address.ts'
import { findSocketUid, tableKey } from './parse-net-tcp.ts'
import { createPeerLookup, relationOf, type PeerConnection } from './peer.ts'
import { decodeAnswer, openSockDiag } from './sock-diag.ts'

const end = (address: string, port: number) => ({ address: addressBytes(address) as Buffer, port })
const HEADER =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n'
const line = (ends: string, state: string, uid: number, inode: number) =>
  `   0: ${ends} ${state} 00000000:00000000 00:00000000 00000000  ${uid}        0 ${inode} 1 0000000000000000 100 0 0 10 0\n`
const ours = '0100007F:1F40'
const theirs = '0100007F:D431'

describe('table of sockets', () => {
  const key = tableKey(end('127.0.0.1', 0xd431), end('127.0.0.1', 0x1f40), 'tcp')

  test('finds the caller, not our own end of the same connection', () => {
    const table =
      HEADER + line(`${ours} ${theirs}`, '01', 0, 11) + line(`${theirs} ${ours}`, '01', 1000, 12)
    expect(findSocketUid(Buffer.from(table), key)).toBe(1000)
  })

  test('a socket that nobody holds any more says user 0 and is not believed', () => {
    const waiting = HEADER + line(`${theirs} ${ours}`, '06', 0, 0)
    const orphaned = HEADER + line(`${theirs} ${ours}`, '05', 0, 0)
    expect(findSocketUid(Buffer.from(waiting), key)).toBeNull()
    expect(findSocketUid(Buffer.from(orphaned), key)).toBeNull()
    expect(findSocketUid(Buffer.from(waiting + line(`${theirs} ${ours}`, '01', 7, 5)), key)).toBe(7)
  })

  test('writes IPv6 and mapped addresses as the kernel does', () => {
    expect(tableKey(end('::1', 1), end('::1', 2), 'tcp6')).toBe(
      ' 00000000000000000000000001000000:0001 00000000000000000000000001000000:0002 ',
    )
    expect(tableKey(end('127.0.0.1', 1), end('::ffff:127.0.0.1', 2), 'tcp6')).toBe(
      ' 0000000000000000FFFF00000100007F:0001 0000000000000000FFFF00000100007F:0002 ',
    )
  })

  test('any bytes give a number or nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat({ max: 400 }), (noise, at) => {
        const bytes = Buffer.concat([noise.subarray(0, at), Buffer.from(key), noise.subarray(at)])
        const uid = findSocketUid(bytes, key)
        expect(uid === null || Number.isSafeInteger(uid)).toBe(true)
      }),
    )
  })

  test('a line cut by the end of a chunk is still found among 10,000', () => {
    const root = mkdtempSync(join(tmpdir(), 'peer-'))
    mkdirSync(join(root, 'net'))
    const other = Array.from({ length: 10_000 }, (_, i) =>
      line(
        `0100007F:${(i + 1024).toString(16).toUpperCase().padStart(4, '0')} ${ours}`,
        '01',
        5,
        i + 1,
      ),
    )
    for (const at of [0, 435, 5000, 10_000]) {
      const lines = other.toSpliced(at, 0, line(`${theirs} ${ours}`, '01', 1234, 99))
      writeFileSync(join(root, 'net', 'tcp'), HEADER + lines.join(''))
      const uidOf = createLinuxPeerUids({ procRoot: root, sockDiag: null })
      expect(uidOf(connection({ remotePort: 0xd431, localPort: 0x1f40 }))).toBe(1234)
    }
  })
})

test('addresses Node may report', () => {
  expect(addressBytes('127.0.0.1')).toEqual(addressBytes('::ffff:127.0.0.1'))
  expect(addressBytes('::1')?.toString('hex')).toBe(`${'0'.repeat(31)}1`)
  expect(addressBytes('fe80::1%lo')?.toString('hex')).toBe(`fe80${'0'.repeat(27)}1`)
  expect(addressBytes('300.1.1.1')).toBeNull()
  expect(addressBytes('')).toBeNull()
})

test('what a user number means', () => {
  expect(relationOf(1000, 1000, 65534)).toBe('same_user')
  expect(relationOf(0, 1000, 65534)).toBe('administrator')
  expect(relationOf(1001, 1000, 65534)).toBe('other_user')
  expect(relationOf(null, 1000, 65534)).toBe('unknown')
  expect(relationOf(65534, 65534, 65534)).toBe('unknown')
})

test('a system without a look-up says so', () => {
  const lookup = createPeerLookup({ ownerUid: 501, platform: 'darwin' })
  expect(lookup.relationOf(connection({}))).toBe('unknown')
})

test('an answer of the kernel is never read past its end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (noise) => {
      const answer = decodeAnswer(Buffer.from(noise), end('::1', 1), end('::1', 2))
      expect(answer === null || answer === 'unsupported' || Number.isSafeInteger(answer)).toBe(true)
    }),
  )
})

function connection(ends: Partial<PeerConnection>): PeerConnection {
  return {
    localAddress: '127.0.0.1',
    localPort: 1,
    remoteAddress: '127.0.0.1',
    remotePort: 2,
    ...ends,
  }
}

describe.skipIf(process.platform !== 'linux')('real connections', () => {
  const open: (Server | Socket)[] = []
  afterEach(() => {
    for (const each of open.splice(0))
      if ('destroy' in each) each.destroy()
      else each.close()
  })

  async function accept(host: string, dial: (port: number) => void): Promise<PeerConnection> {
    const server = createServer()
    open.push(server)
    await new Promise<void>((resolve) => server.listen(0, host, resolve))
    const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve))
    dial((server.address() as AddressInfo).port)
    const socket = await accepted
    open.push(socket)
    return {
      localAddress: socket.localAddress ?? '',
      localPort: socket.localPort ?? 0,
      remoteAddress: socket.remoteAddress ?? '',
      remotePort: socket.remotePort ?? 0,
    }
  }
  const ways = [
    ['tables', null],
    ['kernel', openSockDiag(koffiOrNull())],
  ] as const

  test.each(ways)(
    'by %s: our own connection is ours, a closed one is nobody’s',
    async (_name, sockDiag) => {
      const uidOf = createLinuxPeerUids({ procRoot: '/proc', sockDiag })
      for (const host of ['127.0.0.1', '::1']) {
        let client: Socket | undefined
        const ends = await accept(host, (port) => (client = connect(port, host)))
        expect(uidOf(ends)).toBe(process.getuid?.())
        const closed = new Promise((resolve) => client?.once('close', resolve))
        client?.destroy()
        await closed
        expect(uidOf(ends)).toBeNull()
      }
    },
  )

  test.each(ways)('by %s: an IPv6 socket that dials 127.0.0.1', async (_name, sockDiag) => {
    const uidOf = createLinuxPeerUids({ procRoot: '/proc', sockDiag })
    const ends = await accept('127.0.0.1', (port) => open.push(connect(port, '::ffff:127.0.0.1')))
    expect(uidOf(ends)).toBe(process.getuid?.())
  })

  test('the exact question works here', () => {
    expect(ways[1][1], 'no FFI on this machine').not.toBeNull()
  })

  test.each(ways)('by %s: another user is another user', async (_name, sockDiag) => {
    if (process.getuid?.() !== 0) {
      console.log('not root: another user cannot be played, the fixture tables stand in')
      return
    }
    const script = "process.setuid(4321);require('net').connect(+process.argv[1],'127.0.0.1')"
    const uidOf = createLinuxPeerUids({ procRoot: '/proc', sockDiag })
    let child: ReturnType<typeof spawn> | undefined
    const ends = await accept('127.0.0.1', (port) => {
      child = spawn(process.execPath, ['-e', script, String(port)], { stdio: 'ignore' })
    })
    expect(uidOf(ends)).toBe(4321)
    child?.kill()
  })
})
