import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { DECLINED_CODE, REFUSED_CODE } from './exit-codes.ts'
import type { LogFile } from './log-file.ts'
import { UNUSED_EXIT_CODE } from '../../packages/service-kit/src/unused-watch.ts'
import type { ServiceSpec } from './services.ts'

/** What the supervisor tells about a service; everything else is in its log file. */
export type ServiceEvent =
  | { readonly kind: 'unused' }
  | { readonly kind: 'declined' }
  | { readonly kind: 'restarting'; readonly how: string; readonly delayMs: number }
  | {
      readonly kind: 'given-up'
      readonly how: string
      readonly times: number
      readonly lastLines: readonly string[]
    }

export interface SupervisedOptions {
  readonly spec: ServiceSpec
  readonly log: LogFile
  /** Resolves true once the service has proved itself, false when `signal` ends the wait. */
  readonly waitHealthy: (signal: AbortSignal) => Promise<boolean>
  readonly onEvent: (event: ServiceEvent) => void
}

const MAX_STARTS_IN_A_ROW = 5
const MAX_BACK_OFF_MS = 30_000
/** A service that lived this long after proving itself starts with a clean record. */
const FORGIVEN_AFTER_MS = 10_000
const KEPT_LINES = 20

/** Wait before the n-th restart in a row: 1, 2, 4 … 30 s. */
export function backOffMs(failuresInARow: number): number {
  return Math.min(MAX_BACK_OFF_MS, 1000 * 2 ** (failuresInARow - 1))
}

/**
 * One service and its restarts. It runs in a session of its own, so that a Ctrl-C in the terminal reaches the launcher alone and
 * everything stops in order; the channel between the two ends with either, so neither outlives the other.
 */
export class SupervisedService {
  readonly #options: SupervisedOptions
  readonly #stopped = new AbortController()
  readonly #lastLines: string[] = []
  #spec: ServiceSpec
  #child: ChildProcess | null = null
  #failures = 0
  #givenUp = false
  #restartWanted = false
  #running: Promise<void> = Promise.resolve()
  #markHealthy: () => void = () => {}
  /** Resolves when the service first proves itself; never, when it does not. */
  readonly healthy: Promise<void>

  constructor(options: SupervisedOptions) {
    this.#options = options
    this.#spec = options.spec
    this.healthy = new Promise((resolve) => {
      this.#markHealthy = resolve
    })
  }

  get name(): ServiceSpec['name'] {
    return this.#spec.name
  }

  get givenUp(): boolean {
    return this.#givenUp
  }

  start(): void {
    this.#running = this.#superviseLoop()
  }

  /** Ends the process in order and starts it anew at once: a source file changed. Also tries again what was given up. */
  restart(): void {
    this.#failures = 0
    if (this.#givenUp) {
      this.#givenUp = false
      this.start()
      return
    }
    this.#restartWanted = true
    this.#askToStop()
  }

  /** Asks for an orderly end, insists after `graceMs`, and resolves when no process is left. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped.abort()
    this.#askToStop()
    const insist = setTimeout(() => this.kill(), graceMs)
    await this.#running
    clearTimeout(insist)
  }

  /** Ends the process at once. */
  kill(): void {
    this.#stopped.abort()
    this.#child?.kill('SIGKILL')
  }

  #askToStop(): void {
    const child = this.#child
    if (child === null) return
    if (this.#spec.lifeline === 'stdin') child.stdin?.end()
    else if (child.connected) child.send({ type: 'stop' }, () => undefined) // an error: it has gone already
  }

  async #superviseLoop(): Promise<void> {
    const { onEvent } = this.#options
    while (!this.#stopped.signal.aborted) {
      const how = await this.#runOnce()
      const refused = how === describeExit(REFUSED_CODE)
      if (this.#stopped.signal.aborted) return
      if (this.#restartWanted) {
        this.#restartWanted = false
        continue
      }
      const next = this.#withoutRights(how)
      if (next !== null) {
        this.#spec = next.spec
        this.#failures = 0
        onEvent({ kind: next.kind })
        continue
      }
      this.#failures += 1
      if (refused || this.#failures === MAX_STARTS_IN_A_ROW) {
        this.#givenUp = true
        onEvent({ kind: 'given-up', how, times: this.#failures, lastLines: [...this.#lastLines] })
        return
      }
      const delayMs = backOffMs(this.#failures)
      onEvent({ kind: 'restarting', how, delayMs })
      await sleep(delayMs, undefined, { signal: this.#stopped.signal }).catch(() => undefined)
    }
  }

  /** What goes on in its place when it ended for want of its rights; null: it ended otherwise. */
  #withoutRights(how: string) {
    const { whenUnused, whenDeclined } = this.#spec
    if (whenUnused !== undefined && how === describeExit(UNUSED_EXIT_CODE))
      return { kind: 'unused', spec: whenUnused } as const
    if (whenDeclined !== undefined && how === describeExit(DECLINED_CODE))
      return { kind: 'declined', spec: whenDeclined } as const
    return null
  }

  /** Runs the process until it ends. @returns how it ended, in words */
  async #runOnce(): Promise<string> {
    const { log } = this.#options
    const spec = this.#spec
    log.write(`--- ${new Date().toISOString()} starting ${spec.name} ---\n`)
    const ended = new AbortController()
    const child = spawnService(spec)
    this.#child = child
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8')
      stream?.on('data', (text: string) => this.#record(text))
    }
    void this.#watchHealth(ended.signal)
    const how = await new Promise<string>((resolve) => {
      child.once('error', (error) => resolve(`could not be started: ${error.message}`))
      child.once('exit', (code, signal) =>
        resolve(signal === null ? describeExit(code) : `was ended by ${signal}`),
      )
    })
    ended.abort()
    this.#child = null
    log.write(`--- ${new Date().toISOString()} ${spec.name} ${how} ---\n`)
    return how
  }

  async #watchHealth(ended: AbortSignal): Promise<void> {
    const signal = AbortSignal.any([ended, this.#stopped.signal])
    if (!(await this.#options.waitHealthy(signal))) return
    this.#markHealthy()
    try {
      await sleep(FORGIVEN_AFTER_MS, undefined, { signal, ref: false })
      this.#failures = 0
    } catch {
      // it ended before
    }
  }

  #record(text: string): void {
    this.#options.log.write(text)
    this.#lastLines.push(...text.split('\n').filter((line) => line.trim() !== ''))
    if (this.#lastLines.length > KEPT_LINES)
      this.#lastLines.splice(0, this.#lastLines.length - KEPT_LINES)
  }
}

function describeExit(code: number | null): string {
  return `ended with code ${code}`
}

function spawnService(spec: ServiceSpec): ChildProcess {
  const lifeline = spec.lifeline ?? 'ipc'
  return spawn(spec.command, [...spec.args], {
    env: spec.env,
    stdio: lifeline === 'stdin' ? ['pipe', 'pipe', 'pipe'] : ['ignore', 'pipe', 'pipe', 'ipc'],
    // A new session keeps the terminal's Ctrl-C away; sudo needs the terminal to ask for the password.
    detached: process.platform !== 'win32' && lifeline === 'ipc',
    windowsHide: true,
  })
}
