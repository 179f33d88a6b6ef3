// `npm run system-stats -- install|uninstall`: the stats service as a unit of systemd, with the right to end any process and no other.
import { runMain } from './launcher/main.ts'
import { UsageError } from './launcher/options.ts'
import { runSystemStats } from './system-stats/command.ts'

await runMain(async (args) => {
  try {
    return await runSystemStats(args)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(error.message)
    return 2
  }
})
