import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import type { Ports } from './services.ts'
import type { TokenPlace } from './tokens.ts'

export type LauncherState = 'starting' | 'running' | 'stopping'

/** What a launcher tells another launcher of the same user. */
export interface LauncherStatus {
  readonly pid: number
  readonly ports: Ports
  readonly state: LauncherState
  /** Who wrote the tokens of this copy: this launcher, or the system's stats service, which the copy uses. */
  readonly tokensBy: TokenPlace['writtenBy']
}

export interface InstanceLock {
  setState(state: LauncherState): void
  release(): Promise<void>
}

export type LockResult =
  | { readonly kind: 'held'; readonly lock: InstanceLock }
  | { readonly kind: 'other'; readonly status: LauncherStatus }

/** The shortest limit of `sun_path` among our systems (macOS), less the closing zero. */
const MAX_SOCKET_PATH = 103

/**
 * One launcher per run directory. The lock is a listening socket in that private directory: it ends with its process however that
 * ends, so nothing stale can block a start and no pid has to be believed.
 */
export async function acquireLock(
  runDir: string,
  copy: Pick<LauncherStatus, 'ports' | 'tokensBy'>,
): Promise<LockResult> {
  const path = socketPath(runDir)
  for (let attempt = 0; ; attempt++) {
    const lock = await tryListen(path, { ...copy, pid: process.pid, state: 'starting' })
    if (lock !== null) return { kind: 'held', lock }
    const status = await askStatus(path)
    if (status !== null) return { kind: 'other', status }
    if (attempt === 3) throw new Error(`Could not lock ${runDir}. Is another start under way?`)
    if (process.platform !== 'win32') rmSync(path, { force: true }) // nobody behind it: left by a launcher that was killed
  }
}

/** The copy that runs with this run directory; null when none does. */
export function askRunning(runDir: string): Promise<LauncherStatus | null> {
  return askStatus(socketPath(runDir))
}

function socketPath(runDir: string): string {
  if (process.platform === 'win32') {
    return String.raw`\\.\pipe\task-manager-pro-${createHash('sha256').update(runDir.toLowerCase()).digest('hex').slice(0, 32)}`
  }
  const path = join(runDir, 'launcher.sock')
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH) {
    throw new Error(
      `The path of the run directory is too long for a socket: ${runDir}. Set TASKMANAGER_RUN_DIR to a shorter one.`,
    )
  }
  return path
}

function tryListen(path: string, initial: LauncherStatus): Promise<InstanceLock | null> {
  let status = initial
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy())
      socket.end(`${JSON.stringify(status)}\n`)
    })
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(null) : reject(error),
    )
    server.listen(path, () => {
      server.unref()
      resolve({
        setState: (state) => {
          status = { ...status, state }
        },
        release: () => new Promise((done) => server.close(() => done())),
      })
    })
  })
}

/** null when nobody is behind the socket any more. */
function askStatus(path: string): Promise<LauncherStatus | null> {
  return new Promise((resolve) => {
    const socket = connect(path)
    let text = ''
    socket.setTimeout(2000, () => socket.destroy())
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => (text += chunk))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => resolve(parseStatus(text)))
  })
}

function parseStatus(text: string): LauncherStatus | null {
  try {
    return JSON.parse(text) as LauncherStatus // written by our own user's launcher: the directory is private
  } catch {
    return null
  }
}
