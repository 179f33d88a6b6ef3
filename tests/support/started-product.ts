import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePorts, until, type Ports } from '../launcher/launched.ts'

const ROOT = path.join(import.meta.dirname, '../..')

/** The whole product as the README starts it, on ports and in a private place of its own. */
export interface StartedProduct extends AsyncDisposable {
  url: string
  ports: Ports
  runDir: string
  /** Everything it keeps: run directory, state, logs. */
  root: string
  /** Of the launcher. */
  pid: number
  /** Pid of the service now; another after it was restarted. */
  servicePid(name: 'stats' | 'accuracy' | 'pages'): number | null
  output(): string
}

export interface ProductStart {
  ports?: Ports
  /** Further arguments of `npm start`. */
  args?: readonly string[]
  /** Beside what this process has. */
  env?: NodeJS.ProcessEnv
  /** Opens the browser as for a user, whatever `xdg-open` is on the path. */
  open?: boolean
  /** A program and its arguments that starts it, `setpriv` for one. */
  through?: readonly string[]
  /** User that the private place belongs to; ours otherwise. */
  owner?: number
}

export async function startProduct({
  ports,
  args = [],
  env: more = {},
  open = false,
  through = [],
  owner,
}: ProductStart = {}): Promise<StartedProduct> {
  const root = mkdtempSync(path.join(tmpdir(), 'tmp-e2e-'))
  if (owner !== undefined) chownSync(root, owner, owner)
  const chosen = ports ?? (await freePorts())
  const { npm_lifecycle_event: _event, ...env } = process.env
  const [program, ...before] = through
  const child = spawn(
    program ?? process.execPath,
    [
      ...before,
      ...(program === undefined ? [] : [process.execPath]),
      path.join(ROOT, 'scripts/launch.mjs'),
      'start',
      ...(open ? [] : ['--no-open']),
      `--ports=${chosen.stats},${chosen.accuracy},${chosen.pages}`,
      ...args,
    ],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...env,
        ...more,
        TASKMANAGER_RUN_DIR: path.join(root, 'run'),
        TASKMANAGER_STATE_DIR: path.join(root, 'state'),
      },
    },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => (output += data.toString()))
  }
  const ended = once(child, 'exit')
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    await ended
    rmSync(root, { recursive: true, force: true })
  }
  try {
    await until(
      'the product is running',
      () => {
        if (child.exitCode !== null)
          throw new Error(`the start ended with ${child.exitCode}:\n${output}`)
        return output.includes('is running at')
      },
      85_000,
    )
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url: `http://localhost:${chosen.pages}`,
    ports: chosen,
    runDir: path.join(root, 'run'),
    root,
    pid: child.pid ?? 0,
    servicePid: (name) => descendant(child.pid ?? 0, new RegExp(String.raw`\b${name}\.mjs\b`)),
    output: () => output,
    [Symbol.asyncDispose]: stop,
  }
}

/** The process below `pid` whose command line matches, by /proc. */
function descendant(pid: number, command: RegExp): number | null {
  for (const child of childrenOf(pid)) {
    if (command.test(readOrEmpty(`/proc/${child}/cmdline`).replaceAll('\0', ' '))) return child
    const below = descendant(child, command)
    if (below !== null) return below
  }
  return null
}

function childrenOf(pid: number): number[] {
  let threads: string[]
  try {
    threads = readdirSync(`/proc/${pid}/task`)
  } catch {
    return [] // it has ended
  }
  return threads.flatMap((thread) =>
    readOrEmpty(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean).map(Number),
  )
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // it has ended
  }
}
