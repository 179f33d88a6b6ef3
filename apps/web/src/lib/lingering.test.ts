import { expect, test } from 'vitest'
import { linger } from './lingering.ts'

interface Gone {
  readonly name: string
  readonly endedAtMs: number
}
const ended: readonly Gone[] = [
  { name: 'a', endedAtMs: 1000 },
  { name: 'b', endedAtMs: 2500 },
]
const at = (nowMs: number, isHeld: boolean, before: ReadonlyMap<string, Gone>) => {
  const past = ended.filter(({ endedAtMs }) => endedAtMs <= nowMs)
  return linger(before, past, { keyOf: ({ name }) => name, nowMs, isHeld })
}

test('what ended stays two seconds, or until the order is let go', () => {
  const first = at(1000, false, new Map())
  expect([...first.keys()]).toEqual(['a'])
  expect(at(2000, false, first)).toBe(first)
  expect([...at(3000, false, first).keys()]).toEqual(['b'])
  const held = at(3000, true, first)
  expect([...held.keys()]).toEqual(['a', 'b'])
  expect(at(60_000, true, held)).toBe(held)
  expect(at(60_000, false, held).size).toBe(0)
})
