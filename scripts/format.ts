// `npm run format`: writes the one layout the format check asks for, and applies the lint rules' safe fixes.
import { ensureInstalled } from './launcher/install.ts'
import { runTool } from './launcher/tools.ts'

await ensureInstalled()
await runTool('oxlint', ['--fix', '--quiet'])
const { code } = await runTool('oxfmt', [], { live: true })
process.exit(code)
