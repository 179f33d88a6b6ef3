// `npm run selfcheck`: what this system tells and lets be done, as a report to paste. docs/platforms.md says what for.
import { ensureInstalled } from './launcher/install.ts'
import { runMain } from './launcher/main.ts'

const HELP = `Checks on this machine what Task Manager Pro reads and does, and prints a report to paste.

  npm run selfcheck [-- --json]

It starts one program of its own and ends it again; nothing else is touched. Names of users and computers, addresses and
command lines are not in the report. Exit code 1 when something is not as it should be.
`

await runMain(async (args) => {
  const strange = args.find((arg) => !['--json', '--help'].includes(arg))
  if (strange !== undefined) throw new Error(`There is no option "${strange}". Try --help.`)
  if (args.includes('--help')) {
    console.log(HELP)
    return 0
  }
  await ensureInstalled()
  // Only now: what it imports may have just been installed.
  const { checkAll } = await import('./selfcheck/check-all.ts')
  const { isSound, reportText } = await import('./selfcheck/report.ts')
  const sections = await checkAll()
  console.log(args.includes('--json') ? JSON.stringify(sections, null, 2) : reportText(sections))
  return isSound(sections) ? 0 : 1
})
