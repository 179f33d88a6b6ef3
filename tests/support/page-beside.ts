import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { until } from '../launcher/launched.ts'
import type { RunningServices } from './running-services.ts'

const ROOT = path.join(import.meta.dirname, '../..')

/** The built page beside services that run already, at `services.origin`; it answers. */
export async function startPageBeside(
  services: Pick<RunningServices, 'ports' | 'runDir' | 'stateDir' | 'origin'>,
): Promise<AsyncDisposable> {
  const pages = spawn(process.execPath, [path.join(ROOT, 'dist/pages.mjs')], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      PORT: String(services.ports.pages),
      PAGE_ORIGIN_PORT: String(services.ports.pages),
      TASKMANAGER_RUN_DIR: services.runDir,
      TASKMANAGER_STATE_DIR: services.stateDir,
      TASKMANAGER_STATS_PORT: String(services.ports.stats),
      TASKMANAGER_ACCURACY_PORT: String(services.ports.accuracy),
    },
  })
  const ended = once(pages, 'exit')
  const stop = async () => {
    pages.kill('SIGTERM')
    await ended
  }
  try {
    await until('the page server answers', () =>
      fetch(`${services.origin}/health`).then(
        ({ ok }) => ok,
        () => false,
      ),
    )
  } catch (error) {
    await stop()
    throw error
  }
  return { [Symbol.asyncDispose]: stop }
}
