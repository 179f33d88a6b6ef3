// `npm run soak`: hours' worth of samples in little time; tests/load/soak.ts says what it watches.
import { ensureInstalled } from './launcher/install.ts'
import { runMain } from './launcher/main.ts'

await runMain(async () => {
  await ensureInstalled()
  // Only now: what it imports may have just been installed.
  await import('../tests/load/soak.ts')
  return Number(process.exitCode ?? 0)
})
