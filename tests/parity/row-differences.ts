import type { ProcessRow } from '@taskmanager/contracts'
import type { PsutilRow } from './psutil.ts'

/** States that do not change from one look to the next; running and sleeping do. */
const STEADY_STATES = new Set(['zombie', 'idle', 'stopped'])
/** Both parts of psutil's CPU time are cut down to ticks of 10 ms; ours is rounded to one. */
const CUT_MS = 20
const ROUNDING_MS = 1
/** The kernel cuts a name here. psutil knows the rest from the first argument only, we from the program file too. */
const CUT_NAME = 15
const MOST_CMDLINE = 1024
const MASK = '********'
/** What needs no cleaning before it is shown. */
const PLAIN = /^[ -~]*$/

/**
 * How a row differs from psutil's two looks at the same process, one before and one after it; empty when it does not.
 * What changes meanwhile must lie between the two. A process that did not run between them must agree to the byte.
 */
export function differences(row: ProcessRow, before: PsutilRow, after: PsutilRow): string[] {
  const found: string[] = []
  const differ = (key: string, ours: unknown, ...theirs: unknown[]) =>
    found.push(`${row.pid} ${row.name} ${key}: ${String(ours)}, psutil ${theirs.join(' … ')}`)

  for (const key of ['ppid', 'uid', 'user', 'nice'] as const) {
    if (row[key] !== before[key] && row[key] !== after[key])
      differ(key, row[key], before[key], after[key])
  }

  const between = (key: NumberKey, below: number, above: number) => {
    const [least, most] = [Math.min(before[key], after[key]), Math.max(before[key], after[key])]
    const ours = row[key] ?? NaN
    if (!(ours >= least - below && ours <= most + above)) differ(key, ours, before[key], after[key])
  }
  between('cpu_time_ms', ROUNDING_MS, CUT_MS + ROUNDING_MS)
  // It may have grown and shrunk again between the looks, but only if it ran.
  const hasRun = !isQuiet(before, after)
  between('num_threads', hasRun ? 20 : 0, hasRun ? 20 : 0)
  for (const key of ['memory', 'vms_bytes'] as const) {
    const slack = hasRun ? 0.1 * before[key] + 4 * 2 ** 20 : 0
    between(key, slack, slack)
  }

  if (before.status === after.status && STEADY_STATES.has(before.status)) {
    if (row.status !== before.status) differ('status', row.status, before.status)
  }
  if (before.name === after.name && PLAIN.test(before.name)) {
    const isLonger = before.name.length === CUT_NAME && row.name.startsWith(before.name)
    if (row.name !== before.name && !isLonger) differ('name', row.name, before.name)
  }
  const [cmdline, cmdlineAfter] = [lineOf(before), lineOf(after)]
  if (cmdline === cmdlineAfter && PLAIN.test(cmdline ?? '') && !row.cmdline?.includes(MASK)) {
    if (row.cmdline?.trimEnd() !== cmdline?.slice(0, MOST_CMDLINE).trimEnd())
      differ('cmdline', row.cmdline, cmdline)
  }
  return found
}

type NumberKey = 'num_threads' | 'cpu_time_ms' | 'memory' | 'vms_bytes'

/** It did not run between the looks, as far as ticks of 10 ms tell. */
const isQuiet = (before: PsutilRow, after: PsutilRow) =>
  (['num_threads', 'cpu_time_ms', 'memory', 'vms_bytes'] as const).every(
    (key) => before[key] === after[key],
  ) && before.status === 'sleeping'

/** undefined where there is none: a kernel thread or a zombie, for which ours is null. */
const lineOf = ({ args }: PsutilRow) =>
  args.length === 0 ? undefined : args.join(' ').replaceAll('\0', ' ')
