// `npm run accuracy`: the error of CPU percentages, ours and other tools', as a table in docs/accuracy.md.
import { ensureInstalled } from './launcher/install.ts'
import { runMain } from './launcher/main.ts'

await runMain(async () => {
  await ensureInstalled()
  // Only now: what it imports may have just been installed.
  await import('../tests/parity/accuracy/measure.ts')
  return 0
})
