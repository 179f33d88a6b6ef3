import type { ProcessInfo, ThreadInfo } from '@taskmanager/contracts'
import { STATUS_BY_CODE } from '../process-table.ts'
import { ProcParseError } from '../read-result.ts'
import { cleanName } from '../text/clean.ts'
import { parseProcPidStat, ProcStatRecord } from '../linux/parse-stat.ts'

type Limits = NonNullable<NonNullable<ProcessInfo['limits']>>

const LIMIT = /^(Max .+?)\s{2,}(\S+)\s+(\S+)\s*(\S*)\s*$/

/** Parses `/proc/<pid>/limits`: name, soft, hard, unit. `unlimited` is null. Source: proc_pid_limits(5). */
export function parseLimits(text: string): Limits {
  const value = (word: string | undefined) =>
    word === undefined || word === 'unlimited' ? null : Number(word)
  return text.split('\n').flatMap((line) => {
    const parts = LIMIT.exec(line)
    if (parts === null) return []
    const [, name = '', soft, hard, unit = ''] = parts
    return [{ name, soft: value(soft), hard: value(hard), unit: unit === '' ? null : unit }]
  })
}

const record = new ProcStatRecord()

/** Parses `/proc/<pid>/task/<tid>/stat`; null when it is not as its manual says. */
export function parseThread(tid: number, bytes: Buffer, msPerTick: number): ThreadInfo | null {
  try {
    parseProcPidStat(bytes, bytes.length, record)
  } catch (error) {
    if (error instanceof ProcParseError) return null
    throw error
  }
  const rest = bytes.toString('latin1', record.commEnd + 2).split(' ')
  const processor = Number(rest[36]) // field 39
  return {
    tid,
    name: cleanName(bytes.subarray(record.commStart, record.commEnd)),
    status: STATUS_BY_CODE[record.status] ?? 'unknown',
    cpu_time_ms: (record.utimeTicks + record.stimeTicks) * msPerTick,
    nice: record.nice,
    processor: Number.isInteger(processor) ? processor : null,
  }
}

const POLICIES = ['other', 'fifo', 'rr', 'batch', 'iso', 'idle', 'deadline']

/** Name of the scheduling policy, field 41 of stat. Source: sched(7). */
export const policyName = (policy: number): string | null => POLICIES[policy] ?? null

/** Parses a CPU list such as `0-3,8`. Source: cpuset(7), List format. */
export function parseCpuList(text: string): number[] | null {
  const cpus: number[] = []
  for (const part of text.trim().split(',')) {
    const range = /^(\d+)(?:-(\d+))?$/.exec(part)
    if (range === null) return null
    const from = Number(range[1])
    const to = Number(range[2] ?? range[1])
    if (to < from || to - from > 8192) return null
    for (let cpu = from; cpu <= to; cpu++) cpus.push(cpu)
  }
  return cpus
}

/** Name of a terminal from its device number: `pts/3`, `tty1`; null for none. Source: proc_pid_stat(5) field 7. */
export function terminalName(device: number): string | null {
  if (device === 0) return null
  const major = (device >> 8) & 0xfff
  const minor = (device & 0xff) | ((device >> 12) & 0xfff00)
  if (major >= 136 && major <= 143) return `pts/${(major - 136) * 256 + minor}`
  return major === 4 ? `tty${minor}` : `${major}:${minor}`
}
