import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { dispose, type KnownProcess } from '@taskmanager/testkit'
import { until } from '../../launcher/launched.ts'
import { monotonicMs, WorkLog } from './work-log.ts'

/** A load by its own clock: `workUs` of CPU time every `periodUs`, on each thread. */
export interface Load {
  name: string
  threads: number
  workUs: number
  periodUs: number
}

// Periods share no factor with a second, else every tick would meet the same phase.
const every = (name: string, workUs: number, periodUs: number, threads = 1): Load => ({
  name,
  threads,
  workUs,
  periodUs,
})

/** Together they fit on two cores, so that each keeps near its share. */
export const LIGHT_LOADS: readonly Load[] = [
  every('0.4 %', 388, 97_000),
  every('3 %', 2910, 97_000),
  every('25 %', 24_250, 97_000),
  every('bursts of 300 ms', 300_000, 970_000),
]
export const ONE_CORE = every('100 %', 100_000, 100_000)
export const TWO_CORES = every('200 % on two threads', 100_000, 100_000, 2)

export interface Burner extends KnownProcess {
  load: Load
  /** The kernel writes the books of a running process once a tick, so a CPU clock read from outside may be this old. */
  kernelTickMs: number
  /** Settles with the book once it covers everything up to an instant, CLOCK_MONOTONIC milliseconds. */
  logUntil(atMs: number): Promise<WorkLog>
}

/** Starts the compiled burner and waits until its book covers the last kernel ticks; it ends by itself after `seconds`, should nobody end it. */
export async function startBurner(program: string, load: Load, seconds: number): Promise<Burner> {
  const name = load.name.replaceAll(/\W+/g, '-')
  const file = path.join(path.dirname(program), `${name}.log`)
  const numbers = [load.threads, load.workUs, load.periodUs, seconds].map(String)
  const child = spawn(program, [file, ...numbers], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  const kernelTickMs = Number(said) / 1e6
  const read = () => new WorkLog(file, load.threads)
  await until(
    'its book began some ticks ago',
    () => read().beginMs + 3 * kernelTickMs < monotonicMs(),
  )
  return {
    ...dispose(child),
    load,
    kernelTickMs,
    async logUntil(atMs) {
      await until('the book of the burner is complete', () => read().endMs >= atMs)
      return read()
    },
  }
}
