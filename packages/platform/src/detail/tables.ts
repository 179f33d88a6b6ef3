import type { ProcessInfo, ThreadInfo } from '@taskmanager/contracts'
import { STATUS_BY_CODE } from '../process-table.ts'
import { ProcParseError } from '../read-result.ts'
import { cleanName } from '../text/clean.ts'
import { parseProcPidStat, ProcStatRecord } from '../linux/parse-stat.ts'
import { sinceBoot } from '../linux/proc-world.ts'
import { numberOf } from '../linux/sysfs.ts'

type Limits = NonNullable<NonNullable<ProcessInfo['limits']>>

/** `unlimited` or a number. */
const LIMIT = /^(?:unlimited|\d{1,20})$/

/** Parses `/proc/<pid>/limits`: name, soft, hard, unit. `unlimited` is null. Source: proc_pid_limits(5). */
export function parseLimits(text: string): Limits {
  const value = (word: string) => (word === 'unlimited' ? null : Number(word))
  return text.split('\n').flatMap((line) => {
    const words = line.split(' ').filter((word) => word !== '')
    const at = words.findIndex((word) => LIMIT.test(word))
    const [soft, hard, unit = null] = words.slice(at)
    if (words[0] !== 'Max' || at < 1 || soft === undefined || !LIMIT.test(hard ?? '')) return []
    const name = cleanName(words.slice(0, at).join(' '))
    return [
      {
        name,
        soft: value(soft),
        hard: value(hard ?? ''),
        unit: unit === null ? null : cleanName(unit),
      },
    ]
  })
}

/** An address range with code of a file: `7f…-7f… r-xp 00028000 fe:01 1234  /usr/lib/libc.so.6 (deleted)`. */
const CODE_OF_DELETED_FILE = /^[\da-f]+-[\da-f]+ ..x. \S+ \S+ \d+ +(\/.*) \(deleted\)$/gm
/** Memory that only looks like a file. Source: memfd_create(2), proc_pid_maps(5). */
const NO_LIBRARY = /^\/(?:memfd:|SYSV|dev\/|anon_hugepage)/

/** Programs and libraries in use whose files were deleted or replaced since they were loaded. Source: `/proc/<pid>/maps`. */
export function parseReplacedLibraries(maps: string): string[] {
  const found = new Set<string>()
  for (const [, file = ''] of maps.matchAll(CODE_OF_DELETED_FILE))
    if (!NO_LIBRARY.test(file)) found.add(file)
  return [...found].toSorted()
}

const record = new ProcStatRecord()

/**
 * Parses `/proc/<pid>/wchan`: the kernel function a thread sleeps in, without what the compiler put behind its name.
 * Null where it runs, and where one may not know: the kernel says `0` to both. Source: proc_pid_wchan(5).
 */
export function parseWaitChannel(text: string): string | null {
  return /^([A-Za-z_]\w{0,127})(?:\.\w+)*\s*$/.exec(text)?.[1] ?? null
}

interface ThreadWorld {
  /** Text of that file. */
  wchan: string | null
  msPerTick: number
  /** Epoch milliseconds. */
  bootMs: number | null
}

/** Parses `/proc/<pid>/task/<tid>/stat`; null when it is not as its manual says. */
export function parseThread(
  tid: number,
  bytes: Buffer,
  { wchan, msPerTick, bootMs }: ThreadWorld,
): Omit<ThreadInfo, 'system_call'> | null {
  try {
    parseProcPidStat(bytes, bytes.length, record)
  } catch (error) {
    if (error instanceof ProcParseError) return null
    throw error
  }
  const rest = bytes.toString('latin1', record.commEnd + 2).split(' ')
  const processor = numberOf(rest[36] ?? null) // field 39
  return {
    tid,
    name: cleanName(bytes.subarray(record.commStart, record.commEnd)),
    status: STATUS_BY_CODE[record.status] ?? 'unknown',
    cpu_time_ms: (record.utimeTicks + record.stimeTicks) * msPerTick,
    started_at_ms: sinceBoot(bootMs, record.starttimeTicks * msPerTick),
    nice: record.nice,
    processor: processor !== null && processor >= 0 ? processor : null,
    wait_channel: parseWaitChannel(wchan ?? ''),
  }
}

/** Field 42 of `/proc/<pid>/task/<tid>/stat`: ticks that the thread waited for a disk. Source: proc_pid_stat(5). */
export function parseIoDelay(stat: Buffer): number | null {
  const rest = stat.toString('latin1', stat.lastIndexOf(')') + 2).split(' ')
  const ticks = numberOf(rest[39]?.trim() ?? null)
  return ticks !== null && ticks >= 0 ? ticks : null
}

const POLICIES = ['other', 'fifo', 'rr', 'batch', 'iso', 'idle', 'deadline']

/** Name of the scheduling policy, field 41 of stat. Source: sched(7). */
export const policyName = (policy: number | null): string | null =>
  policy === null ? null : (POLICIES[policy] ?? null)

/** How long a thread was ready and waited for a CPU, and how often it had one; null without. Source: sched-stats.rst. */
export function parseRunDelay(schedstat: string): { waitedNs: number; turns: number } | null {
  const [, waited = null, turns = null] = schedstat.trim().split(' ', 3)
  const waitedNs = numberOf(waited)
  const count = numberOf(turns)
  if (waitedNs === null || count === null || waitedNs < 0 || count < 0) return null
  return { waitedNs, turns: count }
}

/** Name of a terminal from its device number: `pts/3`, `tty1`; null for none. Source: proc_pid_stat(5) field 7. */
export function terminalName(device: number): string | null {
  if (device === 0) return null
  const major = (device >> 8) & 0xfff
  const minor = (device & 0xff) | ((device >> 12) & 0xfff00)
  if (major >= 136 && major <= 143) return `pts/${(major - 136) * 256 + minor}`
  return major === 4 ? `tty${minor}` : `${major}:${minor}`
}
