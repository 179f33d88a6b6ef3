import type { Api } from '@taskmanager/client'
import type {
  AppRow,
  Container,
  GpuStats,
  LoggedAction,
  LogLine,
  PortSocket,
  ProcessRow,
  ServiceUnit,
  SystemStats,
} from '@taskmanager/contracts'
import type { ReadCommand } from './options.ts'
import { bytes, percent, textTable, type TextColumn } from './text-table.ts'

/** Lines of an answer, for a terminal of this width. @throws ApiError */
export async function readLines(api: Api, command: ReadCommand, width: number): Promise<string[]> {
  const answer = await ask(api, command)
  if (command.json) return [JSON.stringify(answer.body, null, 2)]
  return answer.lines(width)
}

interface Answer {
  body: unknown
  lines: (width: number) => string[]
}

async function ask(api: Api, command: ReadCommand): Promise<Answer> {
  switch (command.verb) {
    case 'ls': {
      const list = await api.getProcesses()
      const processes = chosen(list.processes, command)
      return {
        body: { ...list, processes },
        lines: (width) => textTable(PROCESS_COLUMNS, processes, width),
      }
    }
    case 'apps': {
      const list = await api.getApps()
      const apps = list.apps.toSorted(BY[command.sort]).slice(0, command.top)
      return { body: { ...list, apps }, lines: (width) => textTable(APP_COLUMNS, apps, width) }
    }
    case 'stats': {
      const stats = await api.getStats()
      return { body: stats, lines: () => machineLines(stats) }
    }
    case 'info': {
      const info = await api.getProcessInfo(command.pid)
      return { body: info, lines: () => factLines(info) }
    }
    case 'ports': {
      const list = await api.getPorts()
      const listeners = list.sockets.filter(({ role }) => role === 'listens')
      return { body: list, lines: (width) => textTable(PORT_COLUMNS, listeners, width) }
    }
    case 'containers': {
      const [list, { apps }] = await Promise.all([api.getContainers(), api.getApps()])
      const cpu = new Map(apps.map(({ id, cpu_percent: share }) => [id, share]))
      const containers = chosenContainers(list.containers, command)
      const lines = containers.map((one) => ({ ...one, cpu: cpu.get(one.app_id) ?? null }))
      const why = list.containers.length === 0 ? ['There are none.', ...list.notes] : list.notes
      return {
        body: { ...list, containers },
        lines: (width) => [...why, ...textTable(CONTAINER_COLUMNS, lines, width)],
      }
    }
    case 'log': {
      const { scope, name } = command.service ?? { scope: 'system', name: '' }
      const log = await api.getServiceLog(scope, name)
      const lines = log.lines.slice(-command.top)
      const nothing = log.missing ?? `${name} has written nothing.`
      return {
        body: { ...log, lines, has_older: log.has_older || lines.length < log.lines.length },
        lines: () => (lines.length === 0 ? [nothing] : lines.map(logLine)),
      }
    }
    case 'services': {
      const list = await api.getServices()
      const services = chosenServices(list.services, command)
      const why = list.services.length === 0 ? [list.missing.system ?? 'There are none.'] : []
      return {
        body: { ...list, services },
        lines: (width) => [...why, ...textTable(SERVICE_COLUMNS, services, width)],
      }
    }
    case 'actions': {
      const list = await api.getActions()
      return { body: list, lines: (width) => textTable(ACTION_COLUMNS, list.actions, width) }
    }
  }
}

interface Sortable {
  cpu_percent: number | null
  memory: number | null
  name: string
}

const BY: Record<ReadCommand['sort'], (a: Sortable, b: Sortable) => number> = {
  cpu: (a, b) => (b.cpu_percent ?? -1) - (a.cpu_percent ?? -1),
  memory: (a, b) => (b.memory ?? -1) - (a.memory ?? -1),
  name: (a, b) => a.name.localeCompare(b.name),
}

function chosen(rows: readonly ProcessRow[], { words, sort, top }: ReadCommand): ProcessRow[] {
  const wanted = words.map((word) => word.toLowerCase())
  const has = ({ name, cmdline, user, pid }: ProcessRow) => {
    const text = `${name} ${cmdline ?? ''} ${user ?? ''} ${pid}`.toLowerCase()
    return wanted.every((word) => text.includes(word))
  }
  return rows.filter(has).toSorted(BY[sort]).slice(0, top)
}

/** What runs first. */
function chosenContainers(all: readonly Container[], { words, top }: ReadCommand): Container[] {
  const wanted = words.map((word) => word.toLowerCase())
  const rank = ({ processes }: Container) => (processes > 0 ? 0 : 1)
  return all
    .filter(({ name, id, image, engine, state }) => {
      const text = `${name ?? ''} ${id} ${image ?? ''} ${engine ?? ''} ${state}`.toLowerCase()
      return wanted.every((word) => text.includes(word))
    })
    .toSorted((a, b) => rank(a) - rank(b) || (a.name ?? a.id).localeCompare(b.name ?? b.id))
    .slice(0, top)
}

const CONTAINER_COLUMNS: readonly TextColumn<Container & { cpu: number | null }>[] = [
  { head: 'ID', cell: ({ id }) => id },
  { head: 'ENGINE', cell: ({ engine }) => engine ?? '–' },
  { head: 'STATE', cell: ({ state }) => state },
  { head: 'PROCESSES', cell: ({ processes }) => String(processes), isNumber: true },
  { head: 'CPU %', cell: ({ cpu }) => percent(cpu), isNumber: true },
  { head: 'CPUS', cell: ({ cpu_limit_count: limit }) => String(limit ?? '–'), isNumber: true },
  { head: 'MEMORY', cell: ({ memory_bytes: used }) => bytes(used), isNumber: true },
  { head: 'LIMIT', cell: ({ memory_limit_bytes: limit }) => bytes(limit), isNumber: true },
  { head: 'NAME', cell: ({ name }) => name ?? '–' },
  { head: 'IMAGE', cell: ({ image }) => image ?? '–' },
]

/** As `journalctl` has them; lines of one entry stand below each other. */
function logLine({ at_ms: at, identifier, pid, text }: LogLine): string {
  const from = `${identifier ?? '–'}${pid === null ? '' : `[${pid}]`}`
  return `${new Date(at).toLocaleString()} ${from}: ${text.replaceAll('\n', '\n  ')}`
}

/** Failed ones first, then what runs, then the rest. */
function chosenServices(all: readonly ServiceUnit[], { words, top }: ReadCommand): ServiceUnit[] {
  const wanted = words.map((word) => word.toLowerCase())
  const rank = ({ state }: ServiceUnit) => (state === 'failed' ? 0 : state === 'inactive' ? 2 : 1)
  return all
    .filter(({ name, description, state, sub_state: sub }) => {
      const text = `${name} ${description ?? ''} ${state} ${sub ?? ''}`.toLowerCase()
      return wanted.every((word) => text.includes(word))
    })
    .toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))
    .slice(0, top)
}

const SERVICE_COLUMNS: readonly TextColumn<ServiceUnit>[] = [
  { head: 'OF', cell: ({ scope }) => scope },
  {
    head: 'STATE',
    cell: ({ state, sub_state: sub }) => (sub === null ? state : `${state} (${sub})`),
  },
  { head: 'STARTS', cell: ({ starts }) => starts ?? '–' },
  { head: 'NAME', cell: ({ name }) => name },
  { head: 'DESCRIPTION', cell: ({ description }) => description ?? '' },
]

const PROCESS_COLUMNS: readonly TextColumn<ProcessRow>[] = [
  { head: 'PID', cell: ({ pid }) => String(pid), isNumber: true },
  { head: 'USER', cell: ({ user }) => user ?? '–' },
  { head: 'CPU %', cell: ({ cpu_percent: cpu }) => percent(cpu), isNumber: true },
  { head: 'MEMORY', cell: ({ memory }) => bytes(memory), isNumber: true },
  { head: 'THREADS', cell: ({ num_threads: threads }) => String(threads ?? '–'), isNumber: true },
  { head: 'STATUS', cell: ({ status }) => status },
  { head: 'NAME', cell: ({ name }) => name },
  { head: 'COMMAND', cell: ({ cmdline }) => cmdline ?? '' },
]

const APP_COLUMNS: readonly TextColumn<AppRow>[] = [
  { head: 'CPU %', cell: ({ cpu_percent: cpu }) => percent(cpu), isNumber: true },
  { head: 'MEMORY', cell: ({ memory }) => bytes(memory), isNumber: true },
  { head: 'PROCESSES', cell: ({ pids }) => String(pids.length), isNumber: true },
  { head: 'NAME', cell: ({ name }) => name },
  { head: 'PIDS', cell: ({ pids }) => pids.join(' ') },
]

const PORT_COLUMNS: readonly TextColumn<PortSocket>[] = [
  { head: 'PORT', cell: ({ local_port: port }) => String(port), isNumber: true },
  { head: 'PROTOCOL', cell: ({ protocol }) => protocol },
  { head: 'ADDRESS', cell: ({ local_address: address }) => address },
  { head: 'USER', cell: ({ user }) => user ?? '–' },
  {
    head: 'PROCESSES',
    cell: ({ owners }) => owners?.map(({ name, pid }) => `${name} (${pid})`).join(', ') ?? '–',
  },
]

const ACTION_COLUMNS: readonly TextColumn<LoggedAction>[] = [
  { head: 'TIME', cell: ({ time_ms: time }) => new Date(time).toLocaleString() },
  { head: 'ACTION', cell: ({ action }) => action },
  { head: 'NAME', cell: ({ name }) => name ?? '–' },
  { head: 'PID', cell: ({ pid }) => String(pid ?? '–'), isNumber: true },
  { head: 'RESULT', cell: ({ message }) => message },
]

function machineLines({ cpu, memory, disks, networks, gpus }: SystemStats): string[] {
  return factLines({
    CPU: `${percent(cpu.usage_percent)} % of ${cpu.logical_count} CPUs`,
    Load: cpu.load_average?.map((load) => load.toFixed(2)).join('  ') ?? '–',
    Memory: `${bytes(memory.used_bytes)} of ${bytes(memory.total_bytes)}, ${bytes(memory.available_bytes)} available`,
    Swap: `${bytes(memory.swap_used_bytes)} of ${bytes(memory.swap_total_bytes)}`,
    ...Object.fromEntries(
      disks.map((disk) => [
        `Disk ${disk.id}`,
        `reads ${rate(disk.read_bytes_per_second)}, writes ${rate(disk.write_bytes_per_second)}, busy ${percent(disk.busy_percent)} %`,
      ]),
    ),
    ...Object.fromEntries(
      networks.map((network) => [
        `Network ${network.id}`,
        `receives ${rate(network.recv_bytes_per_second)}, sends ${rate(network.sent_bytes_per_second)}`,
      ]),
    ),
    ...Object.fromEntries(
      gpus.map((gpu) => [gpu.id.replace('-', ' ').toUpperCase(), gpuLine(gpu)]),
    ),
  })
}

/** What the card does not tell is left out. */
function gpuLine(gpu: GpuStats): string {
  if (gpu.problem !== null) return `${gpu.name ?? 'a card'}: ${gpu.problem}`
  const { memory_used_bytes: used, temperature_celsius: celsius, power_watts: watts } = gpu
  const shared = gpu.shared_memory_used_bytes
  return [
    `${gpu.name ?? 'a card'}: ${gpu.usage_is_at_least ? 'at least ' : ''}${percent(gpu.usage_percent)} % busy`,
    used !== null
      ? `memory ${bytes(used)} of ${bytes(gpu.memory_total_bytes)}`
      : shared === null
        ? null
        : `shared memory ${bytes(shared)}`,
    celsius === null ? null : `${celsius} °C`,
    watts === null ? null : `${watts} W`,
    gpu.slowed_by === null || gpu.slowed_by.length === 0
      ? null
      : `slowed by ${gpu.slowed_by.join(' and ')}`,
  ]
    .filter((part) => part !== null)
    .join(', ')
}

const rate = (value: number | null): string => (value === null ? '–' : `${bytes(value)}/s`)

/** One fact a line; what is a list or a group of its own is left to `--json`. */
function factLines(facts: object): string[] {
  const plain = Object.entries(facts).filter(
    ([, value]) => value !== null && typeof value !== 'object',
  )
  const columns: TextColumn<[string, unknown]>[] = [
    { head: 'WHAT', cell: ([key]) => key.replaceAll('_', ' ') },
    { head: 'VALUE', cell: ([, value]) => String(value) },
  ]
  return textTable(columns, plain).slice(1)
}
