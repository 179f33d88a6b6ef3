import { expect, test } from 'vitest'
import { describeGap, gapBetween, isLateAnswer, type FrameTime } from './gaps.ts'

const frame = (seq: number, second: number, change: Partial<FrameTime> = {}): FrameTime => ({
  seq,
  sampled_at_ms: 1_790_000_000_000 + second * 1000,
  interval_ms: 1000,
  gap: false,
  ...change,
})

const gap = (before: FrameTime, next: FrameTime) => {
  const found = gapBetween(before, next)
  return found === null ? null : describeGap(found).replaceAll('\u202f', ' ')
}

test('frames at their pace leave no gap, slow ones and those of a hidden tab neither', () => {
  expect(gap(frame(1, 0), frame(2, 1))).toBeNull()
  expect(gap(frame(1, 0), frame(2, 2))).toBeNull()
  expect(gap(frame(1, 0), frame(2, 5, { interval_ms: 5000 }))).toBeNull()
})

test('a gap says why nothing is known', () => {
  expect(gap(frame(1, 0), frame(2, 7200, { gap: true }))).toBe('slept 2 h')
  expect(gap(frame(1, 0), frame(9, 12))).toBe('no data 12 s')
  expect(gap(frame(1, 0), frame(1, 30, { interval_ms: null }))).toBe('no data 30 s')
  expect(gap(frame(1, 0), frame(2, 3601))).toBe('clock set ahead 1 h')
})

test('an answer that comes late is not news; a clock set back is', () => {
  expect(isLateAnswer(frame(5, 5), frame(5, 5))).toBe(true)
  expect(isLateAnswer(frame(5, 5), frame(4, 4))).toBe(true)
  expect(isLateAnswer(frame(5, 5), frame(6, 6))).toBe(false)
  expect(isLateAnswer(frame(5, 5), frame(6, -3600))).toBe(false)
  expect(isLateAnswer(frame(5000, 5), frame(1, -3600))).toBe(false)
  // The service was started anew: its numbers begin again, its time goes on.
  expect(isLateAnswer(frame(5000, 5), frame(1, 9))).toBe(false)
})
