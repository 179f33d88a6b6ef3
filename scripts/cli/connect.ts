import { createApi, type Api } from '@taskmanager/client'
import { readControlToken, TokenFileError } from '../../packages/service-kit/src/tokens.ts'
import { findDirectories } from '../launcher/directories.ts'
import { askRunning } from '../launcher/instance-lock.ts'
import { DEFAULT_PORTS } from '../launcher/services.ts'
import { NoSystemStatsError, systemTokenPlace } from '../launcher/system-stats.ts'
import { ownTokenPlace, rulesOf } from '../launcher/tokens.ts'

/** No copy of this user is running, or its token may not be read. */
export class NotRunningError extends Error {}

/**
 * The API of the copy that this user runs: on the ports its launcher tells, else (services started by the system) on
 * the usual ones.
 * @throws NotRunningError
 */
export async function connect(env: NodeJS.ProcessEnv): Promise<Api> {
  const { runDir } = findDirectories(env)
  const running = await askRunning(runDir)
  const api = createApi({ ports: running?.ports ?? DEFAULT_PORTS, host: '127.0.0.1' })
  try {
    const place = running?.tokensBy === 'system' ? systemTokenPlace(env) : ownTokenPlace(runDir)
    api.pasteToken(readControlToken(place.directory, rulesOf(place)))
  } catch (error) {
    if (!(error instanceof TokenFileError || error instanceof NoSystemStatsError)) throw error
    const why = error.message
    throw new NotRunningError(
      `No copy of Task Manager Pro is running. Start it with: npm start\n(${why})`,
    )
  }
  return api
}
