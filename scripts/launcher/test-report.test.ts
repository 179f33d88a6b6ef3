import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { NO_REPORT, readTestReport } from './test-report.ts'
import { runTool } from './tools.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tmp-report-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const VITEST = dirname(createRequire(import.meta.url).resolve('vitest/package.json'))

/** Lets a real Vitest run test files in a place of their own, and reads its report. */
async function reportOf(files: Record<string, string>) {
  const report = join(directory, 'report.json')
  for (const [name, text] of Object.entries(files))
    writeFileSync(
      join(directory, name),
      `import { test, expect } from ${JSON.stringify(`${VITEST}/dist/index.js`)}\n${text}`,
    )
  const { code } = await runTool('vitest', [
    'run',
    `--root=${directory}`,
    '--retry=1',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ])
  return { code, report: readTestReport(report) }
}

test('says what failed, and what passed only when it was tried again', async () => {
  const { code, report } = await reportOf({
    'some.test.mjs': `
      let tries = 0
      test('good', () => expect(1).toBe(1))
      test('second time', () => expect((tries += 1)).toBe(2))
      test('bad', () => expect('this').toBe('that'))
      test.skip('left out', () => {})`,
    'broken.test.mjs': `throw new Error('no such machine')`,
  })
  expect(code).toBe(1)
  expect(report).toMatchObject({ passed: 2, failed: 1 })
  expect(report.triedAgain).toEqual([
    {
      where: expect.stringMatching(/some\.test\.mjs > second time$/),
      what: expect.stringContaining('expected 1 to be 2'),
    },
  ])
  expect(report.failures).toContainEqual({
    where: expect.stringMatching(/some\.test\.mjs > bad$/),
    what: expect.stringMatching(/^AssertionError: expected 'this' to be 'that'/),
  })
  expect(report.failures).toContainEqual({
    where: expect.stringMatching(/broken\.test\.mjs$/),
    what: expect.stringContaining('no such machine'),
  })
  expect(report.failures).toHaveLength(2)
  expect(JSON.stringify(report)).not.toContain('node_modules/vitest')
})

test('a run that wrote none counts as nothing passed', () => {
  expect(readTestReport(join(directory, 'none.json'))).toBe(NO_REPORT)
})
