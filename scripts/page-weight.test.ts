import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ROOT } from './launcher/toolchain.mjs'
import { BUDGET, describeWeight, sumOf, weighPage } from './page-weight.ts'

test('the built page is within its budget', () => {
  const weight = weighPage(join(ROOT, 'dist/web'))
  console.log(describeWeight(weight))
  expect(weight.scripts.length).toBeGreaterThan(0)
  expect(weight.styles.length).toBeGreaterThan(0)
  expect(sumOf(weight.scripts)).toBeLessThanOrEqual(BUDGET.script)
  expect(sumOf(weight.styles)).toBeLessThanOrEqual(BUDGET.style)
})

test('what is imported at once counts, once; what a click imports does not', () => {
  const folder = mkdtempSync(join(tmpdir(), 'page-weight-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'assets'))
  const files = {
    'index.html':
      '<script type="module" src="/assets/a.js"></script><link rel="modulepreload" href="/assets/b.js"><link rel="stylesheet" href="/assets/a.css">',
    'assets/a.js': 'import{x}from"./b.js";import"./c.js";const later=()=>import("./later.js")',
    'assets/b.js': 'export{y as x}from"./c.js"',
    'assets/c.js': 'export const y=1',
    'assets/later.js': 'export default 1',
    'assets/a.css': 'a{}',
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const weight = weighPage(folder)
  expect(weight.scripts.map((file) => file.name).toSorted()).toEqual([
    'assets/a.js',
    'assets/b.js',
    'assets/c.js',
  ])
  expect(weight.styles.map((file) => file.name)).toEqual(['assets/a.css'])
})
