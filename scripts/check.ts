// `npm run check`: types, lint, format and unused code, in a few seconds.
import { ensureInstalled } from './launcher/install.ts'
import { STATIC_CHECKS } from './launcher/static-checks.ts'
import { runStepsTogether } from './launcher/steps.ts'

await ensureInstalled()
process.exit((await runStepsTogether(STATIC_CHECKS)).length === 0 ? 0 : 1)
