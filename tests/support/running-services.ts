import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createApi, type Api } from '@taskmanager/client'
import { writeTokens, type Tokens } from '../../packages/service-kit/src/tokens.ts'
import { ensurePrivateDirectory } from '../../scripts/launcher/directories.ts'
import { freePorts, until, type Ports } from '../launcher/launched.ts'

const ROOT = path.join(import.meta.dirname, '../..')

/** Both services as real processes, from source, on ports and in a private place of their own. */
export interface RunningServices extends AsyncDisposable {
  ports: Ports
  tokens: Tokens
  /** Where the token files are. */
  runDir: string
  /** Where the log of actions is. */
  stateDir: string
  api: Api
  pids: { stats: number; accuracy: number }
  children: { stats: ChildProcess; accuracy: ChildProcess }
  /** Starts the stats service anew, in the same place, after it was ended; resolves when it answers. */
  restartStats(): Promise<void>
  /** What a page of ours sends as `Origin`. */
  origin: string
  /** Everything the services wrote, for a failing test to show. */
  log(): string
}

export interface StartOptions {
  /** Of both services' Node.js, for example a limit of their heaps. */
  nodeOptions?: readonly string[]
  /** A program and its arguments that starts each service, `setpriv` for one. */
  through?: readonly string[]
  /** The program of the stats service, relative to the root of the repository. */
  statsMain?: string
  /** Beside those of the test. */
  env?: NodeJS.ProcessEnv
}

export async function startServices({
  nodeOptions = [],
  through = [],
  statsMain = 'services/stats/src/main.ts',
  env = {},
}: StartOptions = {}): Promise<RunningServices> {
  const root = mkdtempSync(path.join(tmpdir(), 'tmp-live-'))
  const runDir = path.join(root, 'run')
  ensurePrivateDirectory(runDir)
  const tokens = writeTokens(runDir)
  const stateDir = path.join(root, 'state')
  const ports = await freePorts()
  const output: string[] = []
  const start = (name: 'stats' | 'accuracy') => {
    const main = path.join(ROOT, name === 'stats' ? statsMain : 'services/accuracy/src/main.ts')
    const command = [...through, process.execPath, ...nodeOptions, main]
    const child = spawn(command[0] ?? '', command.slice(1), {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        ...process.env,
        PORT: String(ports[name]),
        PAGE_ORIGIN_PORT: String(ports.pages),
        TASKMANAGER_RUN_DIR: runDir,
        TASKMANAGER_STATE_DIR: stateDir,
        ...env,
      },
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data: Buffer) => output.push(`${name}: ${data.toString()}`))
    }
    return child
  }
  const [stats, accuracy] = [start('stats'), start('accuracy')]
  const children = [stats, accuracy]
  const stop = async () => {
    const alive = children.filter((child) => child.exitCode === null && child.signalCode === null)
    const ended = Promise.all(alive.map((child) => once(child, 'exit')))
    for (const child of alive) child.kill('SIGTERM')
    await ended
    rmSync(root, { recursive: true, force: true })
  }
  const api = createApi({ ports, host: '127.0.0.1' })
  api.pasteToken(tokens.control) // as a program that may read the token file
  try {
    await until(
      'both services answer',
      async () => {
        const dead = children.find((child) => child.exitCode !== null)
        if (dead !== undefined) throw new Error(`a service ended at start:\n${output.join('')}`)
        return Boolean(
          await Promise.all([api.getHealth('stats'), api.getHealth('accuracy')]).catch(() => null),
        )
      },
      60_000,
    )
  } catch (error) {
    await stop()
    throw error
  }
  return {
    ports,
    tokens,
    runDir,
    stateDir,
    api,
    pids: { stats: stats.pid ?? 0, accuracy: accuracy.pid ?? 0 },
    children: { stats, accuracy },
    origin: `http://localhost:${ports.pages}`,
    async restartStats() {
      children.push(start('stats'))
      await until('the stats service answers', async () =>
        Boolean(await api.getHealth('stats').catch(() => null)),
      )
    },
    log: () => output.join(''),
    [Symbol.asyncDispose]: stop,
  }
}
