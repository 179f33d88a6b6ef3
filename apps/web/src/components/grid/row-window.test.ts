import { expect, test } from 'vitest'
import { rowWindow } from './row-window.ts'

const ends = (indexes: readonly number[]) => [indexes[0], indexes.at(-1), indexes.length]
const at = (startIndex: number, endIndex: number, count = 1000) =>
  ends(rowWindow({ startIndex, endIndex, count }, 10, 51))

test('in the middle it has rows on both sides, and its size stays when one row more is in sight', () => {
  expect(at(100, 129)).toEqual([90, 140, 51])
  expect(at(101, 131)).toEqual([91, 141, 51])
})

test('at both ends it keeps its size', () => {
  expect(at(0, 29)).toEqual([0, 50, 51])
  expect(at(970, 999)).toEqual([949, 999, 51])
})

test('a short list is in it whole, an empty one not at all', () => {
  expect(at(0, 19, 20)).toEqual([0, 19, 20])
  expect(rowWindow({ startIndex: 0, endIndex: 0, count: 0 }, 10, 51)).toEqual([])
})

test('a screen with room for more has more', () => {
  expect(at(100, 179)).toEqual([90, 189, 100])
})
