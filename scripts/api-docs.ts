import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { apiPage } from './api-docs/page.ts'

const HELP = `Writes docs/API.md from the schemas in packages/contracts.

  node scripts/api-docs.ts           write it
  node scripts/api-docs.ts --check   exit 1 when it is not current`

const { values } = parseArgs({
  options: { help: { type: 'boolean', short: 'h' }, check: { type: 'boolean' } },
})
const file = fileURLToPath(new URL('../docs/API.md', import.meta.url))

if (values.help === true) {
  console.log(HELP)
} else if (values.check !== true) {
  writeFileSync(file, apiPage())
} else if (readFileSync(file, 'utf8') !== apiPage()) {
  console.error('docs/API.md is not what the schemas say. Run: node scripts/api-docs.ts')
  process.exitCode = 1
}
