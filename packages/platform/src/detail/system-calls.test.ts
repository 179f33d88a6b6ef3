import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, openSync, closeSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createProcessDetail } from './create-process-detail.ts'
import { CALLS_BY_NUMBER, parseSystemCall } from './system-calls.ts'

const SP = '0x7ffc12345678 0x7f0011223344'

test.each([
  [`0 0x5 0x7ffc0 0x400 0x0 0x0 0x0 ${SP}`, { name: 'read', fd: 5 }],
  [`1 0xdeadbeef00000001 0x0 0x0 0x0 0x0 0x0 ${SP}`, { name: 'write', fd: 1 }],
  [`0 0xffffffffffffffff 0x0 0x0 0x0 0x0 0x0 ${SP}`, { name: 'read', fd: null }],
  [`202 0x7f00 0x80 0x2 0x0 0x0 0x0 ${SP}`, { name: 'futex', fd: null }],
  ['running\n', null],
  [`-1 ${SP}`, null],
  [`9999 0x0 0x0 0x0 0x0 0x0 0x0 ${SP}`, null],
  ['', null],
])('%s', (text, expected) => {
  expect(parseSystemCall(text, 'x64')).toEqual(expected)
})

test('on ARM64 the numbers are others, and of an unknown architecture none is known', () => {
  const text = `63 0x3 0x0 0x0 0x0 0x0 0x0 ${SP}`
  expect(parseSystemCall(text, 'arm64')).toEqual({ name: 'read', fd: 3 })
  expect(parseSystemCall(text, 'riscv64')).toBe(null)
})

const X64 = '/usr/include/x86_64-linux-gnu/asm/unistd_64.h'
const GENERIC = '/usr/include/asm-generic/unistd.h'

test.for([
  ['x64', X64, /^#define __NR_(\w+) (\d+)$/gm],
  ['arm64', GENERIC, /^#define __NR(?:3264)?_(\w+) (\d+)$/gm],
] as const)(
  'the numbers of %s are those of the headers of the kernel',
  ([arch, file, line], context) => {
    if (!existsSync(file)) return context.skip('needs the headers of the kernel for programs')
    const lines = [...readFileSync(file, 'utf8').matchAll(line)]
    const known = new Map(lines.map(([, name = '', number]) => [name, Number(number)]))
    const calls = [...(CALLS_BY_NUMBER[arch] ?? [])]
    expect(calls.length).toBeGreaterThan(40)
    // Headers older than a call do not have it.
    const wrong = calls.filter(([number, { name }]) => {
      const there = known.get(name) ?? known.get(name.replace(/^new/, ''))
      return there !== number && (there !== undefined || number < 400)
    })
    expect(wrong).toEqual([])
  },
)

test('a program that waits for a pipe is told with the call, the descriptor and the pipe', async (context) => {
  const detail = process.platform === 'linux' ? await createProcessDetail() : null
  if (detail === null) return context.skip('Linux alone tells the call')
  if (CALLS_BY_NUMBER[process.arch] === undefined) return context.skip('not of this processor')
  const folder = mkdtempSync(path.join(tmpdir(), 'tmp-call-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const fifo = path.join(folder, 'queue')
  spawnSync('mkfifo', [fifo])
  const end = openSync(fifo, 'r+') // a writer, so that opening it does not wait
  onTestFinished(() => closeSync(end))
  const child = spawn('cat', [fifo], { stdio: 'ignore' })
  onTestFinished(() => void child.kill())
  const asked = async () => {
    const result = await detail.read(child.pid ?? 0, null, new Set(['threads']))
    if (result.kind !== 'ok') return null
    const denied = result.info.unknown['threads.system_call']
    return denied ?? result.info.threads?.[0]?.system_call
  }
  if ((await asked()) === 'not_permitted') return context.skip('this user may not look (Yama)')
  await expect.poll(asked).toEqual({ name: 'read', fd: 3, target: fifo })
})
