import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { dispose, type KnownProcess } from './known-process.ts'

export interface BurnerOptions {
  /** Busy share of one CPU, of each thread, 0-100. */
  percent?: number
  threads?: number
  /** Burn so much CPU time on the main thread, then end; instead of `percent`. */
  cpuMs?: number
  /** Memory held and touched. */
  memoryBytes?: number
}

/** What a process had used at an instant by its own clock. */
export interface ClockMark {
  epochMs: number
  cpuMs: number
}

export interface Burner extends KnownProcess {
  /** CPU time it had used at an instant in the last two minutes, by its own clock; waits for marks around it. */
  cpuMsAt(epochMs: number): Promise<number>
}

const script = fileURLToPath(new URL('work/burner.ts', import.meta.url))

/** Starts a process of known work (`percent` of a CPU on `threads` threads) that keeps book of its own CPU time. */
export async function burner(options: Omit<BurnerOptions, 'cpuMs'>): Promise<Burner> {
  const child = fork(script, [JSON.stringify(options)], { stdio: 'ignore' })
  await once(child, 'message')
  return {
    ...dispose(child),
    async cpuMsAt(epochMs) {
      for (;;) {
        const marks = await marksOf(child)
        const after = marks.findIndex((mark) => mark.epochMs >= epochMs)
        if (after === 0) throw new Error('asked about a time before its first mark')
        if (after > 0) return between(marks[after - 1], marks[after], epochMs)
      }
    },
  }
}

/** Burns `cpuMs` in a process of its own and answers what that process used by its own clock, in milliseconds. */
export async function burnOnce(cpuMs: number): Promise<{ pid: number; cpuMs: number }> {
  const child = fork(script, [JSON.stringify({ cpuMs } satisfies BurnerOptions)], {
    stdio: 'ignore',
  })
  const [report] = (await once(child, 'message')) as [{ marks: ClockMark[] }]
  await once(child, 'exit')
  return { pid: child.pid ?? 0, cpuMs: report.marks[0]?.cpuMs ?? 0 }
}

async function marksOf(child: ChildProcess): Promise<ClockMark[]> {
  child.send('marks')
  const [report] = (await once(child, 'message')) as [{ marks: ClockMark[] }]
  return report.marks
}

function between(a: ClockMark | undefined, b: ClockMark | undefined, epochMs: number): number {
  if (a === undefined || b === undefined) throw new Error('no marks around that time')
  const share = (epochMs - a.epochMs) / (b.epochMs - a.epochMs)
  return a.cpuMs + share * (b.cpuMs - a.cpuMs)
}
