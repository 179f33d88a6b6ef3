import { expect, test } from 'vitest'
import { CURRENT_PROCESS, tokenCalls } from './tokens.ts'

const tokens = tokenCalls()

test('it is told who this process is, and with which rights', () => {
  expect(tokens?.sidOf(CURRENT_PROCESS)).toMatch(/^S-1-5-21-/)
  expect(tokens?.isElevated(CURRENT_PROCESS)).toBe(true)
  expect(tokens?.integrityOf(CURRENT_PROCESS)).toBeGreaterThanOrEqual(0x2000)
})

test('the right to open processes of others is asked for, as often as one likes', () => {
  expect(tokens?.openOthers()).toBe(true)
  expect(tokens?.openOthers()).toBe(true)
})

test('a process that cannot be asked is no crash', () => {
  expect(tokens?.sidOf(0x7fff_0000)).toBe(null)
  expect(tokens?.isElevated(0x7fff_0000)).toBe(null)
})
