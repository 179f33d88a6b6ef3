import type {
  Accounting,
  ListCapabilities,
  ProcessTotals,
  SystemStats,
} from '@taskmanager/contracts'
import { listed } from './drive-words.ts'
import { formatBytes, formatCount, formatPercent } from './format.ts'

/** The fact, in bold, and the rest of the sentence. */
interface Sentence {
  readonly fact: string
  readonly rest: string
}

/** What a rule sees in one sample. */
export interface Observation {
  readonly id: string
  readonly kind: 'warn' | 'info'
  /** `amount`: sum of all that was seen. `isNow`: it is so in the newest sample. */
  readonly say: (isNow: boolean, amount: number) => Sentence
  readonly detail: string
  readonly href: string
  /** What lasted shorter is no news, milliseconds. */
  readonly leastMs: number
  /** It stays news for a while after it ended. */
  readonly isEvent: boolean
  /** How many in this sample, for what is counted. */
  readonly amount?: number
}

/** What is looked at, so that "nothing" can say what nothing means. */
const CHECKS = [
  'space on file systems',
  'room for more files',
  'zombie processes',
  'slowing by heat',
  'room in swap',
  'processes ended for lack of memory',
  'programs that restart over and over',
  'limits of this monitor',
] as const

/** Drives are among it where one tells of its health. */
export function checksOf(stats: SystemStats | null): readonly string[] {
  const isTold = stats?.disks.some(({ health }) => health != null) === true
  return isTold ? ['health of the drives', ...CHECKS] : CHECKS
}

const FULL_PERCENT = 90
const VERY_FULL_PERCENT = 95
const LITTLE_ROOM_BYTES = 20 * 1024 ** 3
const SWAP_FULL_RATIO = 0.8
const MANY_ZOMBIES = 5
const RESTARTS_PER_SECOND = 20
/** A parent collects its children in a moment, a shell starts many for a moment: neither is news. */
const ZOMBIES_LEAST_MS = 10_000
const RESTARTS_LEAST_MS = 10_000
/** Processors touch their limit now and then. */
const HEAT_LEAST_MS = 3000

/** Rules over one frame of port 8000. `previous`: the frame before it, to see what was added. */
export function observeStats(stats: SystemStats, previous: SystemStats | null): Observation[] {
  return [
    ...ailingDrives(stats),
    ...fullFileSystems(stats),
    ...memoryKills(stats, previous),
    ...fullSwap(stats),
    ...heat(stats),
  ]
}

export interface ListPicture {
  readonly totals: ProcessTotals | null
  readonly accounting: Accounting | null
  readonly capabilities: ListCapabilities | null
  readonly intervalMs: number | null
}

/** Rules over one picture of port 8001. */
export function observeLists(picture: ListPicture): Observation[] {
  return [
    ...zombies(picture.totals),
    ...restartLoops(picture.accounting, picture.intervalMs),
    ...ownLimits(picture.capabilities),
  ]
}

function ailingDrives(stats: SystemStats): Observation[] {
  return stats.disks.flatMap(({ id, model, health }): Observation[] => {
    if (health == null || health.verdict === 'good') return []
    const isFailing = health.verdict === 'failing'
    return [
      {
        id: `drive:${id}`,
        kind: isFailing ? 'warn' : 'info',
        say: () => ({
          fact: isFailing
            ? `${id} is failing. Copy what you need from it now:`
            : `${id} works, but keep an eye on it:`,
          rest: ` ${listed(health.findings)}.`,
        }),
        detail: [model, 'as the drive itself reports'].filter(Boolean).join(' \u00b7 '),
        href: `/performance/disk-${id}`,
        leastMs: 0,
        isEvent: false,
      },
    ]
  })
}

function fullFileSystems(stats: SystemStats): Observation[] {
  const seen = new Set<string>()
  return stats.filesystems.flatMap((fs): Observation[] => {
    // One file system may be mounted at many places.
    const same = `${fs.device} ${fs.total_bytes} ${fs.used_bytes}`
    if (fs.read_only || seen.has(same)) return []
    const used = fs.used_percent
    const inodes =
      fs.inodes_total !== null && fs.inodes_total > 0 && fs.inodes_used !== null
        ? (fs.inodes_used / fs.inodes_total) * 100
        : null
    const common = {
      href: fs.disk === null ? '/performance/cpu' : `/performance/disk-${fs.disk}`,
      leastMs: 0,
      isEvent: false,
    } as const
    if (used !== null && used >= FULL_PERCENT) {
      seen.add(same)
      const isShort = (fs.available_bytes ?? 0) < LITTLE_ROOM_BYTES
      return [
        {
          ...common,
          id: `full:${fs.mount}`,
          kind: used >= VERY_FULL_PERCENT && isShort ? 'warn' : 'info',
          say: () => ({
            fact: `${fs.mount} is ${formatPercent(used, 0)} full`,
            rest: ` – ${formatBytes(fs.available_bytes)} left.`,
          }),
          detail: `${fs.device} · ${fs.type} · ${formatBytes(fs.total_bytes)}`,
        },
      ]
    }
    if (inodes !== null && inodes >= FULL_PERCENT) {
      seen.add(same)
      return [
        {
          ...common,
          id: `inodes:${fs.mount}`,
          kind: 'warn',
          say: () => ({
            fact: `${fs.mount} has room for few more files:`,
            rest: ` ${formatPercent(inodes, 0)} of its inodes are used.`,
          }),
          detail: `${fs.device} · ${fs.type}`,
        },
      ]
    }
    return []
  })
}

function memoryKills({ memory }: SystemStats, previous: SystemStats | null): Observation[] {
  const [before, after] = [previous?.memory.oom_kills ?? null, memory.oom_kills]
  if (before === null || after === null || after <= before) return []
  return [
    {
      id: 'oom',
      kind: 'warn',
      say: (_, amount) => ({
        fact: `The kernel ended ${amount === 1 ? 'a process' : `${formatCount(amount)} processes`} for lack of memory.`,
        rest: '',
      }),
      detail: `${formatBytes(memory.available_bytes)} could be had then`,
      href: '/performance/memory',
      leastMs: 0,
      isEvent: true,
      amount: after - before,
    },
  ]
}

function fullSwap({ memory }: SystemStats): Observation[] {
  const total = memory.swap_total_bytes ?? 0
  const used = memory.swap_used_bytes ?? 0
  if (total === 0 || used / total < SWAP_FULL_RATIO) return []
  return [
    {
      id: 'swap',
      kind: 'info',
      say: () => ({
        fact: `Swap is ${formatPercent((used / total) * 100, 0)} full`,
        rest: ` – ${formatBytes(total - used)} left.`,
      }),
      detail: `${formatBytes(memory.available_bytes)} of memory can be had at once`,
      href: '/performance/memory',
      leastMs: 0,
      isEvent: false,
    },
  ]
}

function heat(stats: SystemStats): Observation[] {
  const slowed = (name: string) => (isNow: boolean) => ({
    fact: `${name} ${isNow ? 'is' : 'was'} slowed by heat.`,
    rest: '',
  })
  const common = { kind: 'warn', leastMs: HEAT_LEAST_MS, isEvent: true } as const
  const found: Observation[] = []
  if (stats.cpu.throttled === true) {
    found.push({
      ...common,
      id: 'throttled',
      say: slowed('The CPU'),
      detail: 'It lowers its speed to stay within its limit',
      href: '/performance/cpu',
    })
  }
  for (const gpu of stats.gpus) {
    if (gpu.slowed_by?.some((reason) => reason.includes('heat')) !== true) continue
    found.push({
      ...common,
      id: `slowed:${gpu.id}`,
      say: slowed(gpu.name ?? 'The GPU'),
      detail: `Slowed by ${gpu.slowed_by.join(', ')}`,
      href: `/performance/${gpu.id}`,
    })
  }
  return found
}

function zombies(totals: ProcessTotals | null): Observation[] {
  const count = totals?.zombie_count ?? 0
  if (count < MANY_ZOMBIES) return []
  return [
    {
      id: 'zombies',
      kind: 'info',
      say: () => ({
        fact: `${formatCount(count)} zombies`,
        rest: ' – ended processes that their parents have not collected.',
      }),
      detail: 'They use no memory or CPU, only a place in the process table',
      href: '/processes?q=state:zombie',
      leastMs: ZOMBIES_LEAST_MS,
      isEvent: false,
    },
  ]
}

function restartLoops(accounting: Accounting | null, intervalMs: number | null): Observation[] {
  const seconds = (intervalMs ?? 1000) / 1000
  return (accounting?.ended ?? []).flatMap((under): Observation[] => {
    const { parent_pid: pid, parent_name: parent, name, count, cpu_percent: cpu } = under
    if (parent === '' || count === null || count / seconds < RESTARTS_PER_SECOND) return []
    return [
      {
        id: `loop:${pid}`,
        kind: 'info',
        say: (isNow, amount) => ({
          fact: `${parent} ${isNow ? 'starts' : 'started'} programs over and over:`,
          rest: ` ${formatCount(amount)} ended${name === null ? '' : `, mostly ${name}`}.`,
        }),
        detail: `PID ${pid} · together ${formatPercent(cpu, 1)} CPU`,
        href: `/processes?q=${encodeURIComponent(`pid:${pid}`)}`,
        leastMs: RESTARTS_LEAST_MS,
        isEvent: true,
        amount: count,
      },
    ]
  })
}

/** What this monitor cannot see is worth knowing before its figures are believed. */
function ownLimits(capabilities: ListCapabilities | null): Observation[] {
  if (capabilities?.partial !== true) return []
  return [
    {
      id: 'partial',
      kind: 'info',
      say: () => ({ fact: 'Some processes are hidden from this service.', rest: '' }),
      detail: capabilities.partial_reason ?? 'The system does not list them to the user it runs as',
      href: '/settings',
      leastMs: 0,
      isEvent: false,
    },
  ]
}
