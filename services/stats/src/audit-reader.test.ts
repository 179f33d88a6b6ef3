import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readLogPage } from './audit-reader.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'audit-reader-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const file = (n = 0) => path.join(directory, n === 0 ? 'log' : `log.${n}`)
const files = () => [file(), file(1), file(2)]
const number = (text: string) => (/^\d+$/.test(text) ? Number(text) : null)
const read = (limit: number, before?: string) =>
  readLogPage(files(), { limit, before, parse: number })

/** Every page until nothing is older. */
async function readAll(limit: number): Promise<{ lines: number[]; unreadable: number }> {
  const lines: number[] = []
  let unreadable = 0
  for (let before: string | undefined; ;) {
    const page = await read(limit, before)
    lines.push(...page.lines)
    unreadable += page.unreadable
    if (page.next === null) return { lines, unreadable }
    before = page.next
  }
}

const write = (n: number, from: number, count: number) =>
  writeFileSync(file(n), Array.from({ length: count }, (_, k) => `${from + k}\n`).join(''))
const countdown = (from: number) => Array.from({ length: from }, (_, k) => from - k)

test('no log is an empty log', async () => {
  expect(await read(5)).toEqual({ lines: [], next: null, unreadable: 0 })
})

test('pages of any size, over rotated files, give every line once, newest first', async () => {
  write(2, 1, 7)
  write(1, 8, 12)
  write(0, 20, 4)
  for (const limit of [1, 3, 4, 16, 23, 100]) {
    expect(await readAll(limit)).toEqual({ lines: countdown(23), unreadable: 0 })
  }
})

test('what is written and rotated between two pages neither repeats nor hides a line', async () => {
  write(0, 1, 10)
  const first = await read(4)
  expect(first.lines).toEqual([10, 9, 8, 7])
  appendFileSync(file(), '11\n')
  renameSync(file(), file(1))
  write(0, 12, 2)
  const second = await read(4, first.next ?? undefined)
  expect(second.lines).toEqual([6, 5, 4, 3])
  expect((await read(2)).lines).toEqual([13, 12])
})

test('a file that was rotated away between two pages ends the reading', async () => {
  write(0, 1, 10)
  const { next } = await read(4)
  renameSync(file(), path.join(directory, 'away'))
  write(0, 11, 3)
  expect(await read(4, next ?? undefined)).toEqual({ lines: [], next: null, unreadable: 0 })
})

test('torn lines are counted and the others are read', async () => {
  writeFileSync(file(), '1\nx2\n3\n4', 'latin1')
  expect(await readAll(10)).toEqual({ lines: [4, 3, 1], unreadable: 1 })
})

test('a page ends where enough was read, and the next goes on', async () => {
  writeFileSync(file(), `1\n${'y'.repeat(1_500_000)}\n2\n`)
  const page = await read(10)
  expect(page.lines).toEqual([2])
  expect(page.next).not.toBeNull()
  expect((await readAll(10)).lines).toEqual([2, 1])
})

test('a link in its place is not followed', async () => {
  writeFileSync(path.join(directory, 'secret'), '1\n')
  symlinkSync(path.join(directory, 'secret'), file())
  await expect(read(5)).rejects.toMatchObject({ code: 'ELOOP' })
})

test('any bytes are read to their beginning', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 400 }),
      fc.integer({ min: 1, max: 9 }),
      async (bytes, limit) => {
        writeFileSync(file(), bytes)
        const known = Buffer.from(bytes).toString('latin1').split('\n').map(number)
        expect((await readAll(limit)).lines).toEqual(
          known.filter((line) => line !== null).toReversed(),
        )
      },
    ),
    { numRuns: 100 },
  )
})
