import { expect, test } from 'vitest'
import { tree } from '../tree-rig.ts'
import { readCpuInfo, readOnlineCpus } from './cpu-topology.ts'
import { readNumaNodes } from './numa-nodes.ts'

/** As Linux 6.1 writes it. */
const meminfo = (node: number, total: number, free: number) =>
  `
Node ${node} MemTotal:       ${total} kB
Node ${node} MemFree:        ${free} kB
Node ${node} MemUsed:        ${total - free} kB
Node ${node} SwapCached:            0 kB
Node ${node} Active:           512000 kB
Node ${node} FilePages:        700000 kB
Node ${node} Shmem:            100000 kB
Node ${node} KReclaimable:      50000 kB
Node ${node} SReclaimable:      50000 kB
Node ${node} HugePages_Total:     0
`.trimStart()

const sibling = (cpu: number) => (cpu < 8 ? `${cpu},${cpu + 8}` : `${cpu - 8},${cpu}`)
const CPUS = Object.fromEntries(
  Array.from({ length: 16 }, (_, cpu) => [
    [`sys/devices/system/cpu/cpu${cpu}/topology/physical_package_id`, `${cpu % 8 < 4 ? 0 : 1}\n`],
    [`sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`, `${sibling(cpu)}\n`],
  ]).flat(),
)

/** Two sockets of four cores with two threads each, a node to each, and a third node that is memory alone (CXL). */
const server = () =>
  tree({
    ...CPUS,
    'proc/cpuinfo': 'processor\t: 0\nmodel name\t: A server CPU\n',
    'sys/devices/system/cpu/online': '0-15\n',
    'sys/devices/system/node/online': '0-2\n',
    'sys/devices/system/node/node0/cpulist': '0-3,8-11\n',
    'sys/devices/system/node/node0/meminfo': meminfo(0, 16_000_000, 4_000_000),
    'sys/devices/system/node/node1/cpulist': '4-7,12-15\n',
    'sys/devices/system/node/node1/meminfo': meminfo(1, 16_000_000, 15_000_000),
    'sys/devices/system/node/node2/cpulist': '\n',
    'sys/devices/system/node/node2/meminfo': 'Node 2 MemTotal: 64000000 kB\nNode 2 MemFree: x kB\n',
  })

test('each node has its CPUs and its memory; what a node does not tell is unknown', async () => {
  using tmp = server()
  const cacheBytes = 650_000 * 1024
  expect(await readNumaNodes(`${tmp.root}/sys`)).toEqual([
    {
      node: 0,
      cpuList: '0-3,8-11',
      totalBytes: 16_000_000 * 1024,
      freeBytes: 4_000_000 * 1024,
      cacheBytes,
    },
    {
      node: 1,
      cpuList: '4-7,12-15',
      totalBytes: 16_000_000 * 1024,
      freeBytes: 15_000_000 * 1024,
      cacheBytes,
    },
    { node: 2, cpuList: '', totalBytes: 64_000_000 * 1024, freeBytes: null, cacheBytes: null },
  ])
})

test('sockets, cores, threads and nodes of the same machine', async () => {
  using tmp = server()
  const sys = `${tmp.root}/sys`
  const info = await readCpuInfo(`${tmp.root}/proc`, sys, await readOnlineCpus(sys))
  expect(info).toMatchObject({ sockets: 2, cores: 8, threads: 16, numaNodes: 3 })
  expect(info.groups?.map(({ socket, numaNode, cpus }) => [socket, numaNode, cpus.length])).toEqual(
    [
      [0, 0, 8],
      [1, 1, 8],
    ],
  )
})

test('one node is the machine: nothing is told twice', async () => {
  using tmp = tree({ 'sys/devices/system/node/node0/meminfo': meminfo(0, 100, 50) })
  expect(await readNumaNodes(`${tmp.root}/sys`)).toEqual([])
  expect(await readNumaNodes('/nowhere')).toEqual([])
})
