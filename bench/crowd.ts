import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { nativeProgram } from './native.ts'

/** Processes on the machine while a crowd is there. */
export interface Crowd extends AsyncDisposable {
  /** Counted after it was made. */
  readonly processes: number
  /** Why there are not as many as were asked for; null when there are. */
  readonly shortOf: string | null
}

/** So many of a crowd work a little; the others wait. */
export const ACTIVE = 20

export const countProcesses = (): number =>
  readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length

/** Fills the machine up to `wanted` processes; null leaves it as it is. */
export async function startCrowd(wanted: number | null, active = ACTIVE): Promise<Crowd> {
  const there = countProcesses()
  if (wanted === null) return asItIs(null)
  if (there >= wanted) return asItIs(`the machine has ${there} already`)
  const program = await nativeProgram('crowd')
  if (typeof program !== 'string') return asItIs(program.missing)
  const args = [String(wanted - there), String(active)]
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] })
  const ended = once(child, 'close')
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([text]) => String(text)),
    ended.then(() => 'ready 0 the crowd ended at once'),
  ])
  const [, made = '0', reason] = /^ready (\d+) ?(.*)$/.exec(line) ?? []
  const short = Number(made) < wanted - there ? `only ${made} could be made: ${reason}` : null
  return {
    processes: countProcesses(),
    shortOf: short,
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await ended
    },
  }
}

const asItIs = (shortOf: string | null): Crowd => ({
  processes: countProcesses(),
  shortOf,
  [Symbol.asyncDispose]: () => Promise.resolve(),
})
