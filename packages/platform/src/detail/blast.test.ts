import path from 'node:path'
import { expect, test } from 'vitest'
import { tree } from '../tree-rig.ts'
import { clientOwners } from './client-owners.ts'
import { listenersOf, restartedBy } from './blast.ts'
import { parseInet } from './sockets.ts'

const V6_ANY = '0'.repeat(32)
const line = (local: string, remote: string, state: string, inode: number) =>
  `0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000 0 0 ${inode} 1`

test('clients are those of the very listener: not of another address, and not of another protocol', () => {
  // Port 53, and who came from port 40000 and 40001 to 127.0.0.1 and 10.0.0.1.
  const tcp = parseInet(
    'tcp',
    [
      line('0100007F:0035', '00000000:0000', '0A', 11),
      line('0100007F:0035', '0100007F:9C40', '01', 12),
      line('0100000A:0035', '0200000A:9C41', '01', 13),
    ].join('\n'),
  )
  const mapped = (word: string) => `0000000000000000FFFF0000${word}`
  const tcp6 = parseInet(
    'tcp6',
    [
      line(`${V6_ANY}:0035`, `${V6_ANY}:0000`, '0A', 21),
      line(`${mapped('0300000A')}:0035`, `${mapped('0400000A')}:9C42`, '01', 22),
    ].join('\n'),
  )
  const udp = parseInet('udp', line('00000000:0035', '00000000:0000', '07', 31))
  const sockets = [...tcp, ...tcp6, ...udp]
  const clients = (inode: number) =>
    listenersOf(sockets, {
      isOwn: (each) => each.inode === String(inode),
      ownerOf: () => undefined,
    }).map(({ protocol, client_count: count }) => [protocol, count])
  expect(clients(11)).toEqual([['tcp', 1]])
  expect(clients(21)).toEqual([['tcp6', 1]])
  expect(clients(31)).toEqual([['udp', 0]])
})

test('what starts it again: of the unit, of its template, and of what was added to either', async () => {
  using units = tree({
    'etc/web.service.d/10-more.conf': '[Service]\nRestart=on-failure\n',
    'etc/web.service.d/20-last.conf': '[Service]\nRestart = always\n',
    'lib/web.service': '[Service]\nRestart=no\n',
    'lib/link@.service': '[Service]\nRestart=on-abort\n',
    'lib/never.service': '[Service]\nRestart=\nRestartSec=5\n',
  })
  const policy = async (unit: string) =>
    (
      await restartedBy(
        unit,
        ['etc', 'lib'].map((name) => path.join(units.root, name)),
      )
    )?.policy
  expect(await policy('web.service')).toBe('always')
  expect(await policy('link@10.0.0.1.service')).toBe('on-abort')
  expect(await policy('never.service')).toBeUndefined()
  expect(await policy('nobody.service')).toBeUndefined()
  expect(await policy('../web.service')).toBeUndefined()
})

test('only processes at the other end of what is served are looked for, not all who talk to such a port elsewhere', async () => {
  // It serves 443; one program talks to it from port 40000, another to 443 of a far machine.
  const sockets = parseInet(
    'tcp',
    [
      line('0100007F:01BB', '00000000:0000', '0A', 11),
      line('0100007F:01BB', '0100007F:9C40', '01', 12),
      line('0100007F:9C40', '0100007F:01BB', '01', 13),
      line('0200000A:9C41', '08080808:01BB', '01', 14),
    ].join('\n'),
  )
  using proc = tree({ '20/fd/5': '-> socket:[14]', '21/fd/5': '-> socket:[13]' })
  const relative = (pid: number) => [pid, { pid, ppid: 1, name: `p${pid}`, startTicks: 1 }] as const
  const owners = await clientOwners(
    proc.root,
    sockets,
    [{ fd: 3, target: 'socket:[11]' }],
    new Map([relative(20), relative(21)]),
  )
  expect([...owners].map(([inode, { pid }]) => [inode, pid])).toEqual([['13', 21]])
})
