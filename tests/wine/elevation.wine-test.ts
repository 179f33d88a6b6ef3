import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { cleanCommand } from '../../scripts/launcher/clean-command.ts'
import { systemDirectory } from '../../packages/platform/src/windows/system-library.ts'
import { runElevated } from '../../packages/platform/src/windows/elevation/shell-execute.ts'

// Wine has no User Account Control: `runas` starts the program at once, and a refusal cannot be seen here.
const place = mkdtempSync(path.join(tmpdir(), 'runas '))
afterAll(() => rmSync(place, { recursive: true }))

test('a program is started, what the environment orders does not reach it, and its exit code comes back', async () => {
  const output = path.join(place, 'said.json')
  const code = `require('fs').writeFileSync(process.argv[1], JSON.stringify([process.title, process.env.PATH])); process.exit(75)`
  process.env['NODE_OPTIONS'] = '--title=of-the-caller --require=C:\\of-the-caller.js'
  const directory = systemDirectory()
  try {
    const command = cleanCommand([process.execPath, '-e', code, output], directory)
    const elevation = runElevated({ ...command, directory })
    expect(elevation.kind).toBe('started')
    expect(elevation.kind === 'started' && (await elevation.ended)).toBe(75)
  } finally {
    delete process.env['NODE_OPTIONS']
  }
  const [title, searched] = JSON.parse(readFileSync(output, 'utf8')) as string[]
  expect(title).not.toBe('of-the-caller')
  expect(searched).toBe(directory)
})

test('what is not there is told by its error', () => {
  const program = path.join(place, 'no such.exe')
  expect(runElevated({ program, parameters: '', directory: place })).toEqual({
    kind: 'failed',
    code: 2,
  })
})
