import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { defaultOptions } from '../options.ts'
import { tree, type Tree } from '../tree-rig.ts'
import { ContainerRecords } from './container-records.ts'
import { LinuxContainers } from './linux-containers.ts'

const WEB = '3f2a9b7c4d5e'.padEnd(64, '0')
const DB = '77aa00bb11cc'.padEnd(64, 'f')
const OLD = '0101010101ab'.padEnd(64, '1')
const SLICE = 'sys/fs/cgroup/system.slice'

const stat = (pid: number, ticks: number) =>
  `${pid} (nginx) S 1 ${pid} ${pid} 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 ${ticks} 0 0 0 ${'0 '.repeat(27)}`
const netDev = (recv: number, sent: number) =>
  `h\nh\n lo: 999 1 0 0 0 0 0 0 999 1 0 0 0 0 0 0\n eth0: ${recv} 1 0 0 0 0 0 0 ${sent} 1 0 0 0 0 0 0\n`

const PROC = {
  'proc/sys/kernel/random/boot_id': 'abcdef01-0000-0000-0000-000000000000\n',
  'proc/uptime': '100.0 1\n',
  'proc/stat': 'cpu 1\ncpu0 1\ncpu1 1\ncpu2 1\ncpu3 1\n',
  'proc/meminfo': 'MemTotal: 8000000 kB\n',
  'proc/self/net/dev': netDev(1, 1),
  'proc/1/stat': stat(1, 1),
  'proc/1/cgroup': '0::/init.scope\n',
}

/** A machine with cgroup version 2: a web server of docker with limits, and a database of podman with none. */
const v2 = () =>
  tree({
    ...PROC,
    'sys/fs/cgroup/cgroup.controllers': 'cpu memory pids\n',
    'proc/30/stat': stat(30, 900),
    'proc/30/cgroup': `0::/system.slice/docker-${WEB}.scope/worker\n`,
    'proc/20/stat': stat(20, 500),
    'proc/20/cgroup': `0::/system.slice/docker-${WEB}.scope\n`,
    'proc/20/net/dev': netDev(5000, 7000),
    'proc/40/stat': stat(40, 600),
    'proc/40/cgroup': `0::/machine.slice/libpod-${DB}.scope/container\n`,
    [`${SLICE}/docker-${WEB}.scope/memory.current`]: '104857600\n',
    [`${SLICE}/docker-${WEB}.scope/memory.max`]: '536870912\n',
    [`${SLICE}/docker-${WEB}.scope/cpu.max`]: '150000 100000\n',
    [`${SLICE}/docker-${WEB}.scope/cpu.stat`]: 'usage_usec 9\nnr_periods 50\nnr_throttled 5\n',
    [`${SLICE}/docker-${WEB}.scope/pids.current`]: '12\n',
    [`${SLICE}/docker-${WEB}.scope/pids.max`]: '100\n',
    [`sys/fs/cgroup/machine.slice/libpod-${DB}.scope/memory.current`]: '4096\n',
    [`sys/fs/cgroup/machine.slice/libpod-${DB}.scope/memory.max`]: 'max\n',
    [`sys/fs/cgroup/machine.slice/libpod-${DB}.scope/cgroup.freeze`]: '1\n',
    [`docker/${WEB}/config.v2.json`]: JSON.stringify({
      ID: WEB,
      Name: '/web',
      Config: { Image: 'nginx:1.27', Env: ['PASSWORD=hunter2'] },
      State: { Running: true },
    }),
    [`docker/${OLD}/config.v2.json`]: JSON.stringify({
      ID: OLD,
      Name: '/old\u202e',
      Config: { Image: 'busybox' },
      State: { Running: false, StartedAt: '2026-01-01T00:00:00Z' },
    }),
    [`docker/${'9'.repeat(64)}/config.v2.json`]: '{"ID":',
    'podman/overlay-containers/containers.json': JSON.stringify([
      {
        id: DB,
        names: ['db'],
        metadata: JSON.stringify({ name: 'db', 'image-name': 'docker.io/library/postgres:17' }),
      },
      { id: OLD.replace('0', '2'), names: ['builder'], metadata: '{}' },
    ]),
  })

const recordsOf = (machine: Tree, dockerSocket: string[] = []) =>
  new ContainerRecords(
    {
      procRoot: path.join(machine.root, 'proc'),
      docker: path.join(machine.root, 'docker'),
      dockerSocket,
      podman: [path.join(machine.root, 'podman')],
      podmanRun: [path.join(machine.root, 'run')],
      bundles: [[path.join(machine.root, 'tasks'), '']],
    },
    defaultOptions.clock,
  )

const containersOf = (machine: Tree, dockerSocket?: string[]) =>
  new LinuxContainers(
    {
      ...defaultOptions,
      procRoot: path.join(machine.root, 'proc'),
      sysRoot: path.join(machine.root, 'sys'),
      clock: { monotonicMs: () => 77, epochMs: () => 1_000_000 },
    },
    recordsOf(machine, dockerSocket),
  )

test('containers of version 2, with what limits them and what their engines call them', async () => {
  using machine = v2()
  const { containers, notes } = await containersOf(machine).sample()
  expect(notes).toEqual([])
  expect(containers.map(({ name }) => name)).toEqual(['web', 'db', 'old\\u{202e}'])
  const [web, db, old] = containers
  expect(web).toEqual({
    id: '3f2a9b7c4d5e',
    engine: 'docker',
    name: 'web',
    image: 'nginx:1.27',
    state: 'running',
    processes: 2,
    leader: { pid: 20, startId: 'abcdef01-500', startedAtMs: 1_000_000 - 100_000 + 5000 },
    memoryBytes: 104857600,
    memoryLimitBytes: 536870912,
    cpuLimitCount: 1.5,
    periods: { all: 50, throttled: 5 },
    tasks: 12,
    tasksLimit: 100,
    network: expect.objectContaining({ isMachine: false, recvBytes: 5000, sentBytes: 7000 }),
    unknown: {},
  })
  expect(db).toMatchObject({
    engine: 'podman',
    image: 'docker.io/library/postgres:17',
    state: 'paused',
    memoryBytes: 4096,
    memoryLimitBytes: null,
    cpuLimitCount: null,
    periods: null,
    tasks: null,
    network: null,
    unknown: { tasks: 'not_reported', network: 'not_reported' },
  })
  expect(old).toMatchObject({ state: 'stopped', processes: 0, leader: null, image: 'busybox' })
  expect(JSON.stringify(containers)).not.toContain('hunter2')
})

test('version 1: each controller has its own tree; a container of a kind nobody knows is told by its id', async () => {
  using machine = tree({
    ...PROC,
    'proc/20/stat': stat(20, 500),
    'proc/20/cgroup': `4:memory:/x/${WEB}\n3:cpu,cpuacct:/x/${WEB}\n2:freezer:/x/${WEB}\n1:pids:/x/${WEB}/a\n5:name=systemd:/x/${WEB}\n0::/\n`,
    [`sys/fs/cgroup/memory/x/${WEB}/memory.usage_in_bytes`]: '8192\n',
    [`sys/fs/cgroup/memory/x/${WEB}/memory.limit_in_bytes`]: '9223372036854771712\n',
    'sys/fs/cgroup/memory/x/memory.limit_in_bytes': '1048576\n',
    [`sys/fs/cgroup/cpu/x/${WEB}/cpu.cfs_quota_us`]: '50000\n',
    [`sys/fs/cgroup/cpu/x/${WEB}/cpu.cfs_period_us`]: '100000\n',
    [`sys/fs/cgroup/cpu/x/${WEB}/cpu.stat`]: 'nr_periods 4\nnr_throttled 1\nthrottled_time 5\n',
    [`sys/fs/cgroup/pids/x/${WEB}/pids.current`]: '3\n',
    [`sys/fs/cgroup/pids/x/${WEB}/pids.max`]: 'max\n',
    [`sys/fs/cgroup/freezer/x/${WEB}/freezer.state`]: 'FROZEN\n',
  })
  expect((await containersOf(machine).sample()).containers).toMatchObject([
    {
      id: '3f2a9b7c4d5e',
      engine: null,
      name: null,
      image: null,
      state: 'paused',
      memoryBytes: 8192,
      memoryLimitBytes: 1048576,
      cpuLimitCount: 0.5,
      periods: { all: 4, throttled: 1 },
      tasks: 3,
      tasksLimit: null,
      unknown: { name: 'not_reported', image: 'not_reported' },
    },
  ])
})

test('Kubernetes: the pod and the container by the annotations of what runs', async () => {
  using machine = tree({
    ...PROC,
    'proc/20/stat': stat(20, 500),
    'proc/20/cgroup': `0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-${WEB}.scope\n`,
    [`tasks/${WEB}/config.json`]: JSON.stringify({
      process: { env: ['TOKEN=hunter2'] },
      annotations: {
        'io.kubernetes.cri.container-name': 'app',
        'io.kubernetes.cri.sandbox-name': 'shop-0',
        'io.kubernetes.cri.image-name': 'shop:3',
      },
    }),
  })
  expect((await containersOf(machine).sample()).containers).toMatchObject([
    { engine: 'kubernetes', name: 'shop-0/app', image: 'shop:3' },
  ])
})

/** The host name of a container, as it stands in the root directory of one of its processes. Source: proc_pid_root(5). */
const hostnameIn = (pid: number) => path.join('proc', String(pid), 'root', 'etc', 'hostname')

test('no engine tells: the host name it was given, and never a file that a link of its owner leads to', async () => {
  using machine = tree({
    ...PROC,
    'proc/20/stat': stat(20, 500),
    'proc/20/cgroup': `0::/system.slice/docker-${WEB}.scope\n`,
    [hostnameIn(20)]: 'shop-front\n',
    'proc/40/stat': stat(40, 600),
    'proc/40/cgroup': `0::/machine.slice/libpod-${DB}.scope\n`,
    secret: 'of-the-machine\n',
    [hostnameIn(40)]: '-> ../../../../secret',
  })
  const names = async () =>
    (await containersOf(machine).sample()).containers.map(({ name }) => name)
  expect(await names()).toEqual(['shop-front', null])
  const etc = path.join(machine.root, path.dirname(hostnameIn(40)))
  rmSync(etc, { recursive: true })
  machine.write({ 'elsewhere/hostname': 'of-the-machine\n' })
  symlinkSync('../../../elsewhere', etc)
  expect(await names()).toEqual(['shop-front', null])
})

test('a machine without containers has none, and no engine is asked', async () => {
  using machine = tree(PROC)
  const asked: string[] = []
  const socket = await engine((request, response) => {
    asked.push(request.url ?? '')
    response.end('[]')
  })
  expect(await containersOf(machine, [socket]).sample()).toMatchObject({
    containers: [],
    notes: [],
  })
  expect(asked).toEqual([])
})

let server: Server | null = null
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
  server = null
})

/** @returns the path of a socket that answers so */
async function engine(answer: RequestListener): Promise<string> {
  const directory = mkdtempSync(path.join(tmpdir(), 'engine-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const socket = path.join(directory, 'docker.sock')
  server = createServer(answer)
  await new Promise<void>((resolve) => server?.listen(socket, resolve))
  return socket
}

const dockerOnly = () =>
  tree({
    ...PROC,
    'proc/20/stat': stat(20, 500),
    'proc/20/cgroup': `0::/system.slice/docker-${WEB}.scope\n`,
  })

test('docker is asked by its socket where its files are not told: one GET, kept for ten seconds', async () => {
  using machine = dockerOnly()
  const asked: string[] = []
  const socket = await engine((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.end(
      JSON.stringify([
        { Id: WEB, Names: ['/web'], Image: 'nginx', State: 'running' },
        { Id: OLD, Names: ['/old'], Image: 'busybox', State: 'exited' },
        { Id: '../../etc', Names: [] },
      ]),
    )
  })
  const containers = containersOf(machine, ['/nonexistent/docker.sock', socket])
  await containers.sample()
  const { containers: all } = await containers.sample()
  expect(all).toMatchObject([
    { name: 'web', image: 'nginx', state: 'running' },
    { name: 'old', state: 'stopped' },
  ])
  expect(asked).toEqual(['GET /containers/json?all=true'])
})

test.each([
  ['an error', (response) => response.writeHead(500).end('no')],
  ['no JSON', (response) => response.end('<html>')],
  ['bytes that are no HTTP', (response) => response.socket?.end('nonsense\r\n\r\n')],
  ['an end in the middle', (response) => response.socket?.destroy()],
] satisfies [string, (response: Parameters<RequestListener>[1]) => void][])(
  'docker answers with %s: the list stands without names',
  async (_, answer) => {
    using machine = dockerOnly()
    const socket = await engine((_request, response) => answer(response))
    const { containers } = await containersOf(machine, [socket]).sample()
    expect(containers).toMatchObject([{ id: '3f2a9b7c4d5e', name: null, state: 'running' }])
  },
)

test('a container of podman without a cgroup of its own runs where its monitor is the parent of its first process', async () => {
  const stopped = OLD.replace('0', '2')
  const userdata = (id: string) => `run/overlay-containers/${id}/userdata`
  const record = (id: string, name: string) => ({
    id,
    names: [name],
    metadata: JSON.stringify({ name, 'image-name': 'localhost/busy:1' }),
  })
  using machine = tree({
    ...PROC,
    'podman/overlay-containers/containers.json': JSON.stringify([
      record(DB, 'plain'),
      record(stopped, 'left-over'),
    ]),
    'proc/50/stat': stat(50, 500).replace('nginx', 'conmon'),
    'proc/51/stat': stat(51, 510).replace(' S 1 ', ' S 50 '),
    'proc/51/cgroup': '0::/\n',
    'proc/51/net/dev': netDev(3, 4),
    'proc/51/task/51/children': '52 ',
    'proc/52/task/52/children': '53 ',
    [`${userdata(DB)}/pidfile`]: '51',
    [`${userdata(DB)}/conmon.pid`]: '50',
    [`${userdata(stopped)}/pidfile`]: '1',
    [`${userdata(stopped)}/conmon.pid`]: '50',
  })
  const { containers } = await containersOf(machine).sample()
  expect(containers.map(({ name, state }) => [name, state])).toEqual([
    ['plain', 'running'],
    ['left-over', 'stopped'],
  ])
  expect(containers[0]).toMatchObject({
    processes: 3,
    leader: { pid: 51, startId: 'abcdef01-510' },
    memoryBytes: null,
    network: { recvBytes: 3, sentBytes: 4 },
    unknown: { memory_bytes: 'not_supported', tasks: 'not_supported' },
  })
})
