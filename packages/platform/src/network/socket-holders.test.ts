import { expect, test } from 'vitest'
import { tree } from '../tree-rig.ts'
import { SocketHolderFinder, type Candidate } from './socket-holders.ts'
import type { TcpSocket } from './tcp-dump.ts'

const socketOf = (inode: number): TcpSocket => ({
  cookie: inode,
  inode,
  recvBytes: 0,
  sentBytes: 0,
  local: `127.0.0.1:${inode}`,
  remote: '127.0.0.1:1',
})
const candidate = (pid: number): Candidate => ({ pid, startId: `s${pid}`, starttimeTicks: pid })
/** Time for so many processes. */
const timeFor = (processes: number) => ({ goesOn: async () => processes-- > 0 })

test('a search that has no time for all processes goes on where it stopped, each once a round', async () => {
  const pids = [1, 2, 3, 4, 5, 6, 7]
  using world = tree(
    Object.fromEntries(pids.map((pid) => [`${pid}/fd/3`, `-> socket:[${pid * 100}]`])),
  )
  const finder = new SocketHolderFinder(world.root, candidate)
  const find = async (inodes: number[], processes: number) => {
    const held = await finder.find(inodes.map(socketOf), pids, timeFor(processes))
    return inodes.map((inode) => held.get(inode)?.pid ?? null)
  }
  expect(await find([700], 3)).toEqual([null])
  expect(await find([700], 3)).toEqual([null])
  expect(await find([700], 3)).toEqual([7])
  // The one with a connection first, then the others, each once.
  expect(await find([700, 600], 1)).toEqual([7, null])
  expect(await find([700, 600], 3)).toEqual([7, null])
  expect(await find([700, 600], 3)).toEqual([7, 6])
  // Found, so the next search begins anew.
  expect(await find([700, 600, 100], 3)).toEqual([7, 6, 1])
})

test('who takes a socket after it was looked at is found in the next round', async () => {
  using world = tree({ '1/fd/3': '-> /dev/null', '2/fd/3': '-> /dev/null' })
  const finder = new SocketHolderFinder(world.root, candidate)
  const find = (processes: number) => finder.find([socketOf(100)], [1, 2], timeFor(processes))
  expect((await find(1)).size).toBe(0)
  world.write({ '1/fd/4': '-> socket:[100]' })
  expect((await find(1)).size).toBe(0)
  expect((await find(1)).get(100)?.pid).toBe(1)
})
