import { expect, test } from 'vitest'
import { countedDisks, countedNetworks, mainNetwork } from './stats-series.ts'

type Disk = Parameters<typeof countedDisks>[0][number]
const disk = (id: string, kind: Disk['kind']) => ({ id, kind }) as Disk

test('virtual disks do not count beside real ones', () => {
  const disks = [disk('nvme0n1', 'nvme'), disk('dm-0', 'virtual')]
  expect(countedDisks(disks).map(({ id }) => id)).toEqual(['nvme0n1'])
})

test('the disk of a virtual machine counts: its chart on Overview was empty', () => {
  expect(countedDisks([disk('vda', 'virtual')]).map(({ id }) => id)).toEqual(['vda'])
})

type Network = Parameters<typeof countedNetworks>[0][number]
const network = (id: string, kind: Network['kind'], change: Partial<Network> = {}) =>
  ({ id, kind, up: true, addresses: [], ...change }) as Network

test('what only passes traffic on, or is not connected, does not count beside a real interface', () => {
  const networks = [
    network('lo', 'loopback', { addresses: ['127.0.0.1/8'] }),
    network('ifb0', 'virtual', { up: false }),
    network('docker0', 'virtual', { addresses: ['172.17.0.1/16'], recv_bytes_per_second: 9e6 }),
    network('wg0', 'tunnel', { addresses: ['10.0.0.2/32'] }),
    network('wlp4s0', 'wifi', { up: false }),
    network('eth0', 'ethernet', { addresses: ['192.168.0.7/24'] }),
  ]
  expect(countedNetworks(networks).map(({ id }) => id)).toEqual(['eth0'])
  expect(mainNetwork(networks)?.id).toBe('eth0')
})

test('a container has virtual interfaces only: those that are connected count', () => {
  const networks = [network('ifb0', 'virtual', { up: false }), network('veth1', 'virtual')]
  expect(countedNetworks(networks).map(({ id }) => id)).toEqual(['veth1'])
})

test('an interface with an address stands for all before a busier one without', () => {
  const networks = [
    network('eth1', 'ethernet', { recv_bytes_per_second: 5e6 }),
    network('eth0', 'ethernet', { addresses: ['192.168.0.7/24'] }),
    network('eth2', 'ethernet', { addresses: ['10.0.0.7/24'], sent_bytes_per_second: 7 }),
  ]
  expect(mainNetwork(networks)?.id).toBe('eth2')
  expect(mainNetwork([network('lo', 'loopback')])).toBeUndefined()
})
