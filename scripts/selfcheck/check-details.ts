import { once } from 'node:events'
import { realpathSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import type { ProcessInfo } from '@taskmanager/contracts'
import type {
  AskedProcess,
  FiguresProvider,
  PortsProvider,
  ProcessDetailProvider,
  ServicesProvider,
} from '@taskmanager/platform'
import { compared, counts, ok, told, unknown, value, wrong, type Finding } from './report.ts'

interface Looks {
  details: ProcessDetailProvider | null
  ports: PortsProvider | null
  figures: FiguresProvider | null
  services: Pick<ServicesProvider, 'list'> | null
}

const NOT_HERE = 'this system has no provider of it yet'
const COMES_BACK = 'programs that are started again when they end'
/** Programs of services whose details are asked for. */
const MOST_PROGRAMS = 16
const MIB = 1024 ** 2
/** Two ticks of the coarsest clock, and what this process does between both questions. */
const CPU_WITHIN_MS = 80
const MEMORY_WITHIN_MIB = 24

/** What is told of this process when somebody looks closer, and of a port that it opens. Paths stay out of the report. */
export async function checkDetails({
  details,
  ports,
  figures,
  services,
}: Looks): Promise<Finding[]> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const { port } = server.address() as AddressInfo
    return [
      ...(details === null ? [unknown('details', NOT_HERE)] : await ofDetails(details, port)),
      ports === null ? unknown('ports', NOT_HERE) : await ofPorts(ports, port),
      details === null || services === null
        ? unknown(COMES_BACK, NOT_HERE)
        : await ofRestarts(details, services),
      ...(figures === null ? [unknown('columns', NOT_HERE)] : await ofFigures(figures)),
    ]
  } finally {
    server.close()
  }
}

async function ofDetails(provider: ProcessDetailProvider, port: number): Promise<Finding[]> {
  const usage = process.cpuUsage()
  const memory = process.memoryUsage.rss()
  const result = await provider.read(process.pid, null, new Set(['threads', 'sockets']))
  if (result.kind !== 'ok') return [wrong('details of this process', result.kind)]
  const { info } = result
  const { cpu_time_user_ms: user, cpu_time_system_ms: system } = info
  return [
    same('its program', real(info.exe), real(process.execPath)),
    same('its folder', real(info.cwd), real(process.cwd())),
    compared('its parent, in the details', {
      ours: info.ppid,
      theirs: process.ppid,
      within: 0,
      unit: '(PID)',
    }),
    user === null || system === null
      ? unknown('its CPU time, in the details', 'not told')
      : compared('its CPU time, in the details', {
          ours: user + system,
          theirs: (usage.user + usage.system) / 1000,
          within: CPU_WITHIN_MS,
          unit: 'ms',
        }),
    info.memory.rss_bytes === null
      ? unknown('its resident memory', 'not told')
      : compared('its resident memory', {
          ours: info.memory.rss_bytes / MIB,
          theirs: memory / MIB,
          within: MEMORY_WITHIN_MIB,
          unit: 'MiB',
        }),
    ofThreads(info),
    value('its handles', info.num_handles, info.unknown['num_handles']),
    value('CPUs it may run on', info.affinity?.length ?? null, info.unknown['affinity']),
    value('its disk priority', info.io_priority, info.unknown['io_priority']),
    value('its efficiency mode', yesOrNo(info.efficiency_mode), info.unknown['efficiency_mode']),
    value('it shows windows', yesOrNo(info.blast.has_windows), info.unknown['blast.has_windows']),
    info.sockets?.some(({ local, state }) => state === 'LISTEN' && local.endsWith(`:${port}`)) ===
    true
      ? ok('a port it opened, in the details', 'is there')
      : unknown('a port it opened, in the details', info.unknown['sockets'] ?? 'is not there'),
    told('fields of the details without a value', counts(Object.values(info.unknown))),
  ]
}

const yesOrNo = (is: boolean | null) => (is === null ? null : is ? 'yes' : 'no')

/** Of the programs of services, some of them: how many come back, and why it is not told of others. */
async function ofRestarts(
  details: ProcessDetailProvider,
  provider: Pick<ServicesProvider, 'list'>,
): Promise<Finding> {
  const { services } = await provider.list()
  const pids = new Set(services.flatMap(({ pid }) => (pid === null ? [] : [pid])))
  const words: string[] = []
  for (const pid of [...pids].slice(0, MOST_PROGRAMS)) {
    const result = await details.read(pid, null, new Set())
    if (result.kind !== 'ok') continue // ended meanwhile
    const { blast, unknown: reasons } = result.info
    words.push(blast.restarted_by === null ? (reasons['blast.restarted_by'] ?? 'no') : 'yes')
  }
  return words.some((word) => word === 'yes' || word === 'no')
    ? told(COMES_BACK, `of ${words.length} programs of services: ${counts(words)}`)
    : unknown(COMES_BACK, words.length === 0 ? 'no service has a program' : counts(words))
}

function ofThreads({ threads, num_threads: count }: ProcessInfo): Finding {
  if (threads == null || count === null) return unknown('its threads, one by one', 'not told')
  return compared('its threads, one by one', {
    ours: threads.length,
    theirs: count,
    within: 1,
    unit: 'threads',
  })
}

async function ofPorts(provider: PortsProvider, port: number): Promise<Finding> {
  const { sockets, socket_count: count } = await provider.read()
  const own = sockets.find((each) => each.role === 'listens' && each.local_port === port)
  const what = 'a port it opened, among all ports'
  if (own === undefined) return wrong(what, `is none of ${count}`)
  if (own.owners === null) return unknown(what, `its holder: ${own.unknown['owners']}`)
  return own.owners.some(({ pid }) => pid === process.pid)
    ? ok(what, `is held by this process, one of ${count}`)
    : wrong(what, 'is held by another process')
}

async function ofFigures(provider: FiguresProvider): Promise<Finding[]> {
  const { processes, complete } = await provider.sample(new Set(provider.fields))
  const own = processes.find(({ pid }) => pid === process.pid)
  if (own === undefined) return [wrong('columns of this process', 'are not told')]
  const { architecture, isElevated } = own
  return [
    typeof architecture === 'object'
      ? same('what it was built for', architecture.text, process.arch)
      : unknown('what it was built for', architecture ?? 'not told'),
    typeof isElevated === 'boolean'
      ? told('it runs with more rights than its user', isElevated ? 'yes' : 'no')
      : unknown('it runs with more rights than its user', isElevated ?? 'not told'),
    told('columns', `${processes.length} processes, ${complete ? 'all' : 'not all'} in time`),
    ...ofColumns(processes),
  ]
}

const NO_COLUMNS: readonly string[] = ['pid', 'startId']
const WHY_NOT: readonly unknown[] = ['denied', 'failed', 'off', 'none']

/** Of how many processes each column is told, and why not of the others. */
function ofColumns(processes: readonly AskedProcess[]): Finding[] {
  const values = new Map<string, unknown[]>()
  for (const [column, read] of processes.flatMap((process) => Object.entries(process)))
    if (!NO_COLUMNS.includes(column)) values.set(column, [...(values.get(column) ?? []), read])
  return Array.from(values, ([column, all]) => {
    const detail = counts(all.map((read) => (WHY_NOT.includes(read) ? String(read) : 'told')))
    return all.every((read) => WHY_NOT.includes(read))
      ? unknown(`column ${column}`, detail)
      : told(`column ${column}`, detail)
  })
}

function same(what: string, ours: string | null, theirs: string | null): Finding {
  if (ours === null) return unknown(what, 'not told')
  return ours === theirs ? ok(what, 'as Node.js says') : wrong(what, 'other than Node.js says')
}

/** By one of its names. */
function real(file: string | null): string | null {
  if (file === null) return null
  const resolved = realpathSync(file)
  return process.platform === 'win32' ? resolved.toLowerCase() : resolved
}
