// `npm run bench`: measures this program beside others and writes docs/benchmarks.md.
import { BenchUsageError, HELP, parseBenchOptions } from '../bench/options.ts'
import { ensureBuilt } from './launcher/ensure-built.ts'
import { ensureInstalled } from './launcher/install.ts'
import { runMain } from './launcher/main.ts'

/** What the shell calls a program ended by SIGINT. */
const INTERRUPTED = 130

// Helpers end when their pipes close; what is removed at the exit needs an exit.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => process.exit(INTERRUPTED))

await runMain(async (args) => {
  try {
    const options = parseBenchOptions(args)
    if (options.help) {
      console.log(HELP)
      return 0
    }
    if (process.platform !== 'linux') {
      console.error('The benchmark counts by /proc and runs on Linux only.')
      return 1
    }
    await ensureInstalled()
    await ensureBuilt()
    // Only now: what it imports may have just been installed.
    const { bench } = await import('../bench/bench.ts')
    return await bench(
      options,
      ['npm run bench', ...(args.length > 0 ? ['--', ...args] : [])].join(' '),
    )
  } catch (error) {
    if (!(error instanceof BenchUsageError)) throw error
    console.error(error.message)
    return 2
  }
})
