import path from 'node:path'
import { expect, test } from 'vitest'
import { tree } from '../tree-rig.ts'
import { readNetworkLinks } from './network-links.ts'
import { Networks } from './networks.ts'

const HEADING = 'Inter-|   Receive  |  Transmit\n face |bytes |bytes\n'
const line = (name: string) => `${name}: 100 1 0 0 0 0 0 0 50 1 0 0 0 0 0 0\n`

/** Names of the interfaces that are in the sum of the machine, of those that sysfs has here. */
async function countedOf(files: Record<string, string>): Promise<string[]> {
  const names = new Set(Object.keys(files).map((file) => file.split('/')[0] ?? ''))
  using world = tree({
    ...Object.fromEntries(
      Object.entries(files).map(([file, text]) => [`sys/class/net/${file}`, text]),
    ),
    'proc/net/dev': HEADING + Array.from(names, line).join(''),
  })
  const roots = { procRoot: path.join(world.root, 'proc'), sysRoot: path.join(world.root, 'sys') }
  const networks = new Networks(roots.procRoot)
  const read = networks.read(await readNetworkLinks(roots, () => ({}))) ?? []
  networks.close()
  return read.filter(({ counted }) => counted).map(({ id }) => id)
}

const hardware = (name: string) => ({
  [`${name}/type`]: '1',
  [`${name}/device/vendor`]: '0x8086',
})

test('accelerated networking: what a virtual function carries for its interface counts once', async () => {
  const azure = {
    ...hardware('eth0'),
    'eth0/lower_enP1s1': '-> ../enP1s1',
    ...hardware('enP1s1'),
    'enP1s1/master': '-> ../eth0',
  }
  expect(await countedOf(azure)).toEqual(['eth0'])
})

test('members of a bond and of a bridge count, the bond and the bridge do not', async () => {
  const server = {
    ...hardware('eno1'),
    'eno1/master': '-> ../bond0',
    ...hardware('eno2'),
    'eno2/master': '-> ../bond0',
    'bond0/type': '1',
    'bond0/bonding/mode': 'active-backup 1',
    'bond0/master': '-> ../br0',
    'br0/type': '1',
    'br0/bridge/bridge_id': 'x',
  }
  expect(await countedOf(server)).toEqual(['eno1', 'eno2'])
})

test('a switch in a router: its ports are carried by the interface of the processor, which counts', async () => {
  const router = {
    ...hardware('eth0'),
    'eth0/dsa/tagging': 'mtk',
    ...hardware('lan1'),
    'lan1/uevent': 'DEVTYPE=dsa\nINTERFACE=lan1\n',
    ...hardware('lan2'),
    'lan2/uevent': 'DEVTYPE=dsa\nINTERFACE=lan2\n',
    ...hardware('wan'),
    'wan/uevent': 'INTERFACE=wan\n',
  }
  expect(await countedOf(router)).toEqual(['eth0', 'wan'])
})
