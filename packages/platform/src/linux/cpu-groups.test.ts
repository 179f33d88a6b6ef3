import { expect, test } from 'vitest'
import { tree } from '../tree-rig.ts'
import { readCpuGroups } from './cpu-groups.ts'

const cpus = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

const cpuFiles = (count: number, file: string, value: (cpu: number) => number) =>
  Object.fromEntries(
    cpus(0, count - 1).map((cpu) => [`devices/system/cpu/cpu${cpu}/${file}`, `${value(cpu)}\n`]),
  )

test('two sockets of 32 cores and two nodes each: the threads of a core are in one group', async () => {
  using sys = tree({
    ...cpuFiles(128, 'topology/physical_package_id', (cpu) => (cpu % 64 < 32 ? 0 : 1)),
    'devices/system/node/node0/cpulist': '0-15,64-79\n',
    'devices/system/node/node1/cpulist': '16-31,80-95\n',
    'devices/system/node/node2/cpulist': '32-47,96-111\n',
    'devices/system/node/node3/cpulist': '48-63,112-127\n',
    'devices/system/node/possible': '0-3\n',
  })
  const groups = await readCpuGroups(sys.root, cpus(0, 127))
  expect(groups).toEqual(
    [0, 1, 2, 3].map((node) => ({
      socket: node < 2 ? 0 : 1,
      numaNode: node,
      kind: null,
      cpus: [...cpus(node * 16, node * 16 + 15), ...cpus(node * 16 + 64, node * 16 + 79)],
    })),
  )
})

test('hybrid Intel: the counters say which cores are which', async () => {
  using sys = tree({
    ...cpuFiles(24, 'topology/physical_package_id', () => 0),
    'devices/system/node/node0/cpulist': '0-23\n',
    'devices/cpu_core/cpus': '0-15\n',
    'devices/cpu_atom/cpus': '16-23\n',
  })
  expect(await readCpuGroups(sys.root, cpus(0, 23))).toEqual([
    { socket: 0, numaNode: 0, kind: 'performance', cpus: cpus(0, 15) },
    { socket: 0, numaNode: 0, kind: 'efficient', cpus: cpus(16, 23) },
  ])
})

test('ARM: by strength, which only matters where it differs much', async () => {
  using phone = tree(cpuFiles(8, 'cpu_capacity', (cpu) => (cpu < 4 ? 325 : cpu < 7 ? 900 : 1024)))
  const groups = await readCpuGroups(phone.root, cpus(0, 7))
  expect(groups?.map(({ kind, cpus: of }) => [kind, of.length])).toEqual([
    ['efficient', 4],
    ['performance', 4],
  ])
  using server = tree(cpuFiles(8, 'cpu_capacity', (cpu) => 1000 + cpu))
  expect(await readCpuGroups(server.root, cpus(0, 7))).toHaveLength(1)
})

test('what a system does not tell is unknown: one group, or none without CPUs', async () => {
  using sys = tree({})
  expect(await readCpuGroups(sys.root, [0, 1])).toEqual([
    { socket: null, numaNode: null, kind: null, cpus: [0, 1] },
  ])
  expect(await readCpuGroups(sys.root, [])).toBeNull()
})
