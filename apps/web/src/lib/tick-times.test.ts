import { expect, test } from 'vitest'
import { tickTimes } from './tick-times.ts'

test('ticks are round, inside, and leave both ends free', () => {
  const until = Date.UTC(2026, 10, 24, 14, 4, 43)
  for (const minutes of [1, 5, 10]) {
    const from = until - minutes * 60_000
    const ticks = tickTimes(from, until)
    expect(ticks.length).toBeGreaterThanOrEqual(minutes === 1 ? 5 : minutes - 1)
    for (const { atMs } of ticks) {
      expect(atMs % (minutes === 1 ? 10_000 : 60_000)).toBe(0)
      expect(atMs).toBeGreaterThan(from)
      expect(atMs).toBeLessThan(until)
    }
  }
})
