// `npm run tmp -- COMMAND`: the running copy from a terminal or a script, over the same API as the page.
import { ensureInstalled } from './launcher/install.ts'
import { runMain } from './launcher/main.ts'

await runMain(async (args) => {
  await ensureInstalled()
  // Only now: what it imports may have just been installed.
  const { runCommand } = await import('./cli/run-command.ts')
  return runCommand(args)
})
