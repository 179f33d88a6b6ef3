import { join } from 'node:path'
import { ROOT } from './toolchain.mjs'

export type ServiceName = 'stats' | 'accuracy' | 'pages'
export type Ports = Readonly<Record<ServiceName, number>>

/** The ports of `packages/contracts`, repeated because the launcher runs before anything is installed; a test compares. */
export const DEFAULT_PORTS: Ports = { stats: 8000, accuracy: 8001, pages: 5173 }
export const SERVICE_NAMES: readonly ServiceName[] = ['stats', 'accuracy', 'pages']
/** What a person calls them. */
export const SERVICE_LABELS: Readonly<Record<ServiceName, string>> = {
  stats: 'machine figures and control',
  accuracy: 'processes and apps',
  pages: 'the page',
}

export function pageUrl(ports: Ports): string {
  return `http://localhost:${ports.pages}`
}

/** How to run one service. */
export interface ServiceSpec {
  readonly name: ServiceName
  readonly port: number
  readonly command: string
  readonly args: readonly string[]
  readonly env: NodeJS.ProcessEnv
  /** Where it listens, when that is not every loopback address of the machine. */
  readonly addresses?: readonly string[]
  /** The lifeline is standard input instead of an IPC channel: sudo closes every other descriptor. */
  readonly lifeline?: 'stdin'
  /** What goes on in its place when it ended because nobody used its rights. */
  readonly whenUnused?: ServiceSpec
  /** What runs in its place when the user did not give the rights. */
  readonly whenDeclined?: ServiceSpec
}

/**
 * Most of a service's memory is V8's young generation: a 1 MB semi-space took one from 149 to 118 MB after a burst. The
 * bound of the old space is room, not use: with 64 MB the lists of 16,000 processes ended the service, and with 256 it
 * takes no more than with 64 at 500.
 */
export const V8_FLAGS = ['--max-semi-space-size=1', '--max-old-space-size=256'] as const

export interface ServiceContext {
  readonly ports: Ports
  /** Where the tokens are. */
  readonly runDir: string
  readonly stateDir: string
  /** Owner of the tokens, when the system's stats service wrote them for its group. */
  readonly systemTokenOwner?: number
}

/** The bundles under `dist/`, as `npm start` runs them. */
export function builtServices(context: ServiceContext): ServiceSpec[] {
  return SERVICE_NAMES.map((name) =>
    nodeService(name, [...V8_FLAGS, join(ROOT, 'dist', `${name}.mjs`)], context),
  )
}

/** One service run by this Node, with the settings every service reads. */
export function nodeService(
  name: ServiceName,
  args: readonly string[],
  context: ServiceContext,
): ServiceSpec {
  const port = context.ports[name]
  return {
    name,
    port,
    command: process.execPath,
    args,
    env: serviceEnv(process.env, port, context),
  }
}

/** Environment of a service. Nothing secret: the tokens are in files of the run directory. */
export function serviceEnv(
  base: NodeJS.ProcessEnv,
  port: number,
  context: ServiceContext,
): NodeJS.ProcessEnv {
  // Options meant for the launcher would change three other programs as well (--inspect: three on one port).
  const { NODE_OPTIONS: _options, NODE_PATH: _path, NODE_CHANNEL_FD: _channel, ...env } = base
  return {
    ...env,
    NODE_ENV: 'production',
    NODE_COMPILE_CACHE: join(context.stateDir, 'compile-cache'),
    TASKMANAGER_RUN_DIR: context.runDir,
    TASKMANAGER_STATE_DIR: context.stateDir,
    ...(context.systemTokenOwner !== undefined && {
      TASKMANAGER_GROUP_TOKENS: '1',
      TASKMANAGER_TOKEN_OWNER: String(context.systemTokenOwner),
    }),
    PORT: String(port),
    PAGE_ORIGIN_PORT: String(context.ports.pages),
    TASKMANAGER_STATS_PORT: String(context.ports.stats),
    TASKMANAGER_ACCURACY_PORT: String(context.ports.accuracy),
  }
}
