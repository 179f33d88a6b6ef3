// `npm run dev`: both services from source, restarted when a source of theirs changes, and the page from Vite with hot reload.
import { watch } from 'node:fs'
import { join } from 'node:path'
import { readRemoteAccess } from '../packages/local-server/src/remote-access.ts'
import { openBrowser, canOpenBrowser } from './launcher/browser.ts'
import { findDirectories } from './launcher/directories.ts'
import { ensureInstalled } from './launcher/install.ts'
import { runMain } from './launcher/main.ts'
import { parseStartOptions } from './launcher/options.ts'
import { runProduct } from './launcher/product.ts'
import { nodeService } from './launcher/services.ts'
import type { ServiceContext, ServiceSpec } from './launcher/services.ts'
import type { SupervisedService } from './launcher/supervised-service.ts'
import { ownTokenPlace } from './launcher/tokens.ts'
import { ROOT } from './launcher/toolchain.mjs'

/** An editor writes a file in several steps; they are one change. */
const SAME_CHANGE_MS = 150

function sourceServices(context: ServiceContext): ServiceSpec[] {
  const development = (spec: ServiceSpec): ServiceSpec => ({
    ...spec,
    env: { ...spec.env, NODE_ENV: 'development' },
  })
  return [
    development(nodeService('stats', [join(ROOT, 'services/stats/src/main.ts')], context)),
    development(nodeService('accuracy', [join(ROOT, 'services/accuracy/src/main.ts')], context)),
    {
      ...development(nodeService('pages', [join(ROOT, 'scripts/launcher/vite-pages.ts')], context)),
      addresses: ['127.0.0.1'], // Vite listens on one address only
    },
  ]
}

/** Restarts a service when a file of its own changes, and both when a shared package does. */
function restartOnChange(services: readonly SupervisedService[], signal: AbortSignal): void {
  const waiting = new Map<string, NodeJS.Timeout>()
  const changed = (names: readonly string[], file: string | null) => {
    if (
      file === null ||
      !file.endsWith('.ts') ||
      file.endsWith('.test.ts') ||
      file.includes('node_modules')
    )
      return
    for (const service of services.filter(({ name }) => names.includes(name))) {
      clearTimeout(waiting.get(service.name))
      waiting.set(
        service.name,
        setTimeout(() => {
          console.log(`${file} changed: starting ${service.name} again.`)
          service.restart()
        }, SAME_CHANGE_MS),
      )
    }
  }
  const watched = [
    ['packages', ['stats', 'accuracy']],
    ['services/stats', ['stats']],
    ['services/accuracy', ['accuracy']],
  ] as const
  for (const [directory, names] of watched) {
    watch(join(ROOT, directory), { recursive: true, signal }, (_, file) => changed(names, file)).on(
      'error',
      () => undefined,
    )
  }
  signal.addEventListener('abort', () => {
    for (const timer of waiting.values()) clearTimeout(timer)
  })
}

await runMain((args) => {
  const options = parseStartOptions(args)
  if (readRemoteAccess(process.env) !== null)
    throw new Error(
      'npm run dev is for this computer alone. Unset TASKMANAGER_LISTEN, or use npm start.',
    )
  const directories = findDirectories(process.env)
  return runProduct({
    remote: null,
    directories,
    ports: options.ports,
    tokens: ownTokenPlace(directories.runDir),
    prepare: ensureInstalled,
    services: sourceServices,
    openPage: options.open && canOpenBrowser(process.env) ? openBrowser : null,
    onRunning: restartOnChange,
  })
})
