import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { writeTokens } from '../packages/service-kit/src/tokens.ts'
import { ensurePrivateDirectory } from '../scripts/launcher/directories.ts'
import { builtServices } from '../scripts/launcher/services.ts'
import { freePorts } from './free-ports.ts'

/** Both services, from their bundles and with the flags of `npm start`. */
export interface RunningServices extends AsyncDisposable {
  readonly ports: { stats: number; accuracy: number }
  readonly pids: { stats: number; accuracy: number }
  /** From the start of both until both have told figures of an interval, milliseconds. */
  readonly firstNumbersMs: number
}

/** A private place for services that are started one after the other: the second start finds V8's compiled code. */
export class ServicePlace implements Disposable {
  readonly #root = mkdtempSync(path.join(tmpdir(), 'tmp-bench-'))
  readonly #remove = () => rmSync(this.#root, { recursive: true, force: true })
  readonly runDir = path.join(this.#root, 'run')
  readonly stateDir = path.join(this.#root, 'state')

  constructor() {
    ensurePrivateDirectory(this.runDir)
    writeTokens(this.runDir)
    process.once('exit', this.#remove) // tokens are not left behind when somebody stops the run
  }

  [Symbol.dispose](): void {
    process.off('exit', this.#remove)
    this.#remove()
  }
}

const FIRST_NUMBERS_WITHIN_MS = 30_000
const ASK_AGAIN_MS = 10

/** @throws when a service ends or has no figures in time */
export async function startServices(place: ServicePlace): Promise<RunningServices> {
  const [stats = 0, accuracy = 0, pages = 0] = await freePorts(3)
  const ports = { stats, accuracy, pages }
  const { runDir, stateDir } = place
  const startedAt = performance.now()
  const children = new Map<string, ChildProcess>()
  for (const { name, command, args, env } of builtServices({ ports, runDir, stateDir })) {
    if (name === 'pages') continue
    children.set(name, spawn(command, args, { env, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }))
  }
  const stop = async () => {
    const running = [...children.values()].filter((child) => child.exitCode === null)
    const ended = Promise.all(running.map((child) => once(child, 'exit')))
    for (const child of running) child.kill('SIGTERM')
    await ended
  }
  try {
    await Promise.all([
      until(() => tellsStats(stats), children),
      until(() => tellsProcesses(accuracy), children),
    ])
  } catch (error) {
    await stop()
    throw error
  }
  const pidOf = (name: string) => children.get(name)?.pid ?? 0
  return {
    ports,
    pids: { stats: pidOf('stats'), accuracy: pidOf('accuracy') },
    firstNumbersMs: performance.now() - startedAt,
    [Symbol.asyncDispose]: stop,
  }
}

async function until(fact: () => Promise<boolean>, children: Map<string, ChildProcess>) {
  const deadline = performance.now() + FIRST_NUMBERS_WITHIN_MS
  while (!(await fact())) {
    for (const [name, child] of children)
      if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`)
    if (performance.now() > deadline) throw new Error('the services have no figures in time')
    await sleep(ASK_AGAIN_MS)
  }
}

const tellsStats = async (port: number): Promise<boolean> =>
  typeof (await jsonOf(port, '/api/stats'))?.['cpu_usage'] === 'number'

const tellsProcesses = async (port: number): Promise<boolean> =>
  typeof (await jsonOf(port, '/api/processes'))?.['interval_ms'] === 'number'

/** null until it listens. */
async function jsonOf(port: number, address: string): Promise<Record<string, unknown> | null> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}${address}`)
    return response.ok ? ((await response.json()) as Record<string, unknown>) : null
  } catch {
    return null // not listening yet
  }
}
