import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { get } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Ports {
  readonly stats: number
  readonly accuracy: number
  readonly pages: number
}

const RUN_PRODUCT = join(import.meta.dirname, 'fixtures/run-product.ts')

/** Three ports that were free on both addresses a moment ago, below the range that outgoing connections use. */
export async function freePorts(): Promise<Ports> {
  const found: number[] = []
  while (found.length < 3) {
    const port = 20_000 + Math.floor(Math.random() * 10_000)
    if (!found.includes(port) && (await isFree(port))) found.push(port)
  }
  const [stats = 0, accuracy = 0, pages = 0] = found
  return { stats, accuracy, pages }
}

export async function isFree(port: number): Promise<boolean> {
  for (const host of ['127.0.0.1', '::1']) {
    const server = createServer()
    const code = await new Promise<string | null>((resolve) => {
      server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'))
      server.listen({ host, port, ipv6Only: true }, () => resolve(null))
    })
    if (code !== null) return false
    await new Promise((resolve) => server.close(resolve))
  }
  return true
}

/** Waits for a fact, looking often; a fact that never comes ends in the test's own time-out with a name. */
export async function until(
  what: string,
  fact: () => boolean | Promise<boolean>,
  withinMs = 40_000,
): Promise<void> {
  const deadline = performance.now() + withinMs
  while (!(await fact())) {
    if (performance.now() > deadline) throw new Error(`waited in vain: ${what}`)
    await sleep(25)
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** A private place for one copy: run directory and a small built page. */
export class Place {
  readonly root = mkdtempSync(join(tmpdir(), 'tmp-launch-'))
  readonly runDir = join(this.root, 'run')
  readonly webRoot = join(this.root, 'web')
  readonly #launched: Launched[] = []

  constructor() {
    mkdirSync(this.runDir, { mode: 0o700 })
    mkdirSync(this.webRoot)
    writeFileSync(
      join(this.webRoot, 'index.html'),
      '<!doctype html><html><head></head><body></body></html>',
    )
  }

  /** Sets how a stand-in service misbehaves from its next life on: `crash`, `refuse`, `deaf`. */
  tell(service: string, word: string): void {
    writeFileSync(join(this.runDir, `${service}.${word}`), '')
  }

  launch(ports: Ports, ...more: string[]): Launched {
    const args = ['--ports', `${ports.stats},${ports.accuracy},${ports.pages}`, ...more]
    const { npm_lifecycle_event: _event, ...inherited } = process.env
    const child = spawn(process.execPath, [RUN_PRODUCT, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...inherited, TASKMANAGER_RUN_DIR: this.runDir, TASKMANAGER_WEB_ROOT: this.webRoot },
    })
    const launched = new Launched(child, ports)
    this.#launched.push(launched)
    return launched
  }

  tokenFiles(): string[] {
    return readdirSync(this.runDir).filter((name) => name.includes('token'))
  }

  async clear(): Promise<void> {
    for (const launched of this.#launched) await launched.end()
    if (existsSync(this.root)) rmSync(this.root, { recursive: true, force: true })
  }
}

/** One running launcher and what it said. */
export class Launched {
  readonly child: ChildProcess
  readonly ports: Ports
  readonly #ended: Promise<number | null>
  output = ''

  constructor(child: ChildProcess, ports: Ports) {
    this.child = child
    this.ports = ports
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()))
    this.#ended = once(child, 'close').then(() => child.exitCode)
  }

  get pid(): number {
    return this.child.pid ?? 0
  }

  /** Exit code; null when a signal ended it. */
  ended(): Promise<number | null> {
    return this.#ended
  }

  async running(): Promise<void> {
    await until('the launcher says that it runs', () => {
      if (this.child.exitCode !== null) throw new Error(`the launcher ended:\n${this.output}`)
      return this.output.includes('Task Manager Pro is running at')
    })
  }

  /** Pids of the services: the launcher's children. */
  servicePids(): number[] {
    return childrenOf(this.pid)
  }

  /** Pid of the life that answers on a service's port now, or null when none does. */
  servicePid(service: keyof Ports): Promise<number | null> {
    return new Promise((resolve) => {
      const call = get(
        {
          host: '127.0.0.1',
          port: this.ports[service],
          path: `/health?challenge=${'c'.repeat(22)}`,
          agent: false,
        },
        (response) => {
          let body = ''
          response.on('data', (chunk: Buffer) => (body += chunk.toString()))
          response.on('end', () => resolve((JSON.parse(body) as { pid?: number }).pid ?? null))
        },
      )
      call.on('error', () => resolve(null))
    })
  }

  async end(): Promise<void> {
    const services = this.servicePids()
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL')
    await this.#ended
    await until('the services of a killed launcher are gone', () => !services.some(isAlive))
  }
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return text.trim().split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}
