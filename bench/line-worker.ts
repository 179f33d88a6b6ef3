import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A program to run, and the version that a report names. */
export interface Command {
  readonly command: string
  readonly args: readonly string[]
  readonly version: string | null
}

/** How to get what is not there, in a sentence. */
export interface Missing {
  readonly missing: string
}

export const isMissing = (found: object): found is Missing => 'missing' in found

/** How much of what a program said on its way out is kept, characters. */
const SHOWN_ERROR = 4000

/** A process that answers one line of JSON to each line it is sent, and ends when its standard input closes. */
export class LineWorker {
  readonly #child: ChildProcess
  readonly #ended: Promise<unknown>
  #waiting: { resolve: (line: string) => void; reject: (error: Error) => void } | null = null
  #errors = ''

  constructor({ command, args }: Command) {
    const [shell, shellArgs] = withManyFiles(command, args)
    this.#child = spawn(shell, shellArgs, { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#ended = once(this.#child, 'close').catch((error: Error) => this.#fail(error.message))
    this.#child.stderr?.on('data', (data: Buffer) => {
      this.#errors = (this.#errors + data.toString()).slice(-SHOWN_ERROR)
    })
    this.#child.stdin?.on('error', () => {}) // it has ended, which `close` tells
    if (this.#child.stdout !== null) {
      createInterface(this.#child.stdout).on('line', (line) => this.#settle()?.resolve(line))
    }
    this.#child.on('close', (code, signal) => {
      this.#fail(`ended with ${signal ?? code}: ${lastError(this.#errors)}`)
    })
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** @throws when it ended, says `{"error": …}`, or does not answer in time; it is of no use afterwards */
  async ask<T>(line: string, withinMs: number): Promise<T> {
    const answer = JSON.parse(await this.#line(line, withinMs)) as T & { error?: string }
    if (answer.error !== undefined) throw new Error(answer.error)
    return answer
  }

  #line(line: string, withinMs: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.#fail(`no answer within ${Math.round(withinMs / 1000)} s`),
        withinMs,
      )
      const done = () => clearTimeout(timer)
      this.#waiting = {
        resolve: (text) => (done(), resolve(text)),
        reject: (error) => (done(), reject(error)),
      }
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        this.#fail('it has ended')
        return
      }
      this.#child.stdin?.write(`${line}\n`)
    })
  }

  #settle() {
    const waiting = this.#waiting
    this.#waiting = null
    return waiting
  }

  #fail(why: string): void {
    this.#settle()?.reject(new Error(why))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.stdin?.end()
    const late = setTimeout(() => this.#child.kill('SIGKILL'), 2000)
    await this.#ended
    clearTimeout(late)
  }
}

/** The line that says why, or the last one. */
function lastError(text: string): string {
  const lines = text.trim().split('\n')
  return lines.findLast((line) => /error/i.test(line)) ?? lines.at(-1) ?? ''
}

/** As many open files as this user may have: some keep several per process. The shell becomes the program itself. */
export function withManyFiles(command: string, args: readonly string[]): [string, string[]] {
  const raise = 'ulimit -n 1048576 2>/dev/null || ulimit -Sn "$(ulimit -Hn)"; exec "$@"'
  return ['sh', ['-c', raise, 'sh', command, ...args]]
}
