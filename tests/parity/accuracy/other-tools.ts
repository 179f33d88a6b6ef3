import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { PYTHON } from '../psutil.ts'
import type { Reading } from './reading.ts'
import { monotonicMs } from './work-log.ts'

/** Watches processes for some ticks of a second as its manual says; readings by pid. */
export type Observe = (
  pids: readonly number[],
  ticks: number,
) => Promise<ReadonlyMap<number, Reading[]>>

/** What a tool told at one instant, percent of one core by pid. Its first frame has no interval. */
interface Frame {
  atMs: number
  percents: ReadonlyMap<number, number>
}

function readingsOf(pids: readonly number[], frames: readonly Frame[]): Map<number, Reading[]> {
  const intervals = frames.slice(1).map((frame, i) => ({ frame, fromMs: frames[i]?.atMs ?? NaN }))
  return new Map(
    pids.map((pid) => [
      pid,
      intervals.map(({ frame, fromMs }) => ({
        fromMs,
        toMs: frame.atMs,
        percentOfCore: frame.percents.get(pid) ?? NaN,
      })),
    ]),
  )
}

// One interval after the other by the time it is asked at, which is what psutil itself divides by.
const PSUTIL = `
import json, psutil, sys, time
processes = [psutil.Process(int(pid)) for pid in sys.argv[2:]]
start = time.monotonic()
for tick in range(int(sys.argv[1]) + 1):
    time.sleep(max(0, start + tick - time.monotonic()))
    at = time.monotonic() * 1000
    print(json.dumps([at, [[p.pid, p.cpu_percent(interval=None)] for p in processes]]), flush=True)
`

/** `cpu_percent(interval=None)` once a second in one long-lived Python. */
export const observeWithPsutil: Observe = async (pids, ticks) => {
  const args = [String(ticks), ...pids.map(String)]
  const frames = await framesOf(spawn(PYTHON ?? '', ['-c', PSUTIL, ...args]), (line) => {
    const [atMs, rows] = JSON.parse(line) as [number, [number, number][]]
    return { atMs, percents: new Map(rows) }
  })
  return readingsOf(pids, frames)
}

/** `top -b -d 1` in percent of one core, as it is by default; its frame is of the instant it arrives. */
export const observeWithTop: Observe = async (pids, ticks) => {
  const args = ['-b', '-d', '1', '-n', String(ticks + 1), '-p', pids.join(',')]
  const child = spawn('top', args, {
    env: { PATH: process.env['PATH'], LC_ALL: 'C', HOME: '/nonexistent', COLUMNS: '200' },
  })
  const frames: Frame[] = []
  let percents = new Map<number, number>()
  await framesOf(child, (line) => {
    if (line.startsWith('top - ')) {
      percents = new Map()
      frames.push({ atMs: monotonicMs(), percents })
    }
    // PID USER PR NI VIRT RES SHR S %CPU %MEM TIME+ COMMAND
    const columns = line.trim().split(/\s+/)
    const pid = Number(columns[0])
    if (pids.includes(pid)) percents.set(pid, Number(columns[8]))
    return null
  })
  return readingsOf(pids, frames)
}

type PidUsage = (pids: readonly number[]) => Promise<Record<string, { cpu: number } | null>>

/** `pidusage(pids)` once a second in this process. It is a dependency of the platform package only. */
export const observeWithPidusage: Observe = async (pids, ticks) => {
  const requireOfPlatform = createRequire(
    new URL('../../../packages/platform/package.json', import.meta.url),
  )
  const pidusage = requireOfPlatform('pidusage') as PidUsage
  const frames: Frame[] = []
  const startMs = monotonicMs()
  for (let tick = 0; tick <= ticks; tick++) {
    await sleep(Math.max(0, startMs + tick * 1000 - monotonicMs()))
    const atMs = monotonicMs()
    const usage = await pidusage(pids)
    const percents = new Map(pids.map((pid) => [pid, usage[String(pid)]?.cpu ?? NaN]))
    frames.push({ atMs, percents })
  }
  return readingsOf(pids, frames)
}

/** Runs a program to its end, line by line. @throws when it could not run or ended badly */
async function framesOf(
  child: ChildProcess,
  parse: (line: string) => Frame | null,
): Promise<Frame[]> {
  const frames: Frame[] = []
  const ended = once(child, 'close') as Promise<[number | null]>
  let complaint = ''
  child.stderr?.on('data', (chunk: Buffer) => (complaint += chunk.toString()))
  if (child.stdout === null) throw new Error('no output to read')
  createInterface(child.stdout).on('line', (line) => {
    const frame = parse(line)
    if (frame !== null) frames.push(frame)
  })
  const [code] = await ended
  if (code !== 0) throw new Error(`${child.spawnfile} ended with ${code}: ${complaint}`)
  return frames
}
