import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readTokenFile } from './token-file.ts'

const directory = mkdtempSync(path.join(tmpdir(), 'token-'))
afterAll(() => rmSync(directory, { recursive: true }))

test('before the first start there is no token, which is no crash', () => {
  const file = path.join(directory, 'read.token')
  expect(() => readTokenFile(file, { ownerUid: null })).toThrow(
    expect.objectContaining({ code: 'missing' }),
  )
})

test('a token is read', () => {
  const file = path.join(directory, 'control.token')
  writeFileSync(file, `${'a'.repeat(43)}\n`)
  expect(readTokenFile(file, { ownerUid: null })).toBe('a'.repeat(43))
})
