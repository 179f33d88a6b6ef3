import { readRemoteAccess } from '../packages/local-server/src/remote-access.ts'
import { openBrowser, canOpenBrowser } from './launcher/browser.ts'
import { findDirectories } from './launcher/directories.ts'
import { elevatedStats } from './launcher/elevated-stats-spec.ts'
import { ensureBuilt } from './launcher/ensure-built.ts'
import { ensureInstalled } from './launcher/install.ts'
import { runMain } from './launcher/main.ts'
import { HELP, parseStartOptions, UsageError } from './launcher/options.ts'
import type { StartOptions } from './launcher/options.ts'
import { runProduct } from './launcher/product.ts'
import { builtServices } from './launcher/services.ts'
import type { ServiceSpec } from './launcher/services.ts'
import { systemTokenPlace } from './launcher/system-stats.ts'
import { ownTokenPlace } from './launcher/tokens.ts'

async function start(options: StartOptions): Promise<number> {
  const remote = readRemoteAccess(process.env)
  if (remote !== null && (options.elevatedStats || options.systemStats)) {
    throw new UsageError(
      'An elevated service is never open to other computers. Unset TASKMANAGER_LISTEN, or leave out --elevated-stats and --system-stats.',
    )
  }
  const directories = findDirectories(process.env)
  return runProduct({
    remote,
    directories,
    ports: options.ports,
    tokens: options.systemStats ? systemTokenPlace(process.env) : ownTokenPlace(directories.runDir),
    prepare: async (signal) => {
      await ensureInstalled(signal)
      await ensureBuilt(signal)
      process.umask(0o077) // only now: what was installed and built is for everybody to read
    },
    services: (context) => {
      const specs = builtServices(context)
      if (options.systemStats) return specs.filter(({ name }) => name !== 'stats')
      if (!options.elevatedStats) return specs
      const elevated = elevatedStats(context, options.allowUserWritableTree)
      if (process.platform === 'win32')
        console.log('Windows asks now whether Node.js may make changes: say yes for elevated mode.')
      return specs.map((spec) =>
        spec.name === 'stats'
          ? { ...elevated, whenUnused: afterElevation(spec), whenDeclined: spec }
          : spec,
      )
    },
    openPage: options.open && canOpenBrowser(process.env) ? openBrowser : null,
  })
}

/** Watching goes on; only the rights are gone, and the page is told why. */
function afterElevation(spec: ServiceSpec): ServiceSpec {
  return { ...spec, env: { ...spec.env, TASKMANAGER_ELEVATION_ENDED: '1' } }
}

await runMain(async (args) => {
  try {
    const options = parseStartOptions(args)
    if (!options.help) return await start(options)
    console.log(HELP)
    return 0
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(error.message)
    return 2
  }
})
