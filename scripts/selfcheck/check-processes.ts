import { setTimeout as wait } from 'node:timers/promises'
import type { ProcessTable, ProcessTableProvider } from '@taskmanager/platform'
import { find } from './own-row.ts'
import { compared, ok, told, unknown, value, wrong, type Finding } from './report.ts'

const MIB = 1024 ** 2
const WORK_MS = 300
const SWEEPS = 20
/** Two ticks of the coarsest clock, and what this process does between both questions. */
const CPU_WITHIN_MS = 50
/** Users are asked for beside the sweep. */
const MOST_WAITS = 20

/** The table, and this process in it: its own clock, memory, parent and start are known from elsewhere. */
export async function checkProcesses(
  provider: ProcessTableProvider,
  intervalMs: number,
): Promise<Finding[]> {
  await provider.sweep()
  work(WORK_MS)
  await wait(intervalMs)
  const usage = process.cpuUsage()
  const memory = process.memoryUsage.rss()
  const table = await provider.sweep()
  const own = find(table, process.pid)
  const { capabilities } = provider
  const findings = [
    told('provider', `${capabilities.provider}, times by ${capabilities.cpuTimeResolution}`),
    told('listed', `${table.count} processes on ${table.logicalCpuCount} CPUs`),
    value('hidden', capabilities.partialReason, 'none'),
    value('never known here', capabilities.missing.join(' ') || null, 'nothing'),
    table.skipped === 0
      ? ok('read as they should be', 'all')
      : wrong('read as they should be', `all but ${table.skipped}`),
    parents(table),
    sumOfAll(table),
  ]
  if (own === null) return [...findings, wrong('this process', 'is not listed')]
  const { facts } = own
  return [
    ...findings,
    own.cpuMs === null
      ? wrong('CPU time of this process', 'not told')
      : compared('CPU time of this process', {
          ours: own.cpuMs,
          theirs: (usage.user + usage.system) / 1000,
          within: CPU_WITHIN_MS,
          unit: 'ms',
        }),
    memoryOf(own.rssBytes, memory),
    compared('its parent', { ours: own.ppid, theirs: process.ppid, within: 0, unit: '(PID)' }),
    facts.startedAtMs === null
      ? unknown('its start', 'not told')
      : compared('its start', {
          ours: facts.startedAtMs / 1000,
          theirs: (Date.now() - process.uptime() * 1000) / 1000,
          within: 3,
          unit: 's',
        }),
    value('its threads', own.threads),
    /node/i.test(facts.name) || facts.name === process.title
      ? ok('its name', 'that of Node.js')
      : wrong('its name', 'another than that of Node.js'),
    facts.args === null ? unknown('its arguments', 'not told') : ok('its arguments', 'told'),
    (await userOf(provider)) ? ok('its user', 'told') : unknown('its user', 'not told'),
    await cost(provider),
  ]
}

/** Windows tells the part that is not shared, which is less; nothing tells more. */
function memoryOf(ours: number | null, theirs: number): Finding {
  if (ours === null) return unknown('its memory', 'not told')
  const detail = `${Math.round(ours / MIB)} MiB, with what it shares ${Math.round(theirs / MIB)} MiB`
  return ours <= theirs * 1.2 + 16 * MIB && ours >= theirs * 0.2
    ? ok('its memory', detail)
    : wrong('its memory', detail)
}

/** Keeps a CPU busy. */
function work(ms: number): void {
  const { user } = process.cpuUsage()
  while ((process.cpuUsage().user - user) / 1000 < ms) Math.sqrt(Math.random())
}

/** Whoever has a parent that is listed started after it. */
function parents({ columns, facts, slots, count }: ProcessTable): Finding {
  const starts = new Map<number, number>()
  const used = slots.subarray(0, count)
  for (const slot of used) {
    const startedAtMs = facts[slot]?.startedAtMs ?? null
    if (startedAtMs !== null) starts.set(columns.pid[slot] ?? 0, startedAtMs)
  }
  const early = [...used].filter((slot) => {
    const [own, parent] = [facts[slot]?.startedAtMs, starts.get(columns.ppid[slot] ?? 0)]
    return own != null && parent !== undefined && own < parent - 20
  })
  const detail = `${early.length} of ${count} before their parents`
  return early.length === 0 ? ok('starts', detail) : wrong('starts', detail)
}

/** Together they cannot have used more than all CPUs had. */
function sumOfAll({ columns, slots, count, intervalMs, logicalCpuCount }: ProcessTable): Finding {
  if (intervalMs === null) return unknown('CPU time of all in this interval', 'no interval')
  const usedMs = slots.subarray(0, count).reduce((sum, slot) => {
    const delta = (columns.cpuNs[slot] ?? 0) - (columns.previousCpuNs[slot] ?? 0)
    return sum + (Number.isNaN(delta) ? 0 : delta / 1e6)
  }, 0)
  const whole = intervalMs * logicalCpuCount
  const detail = `${Math.round(usedMs)} of ${Math.round(whole)} ms`
  return usedMs <= whole * 1.05 + 50
    ? ok('CPU time of all in this interval', detail)
    : wrong('CPU time of all in this interval', detail)
}

async function userOf(provider: ProcessTableProvider): Promise<boolean> {
  for (let round = 0; round < MOST_WAITS; round++) {
    if (find(await provider.sweep(), process.pid)?.facts.user != null) return true
    await wait(100)
  }
  return false
}

async function cost(provider: ProcessTableProvider): Promise<Finding> {
  const times: number[] = []
  for (let index = 0; index < SWEEPS; index++) {
    const startMs = performance.now()
    await provider.sweep()
    times.push(performance.now() - startMs)
  }
  const median = times.toSorted((a, b) => a - b)[SWEEPS / 2] ?? 0
  return told(
    'one sweep',
    `${median.toFixed(2)} ms, the longest ${Math.max(...times).toFixed(2)} ms`,
  )
}
