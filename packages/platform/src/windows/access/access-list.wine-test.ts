import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { CURRENT_PROCESS, tokenCalls } from '../tokens.ts'
import { accessCalls } from './access-calls.ts'
import { wholeAccessFor } from './access-list.ts'
import { privateDirectories } from './private-directory.ts'

// Wine keeps of a list what the mode of a file can hold: the user's own entry, SYSTEM's, and one for everybody.
const place = mkdtempSync(path.join(process.env['LOCALAPPDATA'] ?? 'C:\\', 'access-'))
afterAll(() => rmSync(place, { recursive: true }))
const user = tokenCalls()?.sidOf(CURRENT_PROCESS) ?? ''
const list = wholeAccessFor(['S-1-5-18', 'S-1-5-32-544', user])

test('a directory is private from its first moment, and is made once', () => {
  const directory = path.join(place, 'made')
  const made = accessCalls()?.makeDirectory(directory, { list, owner: null })
  expect(made).toEqual({ kind: 'ok', value: true })
  expect(accessCalls()?.makeDirectory(directory, { list, owner: null })).toEqual({
    kind: 'ok',
    value: false,
  })
  expect(accessCalls()?.read(directory)).toMatchObject({ kind: 'ok', value: { owner: user } })
  expect(privateDirectories()?.faultOf(directory)).toBe(null)
  expect(privateDirectories('S-1-5-21-1-2-3-1001')?.faultOf(directory)).toBe(`belongs to ${user}`)
})

test('an open one is seen, and closed', () => {
  const directory = path.join(place, 'open')
  mkdirSync(directory)
  writeFileSync(path.join(directory, 'a'), '')
  expect(privateDirectories()?.faultOf(directory)).toBe('may be read or changed by Everyone')
  expect(privateDirectories()?.close(directory)).toBe(null)
  expect(privateDirectories()?.faultOf(directory)).toBe(null)
})

test('what is not there is no crash', () => {
  const gone = path.join(place, 'gone', 'further')
  expect(privateDirectories()?.faultOf(gone)).toBe('does not exist')
  expect(accessCalls()?.makeDirectory(gone, { list, owner: null })).toEqual({ kind: 'gone' })
  expect(privateDirectories()?.close(gone)).toMatch(/cannot be closed/)
})
