import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { HELP, parseStartOptions } from './launcher/options.ts'
import { ROOT } from './launcher/toolchain.mjs'

const SHELL = ['start-all.sh', 'start-stats-elevated.sh']
const POWERSHELL = ['START_ALL.ps1', 'START_STATS_ADMIN.ps1']
const BATCH = ['START_ALL.cmd', 'START_STATS_ADMIN.cmd']
const ALL = [...SHELL, ...POWERSHELL, ...BATCH]
const read = (name: string) => readFileSync(join(ROOT, name), 'latin1')

test.each(ALL)('%s calls the launcher, which is there, with options it knows', (name) => {
  const call = /scripts[\\/]launch\.mjs['")]*,?\s+'?start\b(.*)/.exec(read(name))
  expect(call).not.toBeNull()
  expect(existsSync(join(ROOT, 'scripts/launch.mjs'))).toBe(true)
  const options = [...read(name).matchAll(/'(--[a-z-]+)'| (--[a-z-]+) (?:"\$@"|%\*)/g)].map(
    (match) => match[1] ?? match[2] ?? '',
  )
  expect(() => parseStartOptions(options)).not.toThrow()
  for (const option of options) expect(HELP).toContain(option)
})

test.each(ALL)(
  '%s is plain ASCII: Windows PowerShell 5.1 reads anything else as the local code page',
  (name) => {
    expect(read(name)).toMatch(/^[\t\r\n\x20-\x7e]*$/)
  },
)

describe('shell', () => {
  test.each(SHELL)('%s parses and may be executed', (name) => {
    expect(spawnSync('sh', ['-n', join(ROOT, name)], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    })
    expect(statSync(join(ROOT, name)).mode & 0o111).toBe(0o111)
    expect(read(name)).toMatch(/^#!\/bin\/sh\n(?:#.*\n)*set -eu\n/)
  })

  test('start-all.sh passes its options on', () => {
    const result = spawnSync(join(ROOT, 'start-all.sh'), ['--help'], { encoding: 'utf8', cwd: '/' })
    expect(result.stdout.trim()).toBe(HELP.trim())
    expect(result.status).toBe(0)
  })

  test('without Node it says what to install', () => {
    const result = spawnSync('/bin/sh', [join(ROOT, 'start-all.sh')], {
      encoding: 'utf8',
      env: { PATH: '/nonexistent' },
    })
    expect(result.status).toBe(1)
    expect(result.stderr).toContain('Node.js was not found')
  })
})

describe('Windows', () => {
  test.each([...POWERSHELL, ...BATCH])('%s has Windows line ends', (name) => {
    expect(read(name).replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
  })

  test.each(POWERSHELL)('%s stays within PowerShell 5.1', (name) => {
    const text = read(name)
    const code = text.split('\r\n').filter((line) => !line.startsWith('#'))
    expect(text).toMatch(/^#Requires -Version 5\.1\r\n/)
    expect(code.slice(0, 2)).toEqual(['[CmdletBinding()]', 'param('])
    expect(code.join('\n')).not.toMatch(/&&|\|\||\?\?|\?\.|-Parallel|Invoke-Expression/)
    for (const [open, close] of ['()', '{}', '[]']) {
      expect(code.join('').split(open ?? '').length).toBe(code.join('').split(close ?? '').length)
    }
  })

  /** Of all that PowerShell knows, what these two need; aliases are no commands of a script. */
  const COMMANDS = new Map([
    ['Set-StrictMode', ['-Version']],
    ['Get-Command', ['-Name', '-CommandType', '-ErrorAction']],
    ['Select-Object', ['-First']],
    ['Join-Path', ['-Path', '-ChildPath']],
    ['Write-Host', []],
  ])

  test.each(POWERSHELL)('%s calls nothing else than it needs, by whole names', (name) => {
    const code = read(name)
      .split('\r\n')
      .filter((line) => !line.startsWith('#'))
      .map((line) => line.replaceAll(/'[^']*'/g, "''"))
      .join('\n')
    expect(code.split("'").length % 2).toBe(1)
    expect(code).not.toContain('"')
    for (const [call, command = '', rest = ''] of code.matchAll(
      /([A-Z][a-z]+-[A-Za-z]+)([^|)\n]*)/g,
    )) {
      expect([...COMMANDS.keys()]).toContain(command)
      const parameters = rest.match(/(?<=\s)-[A-Za-z]+/g) ?? []
      expect({
        call,
        unknown: parameters.filter((one) => !COMMANDS.get(command)?.includes(one)),
      }).toEqual({
        call,
        unknown: [],
      })
    }
    expect(code).not.toMatch(
      /(?:^|[|(;{]\s*)(?:%|\?|iex|ii|gci|ls|cd|echo|rm|del|start|saps|gcm|select|where)\s/m,
    )
  })

  test.each(['start-stats-elevated.sh', 'START_STATS_ADMIN.ps1', 'START_STATS_ADMIN.cmd'])(
    '%s asks for one elevated service, and for nothing elevated by itself',
    (name) => {
      expect(read(name)).toMatch(/start['"]?,? '?--elevated-stats/)
      expect(read(name)).not.toMatch(/^[^#\r\n]*(?:runas|-Verb|^sudo)/im)
    },
  )

  test('where scripts may not run, it is said how else', () => {
    for (const name of POWERSHELL) {
      expect(read(name)).toContain(name.replace('.ps1', '.cmd'))
      expect(read(name)).toContain(`-ExecutionPolicy Bypass -File ${name}`)
    }
  })

  test('line ends are kept by git', () => {
    expect(read('.gitattributes')).toMatch(/^\*\.ps1 text eol=crlf$/m)
    expect(read('.gitattributes')).toMatch(/^\*\.cmd text eol=crlf$/m)
  })
})
