import { describe, expect, test } from 'vitest'
import { runSuites } from './support/run-suites.ts'
import { noWineReason } from './support/wine-machine.ts'

const reason = noWineReason()
if (reason !== null) console.log(`The Windows code is not run: ${reason}`)
const results = reason === null ? await runSuites() : []

describe.skipIf(reason !== null)('in a Windows Node.js under Wine', () => {
  test('every suite has tests', () => {
    expect(results.map(({ suite }) => suite)).toContain('handles')
  })

  test.each(results)('$suite: $name', ({ state, errors }) => {
    expect({ state, errors }).toEqual({ state: 'pass', errors: [] })
  })
})
