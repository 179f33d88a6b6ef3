import { expect, test } from 'vitest'
import { UnansweredCalls } from './unanswered-calls.ts'

test('of the four threads two may hang on what is known to, three in all', () => {
  const calls = new UnansweredCalls()
  const first = calls.begin('far')
  expect(calls.begin('far')).not.toBe(null)
  expect(calls.begin('far')).toBe(null)
  const near = calls.begin('near')
  expect(calls.begin('near')).toBe(null)
  first?.()
  expect(calls.begin('near')).not.toBe(null)
  near?.()
  expect(calls.begin('far')).not.toBe(null)
  expect(calls.begin('near')).toBe(null)
})

test('who waits for room goes on when another call has come back, and gives up in time', async () => {
  const calls = new UnansweredCalls()
  const hung = [calls.begin('far'), calls.begin('far')]
  expect(await calls.beginWithin('far', 1)).toBe(null)
  const waits = calls.beginWithin('far', 60_000)
  hung[0]?.()
  expect(await waits).not.toBe(null)
})
