import { isAbsolute } from 'node:path'
import { PORTS, type ServiceName } from '@taskmanager/contracts'
import {
  ConfigError,
  readFlag,
  readRemoteAccess,
  type RemoteAccess,
} from '@taskmanager/local-server'
import { ownerUid } from './owner.ts'
import { defaultRunDirectory } from './run-directory.ts'

/** The largest `uid_t` that is a user: the one above means "no user". */
const MAX_UID = 4_294_967_294

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** Everything a service is told from outside, checked once at start. */
export interface ServiceConfig {
  name: ServiceName
  /** Port to hold on 127.0.0.1 and ::1; 0 takes any free one (tests). */
  port: number
  /** Private directory with the token files. */
  runDir: string
  /** Port of our page server; its three loopback origins are allowed. */
  pagePort: number
  /** Whole origins that may call beside our own page, on loopback; compared as strings. */
  extraOrigins: readonly string[]
  /** What lets other computers in, by TLS and with a token; `null`: loopback alone. */
  remote: RemoteAccess | null
  /** True: belonging to the same user is not enough to read, a token is needed. */
  requireToken: boolean
  /** True: the token files may be readable by their group (a system unit with its own group). */
  groupMayReadTokens: boolean
  logLevel: LogLevel
  /** User the services belong to; `null` where users have no number. */
  ownerUid: number | null
  /** Windows: security identifier of that user, where it is another than the one the service runs as. */
  ownerSid: string | null
  /** Who must own the token files: `ownerUid`, or the user of the system's service whose tokens are used. */
  tokenOwnerUid: number | null
  /** True: this service writes the tokens itself, at its start (a system unit, which no launcher starts). */
  mintsTokens: boolean
  /** An elevated service ends when no token was presented for so many seconds; `null`: never. */
  unusedExitSeconds: number | null
  /** True: this service runs in the place of an elevated one that ended because nobody used it. */
  elevationEnded: boolean
}

/**
 * Reads the settings of a service from the environment. All faults are named at once.
 * @throws ConfigError when any setting is unusable; nothing is guessed.
 */
export function readConfig(name: ServiceName, env: NodeJS.ProcessEnv = process.env): ServiceConfig {
  const faults: string[] = []
  const check = <T>(read: () => T, otherwise: T): T => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      faults.push(error.message)
      return otherwise
    }
  }
  const pagePort = check(() => port(env, 'PAGE_ORIGIN_PORT', PORTS.pages, 1), PORTS.pages)
  const config: ServiceConfig = {
    name,
    port: check(() => port(env, 'PORT', PORTS[name], 0), PORTS[name]),
    runDir: check(() => runDir(env), ''),
    pagePort,
    extraOrigins: check(() => extraOrigins(env['TASKMANAGER_EXTRA_ORIGINS']), []),
    remote: check(() => readRemoteAccess(env), null),
    requireToken: check(() => readFlag(env, 'TASKMANAGER_REQUIRE_TOKEN'), true),
    groupMayReadTokens: check(() => readFlag(env, 'TASKMANAGER_GROUP_TOKENS'), false),
    logLevel: check(() => logLevel(env['TASKMANAGER_LOG_LEVEL']), 'info'),
    ownerUid: ownerUid(env),
    ownerSid: check(() => ownerSid(env['TASKMANAGER_OWNER_SID']), null),
    tokenOwnerUid:
      check(
        () => number(env, 'TASKMANAGER_TOKEN_OWNER', { least: 0, most: MAX_UID }),
        ownerUid(env),
      ) ?? ownerUid(env),
    mintsTokens: check(() => readFlag(env, 'TASKMANAGER_MINT_TOKENS'), false),
    unusedExitSeconds: check(
      () => number(env, 'TASKMANAGER_UNUSED_EXIT_SECONDS', { least: 1, most: 86_400 }),
      null,
    ),
    elevationEnded: check(() => readFlag(env, 'TASKMANAGER_ELEVATION_ENDED'), false),
  }
  if (faults.length > 0) throw new ConfigError(faults.join('\n'))
  return config
}

function port(env: NodeJS.ProcessEnv, key: string, otherwise: number, least: number): number {
  return number(env, key, { least, most: 65_535 }) ?? otherwise
}

/** `null` where it is not set. */
function number(
  env: NodeJS.ProcessEnv,
  key: string,
  { least, most }: { least: number; most: number },
): number | null {
  const text = env[key]
  if (text === undefined || text === '') return null
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= least && value <= most)) {
    throw new ConfigError(
      `${key} is ${JSON.stringify(text)}; it must be a whole number from ${least} to ${most}.`,
    )
  }
  return value
}

function runDir(env: NodeJS.ProcessEnv): string {
  const text = env['TASKMANAGER_RUN_DIR']
  if (text === undefined || text === '') return defaultRunDirectory({ env })
  if (!isAbsolute(text)) {
    throw new ConfigError(
      `TASKMANAGER_RUN_DIR is ${JSON.stringify(text)}; it must be an absolute path.`,
    )
  }
  return text
}

/** By an administrator whose password was given for it, an elevated service runs as another user than it is for. */
function ownerSid(text: string | undefined): string | null {
  if (text === undefined || text === '') return null
  if (!/^S-1(?:-\d{1,15}){2,16}$/.test(text)) {
    throw new ConfigError(
      `TASKMANAGER_OWNER_SID is ${JSON.stringify(text)}; it must be a security identifier such as S-1-5-21-1-2-3-1001.`,
    )
  }
  return text
}

function extraOrigins(text: string | undefined): string[] {
  const origins = (text ?? '').split(/[\s,]+/).filter((origin) => origin !== '')
  for (const origin of origins) {
    if (!isFullOrigin(origin)) {
      throw new ConfigError(
        `TASKMANAGER_EXTRA_ORIGINS holds ${JSON.stringify(origin)}; each must be a full origin such as ` +
          'http://localhost:5174, without a path. Patterns, "*" and "null" are not accepted.',
      )
    }
  }
  return origins
}

/** True when the text is exactly what a browser sends as `Origin` for one site. */
function isFullOrigin(text: string): boolean {
  if (!URL.canParse(text) || text.includes('*')) return false
  const url = new URL(text)
  return (url.protocol === 'http:' || url.protocol === 'https:') && url.origin === text
}

function logLevel(text: string | undefined): LogLevel {
  if (text === undefined || text === '') return 'info'
  const level = LOG_LEVELS.find((known) => known === text)
  if (level === undefined) {
    throw new ConfigError(
      `TASKMANAGER_LOG_LEVEL is ${JSON.stringify(text)}; it must be one of ${LOG_LEVELS.join(', ')}.`,
    )
  }
  return level
}
