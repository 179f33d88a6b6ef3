import { createApi, type Api } from '@taskmanager/client'
import { readControlToken } from '../../packages/service-kit/src/tokens.ts'
import { findDirectories } from '../launcher/directories.ts'
import { askRunning } from '../launcher/instance-lock.ts'
import { DEFAULT_PORTS } from '../launcher/services.ts'

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
    api.pasteToken(readControlToken(runDir, { ownerUid: process.getuid?.() ?? null }))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new NotRunningError(
      `No copy of Task Manager Pro is running. Start it with: npm start\n(${why})`,
    )
  }
  return api
}
