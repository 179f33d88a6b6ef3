import { join } from 'node:path'
import { PORTS } from '@taskmanager/contracts'
import { ConfigError, readRemoteAccess, type RemoteAccess } from '@taskmanager/local-server'
import type { TokenPlace } from './proof.ts'
import type { ServicePorts } from './headers.ts'

export interface PageServerConfig {
  readonly port: number
  readonly services: ServicePorts
  readonly tokens: TokenPlace
  readonly webRoot: string
  readonly remote: RemoteAccess | null
}

/** Reads the settings the launcher hands over. @throws ConfigError with the name of a setting that is missing or odd */
export function readConfig(env: NodeJS.ProcessEnv, defaultWebRoot: string): PageServerConfig {
  const runDir = env['TASKMANAGER_RUN_DIR']
  if (runDir === undefined || runDir === '') {
    throw new ConfigError('TASKMANAGER_RUN_DIR is not set; start the page server with `npm start`')
  }
  return {
    port: portSetting(env, 'PORT', PORTS.pages),
    services: {
      stats: portSetting(env, 'TASKMANAGER_STATS_PORT', PORTS.stats),
      accuracy: portSetting(env, 'TASKMANAGER_ACCURACY_PORT', PORTS.accuracy),
    },
    tokens: {
      runDir,
      ownerUid: ownerSetting(env),
      groupMayRead: env['TASKMANAGER_GROUP_TOKENS'] === '1',
    },
    webRoot: env['TASKMANAGER_WEB_ROOT'] ?? join(defaultWebRoot, 'web'),
    remote: readRemoteAccess(env),
  }
}

/** The user of the system's stats service where its tokens are used, else ours; null where users have no number. */
function ownerSetting(env: NodeJS.ProcessEnv): number | null {
  const text = env['TASKMANAGER_TOKEN_OWNER']
  if (text === undefined || text === '') return process.getuid?.() ?? null
  if (!/^\d{1,10}$/.test(text))
    throw new Error(`TASKMANAGER_TOKEN_OWNER must be a user's number, not "${text}"`)
  return Number(text)
}

function portSetting(env: NodeJS.ProcessEnv, name: string, fallback: number): number {
  const text = env[name]
  if (text === undefined || text === '') return fallback
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port >= 0 && port <= 65_535))
    throw new ConfigError(`${name} must be a port number, not "${text}"`)
  return port
}
