import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fakeMac, noFakeLibrary, type FakeMac } from '../fake-library-rig.ts'
import type { MacLibrary } from '../lib-system.ts'
import { macPeerUids } from './mac-peers.ts'
import { MacPorts } from './mac-ports.ts'

describe.skipIf(noFakeLibrary !== null)('sockets of macOS', () => {
  let mac: FakeMac
  beforeAll(() => {
    mac = fakeMac()
  })
  afterAll(() => mac[Symbol.dispose]())
  beforeEach(() => {
    mac.reset(501)
    mac.process({ pid: 50, uid: 0, name: 'sshd' })
    mac.process({ pid: 700, name: 'node', micros: 5 })
    mac.process({ pid: 701, ppid: 700, name: 'node' })
    mac.program(700, '/opt/node/bin/node', ['node'])
    mac.socket(50, { fd: 3, state: 1, version: 2, local: ['::', 22] })
    mac.socket(700, { fd: 3, state: 1, version: 3, family: 30, local: ['::', 8080] })
    mac.socket(701, { fd: 3, state: 1, version: 3, family: 30, local: ['::', 8080] })
    mac.socket(700, { fd: 4, state: 4, local: ['127.0.0.1', 8080], remote: ['127.0.0.1', 50_000] })
    mac.socket(50, { fd: 8, state: 4, local: ['127.0.0.1', 50_000], remote: ['127.0.0.1', 8080] })
    mac.socket(700, { fd: 5, state: 10, local: ['127.0.0.1', 9], remote: ['127.0.0.1', 10] })
    mac.socket(700, { fd: 6, local: ['0.0.0.0', 5353] })
  })

  const ports = (library: MacLibrary = mac.library) =>
    new MacPorts({ monotonicMs: () => 0, epochMs: () => 7 }, library)

  const told = async (provider: MacPorts) =>
    (await provider.read()).sockets.map((each) => [
      each.role,
      each.protocol,
      each.local_address,
      each.local_port,
      each.user,
      each.owners?.map(({ pid }) => pid) ?? each.unknown['owners'],
    ])

  test('listeners come first, of every user; who holds them as far as that may be known', async () => {
    expect(await told(ports())).toEqual([
      ['listens', 'tcp6', '::', 22, 'root', 'not_permitted'],
      ['listens', 'udp', '0.0.0.0', 5353, 'anna', [700]],
      ['listens', 'tcp6', '::', 8080, 'anna', [700, 701]],
      ['listens', 'tcp6', '::', 8080, 'anna', [700, 701]],
      ['connected', 'tcp', '127.0.0.1', 8080, 'anna', [700]],
      ['connected', 'tcp', '127.0.0.1', 50_000, 'root', 'not_permitted'],
    ])
    const list = await ports().read()
    expect(list).toMatchObject({ socket_count: 6, complete: true, sampled_at_ms: 7 })
    expect(list.sockets[1]?.owners).toEqual([
      { pid: 700, start_id: expect.stringMatching(/^m-/), name: 'node' },
    ])
  })

  test('where the kernel lists none, those of our own user are there still', async () => {
    mac.older({ listsSockets: false })
    expect(await told(ports())).toEqual([
      ['listens', 'udp', '0.0.0.0', 5353, null, [700]],
      ['listens', 'tcp6', '::', 8080, null, [700, 701]],
      ['connected', 'tcp', '127.0.0.1', 8080, null, [700]],
    ])
  })

  test('a list of another layout is not guessed at', async () => {
    const systemByName: MacLibrary['systemByName'] = (name, into) => {
      const length = mac.library.systemByName(name, into)
      if (name.includes('pcblist')) into.writeUInt32LE(70, 24) // the length of the first record
      return length
    }
    expect(await told(ports({ ...mac.library, systemByName }))).toHaveLength(3)
  })

  test('more sockets than fit come with a second question', async () => {
    for (let port = 1000; port < 2000; port++) {
      mac.socket(700, { fd: port, state: 1, local: ['127.0.0.1', port] })
    }
    expect((await ports().read()).socket_count).toBe(1006)
  })

  describe('who is at the other end', () => {
    const ends = { localAddress: '127.0.0.1', localPort: 8080 }

    test('the user of the end of the caller, not of ours', () => {
      const uidOf = macPeerUids(mac.library)
      expect(uidOf({ ...ends, remoteAddress: '127.0.0.1', remotePort: 50_000 })).toBe(0)
      expect(
        uidOf({
          localAddress: '::ffff:127.0.0.1',
          localPort: 50_000,
          remoteAddress: '::ffff:127.0.0.1',
          remotePort: 8080,
        }),
      ).toBe(501)
    })

    test('a program in a sandbox is nobody known, and so is everybody where that cannot be told', () => {
      const from50 = { ...ends, remoteAddress: '127.0.0.1', remotePort: 50_000 }
      mac.sandbox(50)
      expect(macPeerUids(mac.library)(from50)).toBeNull()
      mac.sandbox(700)
      expect(macPeerUids(mac.library)(from50)).toBe(0)
      mac.sandbox(0)
      expect(macPeerUids({ ...mac.library, isSandboxed: () => null })(from50)).toBeNull()
    })

    test('IPv6 is another address, even with the same last bytes', () => {
      mac.socket(700, {
        fd: 20,
        state: 4,
        version: 2,
        local: ['::1', 60_000],
        remote: ['::1', 8080],
      })
      const uidOf = macPeerUids(mac.library)
      const six = { localAddress: '::1', localPort: 8080, remoteAddress: '::1' }
      expect(uidOf({ ...six, remotePort: 60_000 })).toBe(501)
      expect(uidOf({ ...ends, remoteAddress: '127.0.0.1', remotePort: 60_000 })).toBeNull()
      expect(uidOf({ ...six, remotePort: 50_000 })).toBeNull()
    })

    test('a closing connection, one that is not there, and no list: unknown', () => {
      const uidOf = macPeerUids(mac.library)
      const closing = { localAddress: '127.0.0.1', localPort: 10, remoteAddress: '127.0.0.1' }
      expect(uidOf({ ...closing, remotePort: 9 })).toBeNull()
      expect(uidOf({ ...ends, remoteAddress: '127.0.0.1', remotePort: 1 })).toBeNull()
      expect(uidOf({ ...ends, remoteAddress: 'nonsense', remotePort: 1 })).toBeNull()
      mac.older({ listsSockets: false })
      expect(uidOf({ ...ends, remoteAddress: '127.0.0.1', remotePort: 50_000 })).toBeNull()
    })
  })
})
