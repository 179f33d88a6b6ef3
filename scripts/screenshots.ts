// `npm run screenshots`: pictures of every page and state; scripts/screenshots/take.ts says where they go.
import { ensureBuilt } from './launcher/ensure-built.ts'
import { ensureInstalled } from './launcher/install.ts'
import { runMain } from './launcher/main.ts'

await runMain(async () => {
  await ensureInstalled()
  await ensureBuilt()
  // Only now: what it imports may have just been installed.
  await import('./screenshots/take.ts')
  return Number(process.exitCode ?? 0)
})
