import type {
  Accounting,
  ListCapabilities,
  ProcessTotals,
  SystemStats,
} from '@taskmanager/contracts'
import { formatBytes, formatCount, formatPercent } from './format.ts'

export interface Finding {
  readonly id: string
  readonly kind: 'warn' | 'info'
  /** The fact, in bold, and the rest of the sentence. */
  readonly fact: string
  readonly rest: string
  readonly detail: string
  readonly href: string
}

export interface MachinePicture {
  readonly stats: SystemStats | null
  readonly totals: ProcessTotals | null
  readonly accounting: Accounting | null
  readonly capabilities: ListCapabilities | null
  readonly oomKillsAtStart: number | null
}

/** What is looked at, so that "nothing" can say what nothing means. */
export const CHECKS = [
  'space on file systems',
  'room for more files',
  'zombie processes',
  'slowing by heat',
  'room in swap',
  'processes ended for lack of memory',
  'programs that restart over and over',
  'limits of this monitor',
] as const

const MOST = 3
const MANY_ZOMBIES = 5
const RESTART_LOOP_ENDED = 20

/** Rules over the live picture, the most pressing first, at most three. Never red: nothing here needs an answer now. */
export function worthKnowing(picture: MachinePicture): Finding[] {
  const findings = [
    ...fullFileSystems(picture.stats),
    ...memoryFindings(picture),
    ...heat(picture.stats),
    ...zombies(picture.totals),
    ...restartLoops(picture.accounting),
    ...ownLimits(picture.capabilities),
  ]
  return findings
    .toSorted((a, b) => Number(a.kind === 'info') - Number(b.kind === 'info'))
    .slice(0, MOST)
}

function fullFileSystems(stats: SystemStats | null): Finding[] {
  const seen = new Set<string>()
  return (stats?.filesystems ?? []).flatMap((fs): Finding[] => {
    if (fs.read_only || seen.has(fs.device)) return []
    const used = fs.used_percent
    const inodes =
      fs.inodes_total !== null && fs.inodes_total > 0 && fs.inodes_used !== null
        ? (fs.inodes_used / fs.inodes_total) * 100
        : null
    if (used !== null && used >= 90) {
      seen.add(fs.device)
      return [
        {
          id: `full:${fs.mount}`,
          kind: used >= 95 ? 'warn' : 'info',
          fact: `${fs.mount} is ${formatPercent(used, 0)} full`,
          rest: ` – ${formatBytes(fs.available_bytes)} left.`,
          detail: `${fs.device} · ${fs.type} · ${formatBytes(fs.total_bytes)}`,
          href: fs.disk === null ? '/performance/cpu' : `/performance/disk-${fs.disk}`,
        },
      ]
    }
    if (inodes !== null && inodes >= 90) {
      seen.add(fs.device)
      return [
        {
          id: `inodes:${fs.mount}`,
          kind: 'warn',
          fact: `${fs.mount} has room for few more files:`,
          rest: ` ${formatPercent(inodes, 0)} of its inodes are used.`,
          detail: `${fs.device} · ${fs.type}`,
          href: fs.disk === null ? '/performance/cpu' : `/performance/disk-${fs.disk}`,
        },
      ]
    }
    return []
  })
}

function memoryFindings({ stats, oomKillsAtStart }: MachinePicture): Finding[] {
  if (stats === null) return []
  const { memory } = stats
  const findings: Finding[] = []
  const killed = (memory.oom_kills ?? 0) - (oomKillsAtStart ?? memory.oom_kills ?? 0)
  if (killed > 0) {
    findings.push({
      id: 'oom',
      kind: 'warn',
      fact: `The kernel ended ${killed === 1 ? 'a process' : `${killed} processes`} for lack of memory`,
      rest: ' since this page opened.',
      detail: `${formatBytes(memory.available_bytes)} can be had now`,
      href: '/performance/memory',
    })
  }
  const total = memory.swap_total_bytes ?? 0
  const used = memory.swap_used_bytes ?? 0
  if (total > 0 && used / total >= 0.8) {
    findings.push({
      id: 'swap',
      kind: 'info',
      fact: `Swap is ${formatPercent((used / total) * 100, 0)} full`,
      rest: ` – ${formatBytes(total - used)} left.`,
      detail: `${formatBytes(memory.available_bytes)} of memory can be had at once`,
      href: '/performance/memory',
    })
  }
  return findings
}

function heat(stats: SystemStats | null): Finding[] {
  const findings: Finding[] = []
  if (stats?.cpu.throttled === true) {
    findings.push({
      id: 'throttled',
      kind: 'warn',
      fact: 'The CPU is slowed by heat.',
      rest: '',
      detail: 'It lowered its speed in the last second to stay within its limit',
      href: '/performance/cpu',
    })
  }
  for (const gpu of stats?.gpus ?? []) {
    if (gpu.slowed_by?.some((reason) => reason.includes('heat')) !== true) continue
    findings.push({
      id: `slowed:${gpu.id}`,
      kind: 'warn',
      fact: `${gpu.name ?? 'The GPU'} is slowed by heat.`,
      rest: '',
      detail: `Slowed by ${gpu.slowed_by.join(', ')}`,
      href: `/performance/${gpu.id}`,
    })
  }
  return findings
}

function zombies(totals: ProcessTotals | null): Finding[] {
  const count = totals?.zombie_count ?? 0
  if (count < MANY_ZOMBIES) return []
  return [
    {
      id: 'zombies',
      kind: 'info',
      fact: `${formatCount(count)} zombies`,
      rest: ' – ended processes that their parents have not collected.',
      detail: 'They use no memory or CPU, only a place in the process table',
      href: '/processes?q=state:zombie',
    },
  ]
}

function restartLoops(accounting: Accounting | null): Finding[] {
  const busiest = accounting?.ended[0]
  if (busiest === undefined || (busiest.count ?? 0) < RESTART_LOOP_ENDED) return []
  return [
    {
      id: `loop:${busiest.parent_pid}`,
      kind: 'info',
      fact: `${busiest.parent_name} starts programs over and over:`,
      rest: ` ${formatCount(busiest.count)} ended in the last second.`,
      detail: `PID ${busiest.parent_pid} · together ${formatPercent(busiest.cpu_percent, 1)} CPU`,
      href: `/processes?q=${encodeURIComponent(`pid:${busiest.parent_pid}`)}`,
    },
  ]
}

/** What this monitor cannot see is worth knowing before its figures are believed. */
function ownLimits(capabilities: ListCapabilities | null): Finding[] {
  if (capabilities?.partial !== true) return []
  return [
    {
      id: 'partial',
      kind: 'info',
      fact: 'Some processes are hidden from this service.',
      rest: '',
      detail: capabilities.partial_reason ?? 'The system does not list them to the user it runs as',
      href: '/settings',
    },
  ]
}
