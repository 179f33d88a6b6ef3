import { describe, expect, test } from 'vitest'
import { judge, nextVerdict, type VerdictReading, type VerdictState } from './verdict.ts'

const quiet: VerdictReading = {
  cpuPercent: 20,
  cpuPressure: 0,
  memoryPressure: 0,
  ioPressure: 0,
  ioFullPressure: 0,
  swappingBothWays: false,
}
const says = (change: Partial<VerdictReading>) => judge({ ...quiet, ...change })

/** Feeds one reading a second and gives the verdict at the end. */
function after(seconds: number, change: Partial<VerdictReading>, from: VerdictState | null = null) {
  let state = from
  const start = from?.candidateSinceMs ?? 0
  for (let second = 0; second <= seconds; second += 1) {
    state = nextVerdict(state, { ...quiet, ...change }, start + 1000 + second * 1000)
  }
  return state
}

describe('verdict', () => {
  test('the table of the interface text', () => {
    expect(says({})).toBe('calm')
    expect(says({ cpuPercent: 60 })).toBe('busy')
    expect(says({ cpuPressure: 5 })).toBe('busy')
    expect(says({ ioPressure: 6 })).toBe('busy')
    expect(says({ cpuPercent: 95 })).toBe('overloaded')
    expect(says({ cpuPressure: 25 })).toBe('overloaded')
    expect(says({ memoryPressure: 10 })).toBe('memory')
    expect(says({ swappingBothWays: true })).toBe('memory')
    expect(says({ ioFullPressure: 10 })).toBe('disk')
  })

  test('without pressure figures, use decides', () => {
    const blind = {
      cpuPressure: null,
      memoryPressure: null,
      ioPressure: null,
      ioFullPressure: null,
    }
    expect(says({ ...blind, cpuPercent: 70 })).toBe('busy')
    expect(says(blind)).toBe('calm')
  })

  test('worse after 5 s, better only after 15 s', () => {
    const calm = after(0, {})
    expect(after(4, { cpuPercent: 80 }, calm)?.verdict).toBe('calm')
    const busy = after(5, { cpuPercent: 80 }, calm)
    expect(busy?.verdict).toBe('busy')
    expect(after(14, {}, busy)?.verdict).toBe('busy')
    expect(after(15, {}, busy)?.verdict).toBe('calm')
  })

  test('overload by use alone needs 10 s, by pressure 5 s', () => {
    const calm = after(0, {})
    expect(after(9, { cpuPercent: 99 }, calm)?.verdict).toBe('calm')
    expect(after(10, { cpuPercent: 99 }, calm)?.verdict).toBe('overloaded')
    expect(after(5, { cpuPressure: 40 }, calm)?.verdict).toBe('overloaded')
  })

  /** One reading a second of CPU use, in turns. */
  const inTurns = (seconds: number, percents: readonly number[], from: VerdictState | null) => {
    let state = from
    const start = from?.candidateSinceMs ?? 0
    for (let second = 1; second <= seconds; second += 1) {
      const cpuPercent = percents[second % percents.length] ?? null
      state = nextVerdict(state, { ...quiet, cpuPercent }, start + second * 1000)
    }
    return state?.verdict
  }

  test('a load that wavers between two levels is judged by the milder going up, by the worse going down', () => {
    const calm = after(0, {})
    expect(inTurns(5, [94, 96], calm)).toBe('calm')
    expect(inTurns(6, [94, 96], calm)).toBe('busy')
    expect(inTurns(120, [94, 96], calm)).toBe('busy')
    expect(inTurns(8, [96, 96, 96, 96, 96, 96, 96, 94], calm)).toBe('busy')
    const overloaded = after(10, { cpuPercent: 99 }, calm)
    expect(inTurns(15, [55, 65], overloaded)).toBe('overloaded')
    expect(inTurns(16, [55, 65], overloaded)).toBe('busy')
    expect(inTurns(600, [55, 65], overloaded)).toBe('busy')
    expect(inTurns(60, [65, 55, 55, 55, 55, 55, 55, 55, 55], overloaded)).toBe('busy')
  })

  test('what is better for a moment does not count for what is worse', () => {
    const busy = after(5, { cpuPercent: 80 }, after(0, {}))
    expect(inTurns(600, [30, 99], busy)).toBe('busy')
  })

  test('a flicker changes nothing', () => {
    let state = after(0, {})
    for (let second = 2; second < 60; second += 1) {
      const cpuPercent = second % 3 === 0 ? 30 : 80
      state = nextVerdict(state, { ...quiet, cpuPercent }, second * 1000)
    }
    expect(state?.verdict).toBe('calm')
  })
})
