import { expect, test } from 'vitest'
import { clickSort, compareSortable, parseSort, printSort, type Sortable } from './sort.ts'

const one = (value: Sortable['value'], name: string, pid: number): Sortable => ({
  value,
  name,
  pid,
})
const order = (list: Sortable[], descending: boolean, unit = 0.1) =>
  list.toSorted(compareSortable(descending, unit)).map(({ name, pid }) => `${name} ${pid}`)

test('what is unknown comes last, either way', () => {
  const list = [one(null, 'a', 1), one(3, 'b', 2), one(5, 'c', 3)]
  expect(order(list, true)).toEqual(['c 3', 'b 2', 'a 1'])
  expect(order(list, false)).toEqual(['b 2', 'c 3', 'a 1'])
})

test('values that display the same go by name, then pid', () => {
  const list = [one(0.04, 'Zeta', 1), one(0.01, 'alpha', 9), one(0.02, 'Alpha', 3)]
  expect(order(list, true)).toEqual(['Alpha 3', 'alpha 9', 'Zeta 1'])
  expect(order(list, false)).toEqual(['Alpha 3', 'alpha 9', 'Zeta 1'])
})

test('words sort as people do: case aside, numbers by size', () => {
  const list = [one('cpu10', 'a', 1), one('CPU2', 'b', 2)]
  expect(order(list, false, 1)).toEqual(['b 2', 'a 1'])
})

test('first click: numbers down, words up; again reverses', () => {
  const cpu = { column: 'cpu', descending: true }
  expect(clickSort(cpu, 'memory', false)).toEqual({ column: 'memory', descending: true })
  expect(clickSort(cpu, 'name', true)).toEqual({ column: 'name', descending: false })
  expect(clickSort(cpu, 'cpu', false)).toEqual({ column: 'cpu', descending: false })
})

test('the address says the sort; a strange one is the standard', () => {
  const standard = { column: 'cpu', descending: true }
  for (const sort of [standard, { column: 'name', descending: false }]) {
    expect(parseSort(printSort(sort), ['cpu', 'name'], standard)).toEqual(sort)
  }
  expect(parseSort('-nothing', ['cpu'], standard)).toBe(standard)
  expect(parseSort(null, ['cpu'], standard)).toBe(standard)
})
