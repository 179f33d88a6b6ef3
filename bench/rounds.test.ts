import { expect, test } from 'vitest'
import type { Opponent } from './opponents/opponent.ts'
import { cpuRatio, medianOf, takeTurns } from './rounds.ts'

const FEW = { least: 3, most: 3, forMs: 0, everyMs: 0, sweeps: 1 }

/** Notes who swept and who ended; costs `cpuMs`, and one more with each sweep. */
function opponent(name: string, cpuMs: number, diary: string[], failsAtSweep = Infinity): Opponent {
  return {
    name,
    start: async () => {
      let count = 0
      return {
        async sweep() {
          count++
          diary.push(name)
          if (count >= failsAtSweep) throw new Error('out of breath')
          return { cpuMs: cpuMs * count, wallMs: 1, rows: 10 }
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
  const round = ['a', 'a', 'b', 'b']
  expect(diary).toEqual([...round, ...round, ...round, 'a ended', 'b ended'])
  const [a, b] = measured
  expect(cpuRatio(b, a)).toBe(4)
  expect(measured.map((each) => medianOf(each, 'cpuMs'))).toEqual([4, 16])
})

test('the first sweep of a turn does not count, all others do', async () => {
  const [a] = await takeTurns([opponent('a', 1, [])], { ...FEW, most: 2, sweeps: 2 })
  expect(a?.costs.map(({ cpuMs }) => cpuMs)).toEqual([2, 3, 5, 6])
})

test('who fails is out with its reason, and the others go on', async () => {
  const diary: string[] = []
  const [a, b] = await takeTurns([opponent('a', 1, diary, 3), opponent('b', 4, diary)], FEW)
  expect(a).toMatchObject({ failure: 'failed: out of breath', costs: [{ cpuMs: 2 }] })
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
