import { expect, test } from 'vitest'
import { createSteadyOrder } from './steady-order.ts'

const slotOf = (index: number) => index % 4

test('what is scrolled stays where it stands, what comes takes the free places; at rest it is as it is read', () => {
  const arrange = createSteadyOrder()
  const slots = (items: readonly number[], isMoving: boolean) =>
    arrange(items, slotOf, isMoving).map(slotOf)
  expect(slots([4, 5, 6], false)).toEqual([0, 1, 2])
  expect(slots([5, 6, 7], true)).toEqual([1, 2, 3])
  expect(slots([6, 7, 8], true)).toEqual([2, 3, 0])
  expect(slots([5, 6, 7], true)).toEqual([2, 3, 1])
  expect(arrange([5, 6, 7], slotOf, false)).toEqual([5, 6, 7])
})
