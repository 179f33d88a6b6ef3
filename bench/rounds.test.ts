import { expect, test } from 'vitest'
import type { Opponent } from './opponents/opponent.ts'
import { cpuRatio, medianOf, takeTurns } from './rounds.ts'

const FEW = { least: 3, most: 3, forMs: 0, everyMs: 0, restMs: 1 }

/** Notes who had a turn and when it ended; costs `cpuMs`, and one more in each round. */
function opponent(name: string, cpuMs: number, diary: string[], failsInRound = Infinity): Opponent {
  return {
    name,
    start: async () => {
      let round = 0
      return {
        async sweep() {
          round++
          diary.push(name)
          if (round >= failsInRound) throw new Error('out of breath')
          return { cpuMs: cpuMs * round, wallMs: 1, rows: 10 }
        },
        async [Symbol.asyncDispose]() {
          diary.push(`${name} ended`)
        },
      }
    },
  }
}

test('they take turns, and all are ended', async () => {
  const diary: string[] = []
  const measured = await takeTurns([opponent('a', 1, diary), opponent('b', 4, diary)], FEW)
  expect(diary).toEqual(['a', 'b', 'a', 'b', 'a', 'b', 'a ended', 'b ended'])
  const [a, b] = measured
  expect(cpuRatio(b, a)).toBe(4)
  expect(measured.map((each) => medianOf(each, 'cpuMs'))).toEqual([2, 8])
})

test('who fails is out with its reason, and the others go on', async () => {
  const diary: string[] = []
  const [a, b] = await takeTurns([opponent('a', 1, diary, 2), opponent('b', 4, diary)], FEW)
  expect(a).toMatchObject({ failure: 'failed: out of breath', costs: [{ cpuMs: 1 }] })
  expect(b?.costs).toHaveLength(3)
  expect(diary.filter((entry) => entry === 'a ended')).toHaveLength(1)
})

test('who is missing or cannot start is in the result, with the way to get it', async () => {
  const absent: Opponent = { name: 'absent', start: async () => ({ missing: 'install it' }) }
  const broken: Opponent = {
    name: 'broken',
    start: () => Promise.reject(new Error('no such file')),
  }
  const measured = await takeTurns([absent, broken], FEW)
  expect(measured.map(({ failure }) => failure)).toEqual([
    'missing: install it',
    'failed: no such file',
  ])
  expect(cpuRatio(measured[0], measured[1])).toBeNaN()
})

test('after the time no round begins beyond the least', async () => {
  const measured = await takeTurns([opponent('a', 1, [])], { ...FEW, least: 2, most: 1000 })
  expect(measured[0]?.costs).toHaveLength(2)
})
