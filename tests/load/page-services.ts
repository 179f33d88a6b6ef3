import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { writeTokens } from '../../packages/service-kit/src/tokens.ts'
import { ensurePrivateDirectory } from '../../scripts/launcher/directories.ts'
import { freePorts, type Ports } from '../launcher/launched.ts'

const ROOT = path.join(import.meta.dirname, '../..')

/** The built page and the service of the machine, as processes; the lists come from a crowd that the caller starts. */
export interface PageServices extends AsyncDisposable {
  readonly ports: Ports
  /** For a list service beside them. */
  readonly accuracyEnv: NodeJS.ProcessEnv
}

export interface PageServicesOptions {
  /** Of Node.js, for the service of the machine. */
  readonly statsOptions?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

/** @throws when the page was not built */
export async function startPageServices({
  statsOptions = [],
  env: more = {},
}: PageServicesOptions = {}): Promise<PageServices> {
  if (!existsSync(path.join(ROOT, 'dist/pages.mjs'))) {
    throw new Error('There is no built page. Run: npm run build')
  }
  const root = mkdtempSync(path.join(tmpdir(), 'page-load-'))
  const ports = await freePorts()
  const runDir = path.join(root, 'run')
  ensurePrivateDirectory(runDir)
  writeTokens(runDir)
  const env = {
    ...process.env,
    ...more,
    TASKMANAGER_RUN_DIR: runDir,
    TASKMANAGER_STATE_DIR: path.join(root, 'state'),
    PAGE_ORIGIN_PORT: String(ports.pages),
    TASKMANAGER_STATS_PORT: String(ports.stats),
    TASKMANAGER_ACCURACY_PORT: String(ports.accuracy),
  }
  const children = (['stats', 'pages'] as const).map((name) => {
    const options = name === 'stats' ? statsOptions : []
    return spawn(process.execPath, [...options, path.join(ROOT, `dist/${name}.mjs`)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...env, PORT: String(ports[name]) },
    })
  })
  await Promise.all([ports.stats, ports.pages].map(whenUp))
  return {
    ports,
    accuracyEnv: { ...env, PORT: String(ports.accuracy) },
    async [Symbol.asyncDispose]() {
      const ended = Promise.all(children.map((child) => once(child, 'exit')))
      for (const child of children) child.kill('SIGTERM')
      await ended
      rmSync(root, { recursive: true, force: true })
    },
  }
}

async function whenUp(port: number): Promise<void> {
  while ((await fetch(`http://localhost:${port}/health`).catch(() => null)) === null) {
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
