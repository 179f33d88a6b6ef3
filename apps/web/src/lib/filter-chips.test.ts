import fc from 'fast-check'
import { expect, test } from 'vitest'
import { joinChips, openLastChip, splitChips, typeBehind } from './filter-chips.ts'
import { parseFilter } from './filter.ts'

const typed = (text: string, caret = text.length) =>
  typeBehind({ chips: [], text: '', caret: null }, text, caret)

test('finished field tokens are chips wherever they stand', () => {
  expect(splitChips('user:anna fire')).toEqual({ chips: ['user:anna'], text: 'fire', caret: null })
  expect(splitChips('fire user:anna ')).toMatchObject({ chips: ['user:anna'], text: 'fire ' })
  expect(splitChips('a cpu>1 "b c" -:22 /d/ mem>1g')).toMatchObject({
    chips: ['cpu>1', '-:22'],
    text: 'a "b c" /d/ mem>1g',
  })
})

test('what does not parse, and what is not finished, stays text', () => {
  expect(splitChips('cpu>x colour:red user:anna')).toMatchObject({
    chips: [],
    text: 'cpu>x colour:red user:anna',
  })
})

test('while it is typed a token stays text; the caret keeps its place in what is left', () => {
  expect(typed('fire user:anna')).toMatchObject({ chips: [], text: 'fire user:anna' })
  expect(typed('fire user:anna ')).toEqual({ chips: ['user:anna'], text: 'fire ', caret: 5 })
  expect(typed('user:a fire', 6)).toMatchObject({ chips: [], text: 'user:a fire' })
  expect(typed('user:a fire', 7)).toEqual({ chips: ['user:a'], text: 'fire', caret: 0 })
  expect(typed('fi cpu>1 re', 2)).toEqual({ chips: ['cpu>1'], text: 'fi re', caret: 2 })
})

test('the last chip opens again, with what follows it behind', () => {
  const opened = openLastChip(splitChips('cpu>1 user:anna fire'))
  expect(opened).toEqual({ chips: ['cpu>1'], text: 'user:anna fire', caret: 9 })
  expect(joinChips(opened)).toBe('cpu>1 user:anna fire')
  expect(typeBehind(opened, 'user:ann fire', 8)).toMatchObject({ text: 'user:ann fire' })
  expect(joinChips(openLastChip(splitChips('user:anna ')))).toBe('user:anna')
})

test('taking chips out makes no pattern of two words', () => {
  expect(splitChips('cpu>1 /b user:"a/b" c/ x')).toMatchObject({
    chips: ['cpu>1'],
    text: '/b user:"a/b" c/ x',
  })
})

test('the field says what the query says, and the same after reload', () => {
  const letters = fc.string({
    unit: fc.constantFrom(...'a:"/-|>.\\  1 :2 '.split('')),
    maxLength: 40,
  })
  const parts = fc
    .array(fc.constantFrom('user:a', 'cpu>1', ':8', '-:2', '/b', 'c/', '"', 'user:"a/b"', 'x', ''))
    .map((all) => all.join(' '))
  const meaning = (query: string) =>
    parseFilter(query)
      .tokens.map(({ text }) => text)
      .toSorted()
  fc.assert(
    fc.property(fc.oneof(letters, parts), (query) => {
      const split = splitChips(query)
      const joined = joinChips(split)
      expect(meaning(joined)).toEqual(meaning(query))
      expect(splitChips(joined)).toEqual(split)
    }),
    { numRuns: 3000 },
  )
})
