import { atOnce } from '@taskmanager/client'
import { describe, expect, test } from 'vitest'
import { SecondHistory, sumMinutes } from './second-history.ts'

const tail = (ring: Float32Array | null, count: number) => [...(ring ?? [])].slice(-count)

function record<Key>(
  history: SecondHistory<Key>,
  atMs: number,
  intervalMs: number | null,
  values: readonly (readonly [Key, number | null])[],
): void {
  atOnce(
    history.recording(
      atMs,
      intervalMs,
      values,
      ([key]) => key,
      ([, value]) => value,
    ),
  )
}

describe('SecondHistory', () => {
  test('holds a minute, oldest first, unknown before it began', () => {
    const history = new SecondHistory<string>()
    for (let second = 100; second < 170; second += 1) {
      record(history, second * 1000, 1000, [['a', second]])
    }
    const ring = history.read('a')
    expect(ring).toHaveLength(60)
    expect(ring?.[0]).toBe(110)
    expect(ring?.[59]).toBe(169)
    record(history, 170_000, 1000, [
      ['a', 170],
      ['b', 1],
    ])
    expect(tail(history.read('b'), 2)).toEqual([Number.NaN, 1])
  })

  test('a mean over five seconds fills its five seconds', () => {
    const history = new SecondHistory<string>()
    record(history, 100_000, 1000, [['a', 1]])
    record(history, 105_000, 5000, [['a', 2]])
    expect(tail(history.read('a'), 6)).toEqual([1, 2, 2, 2, 2, 2])
  })

  test('a silence longer than the interval stays unknown', () => {
    const history = new SecondHistory<string>()
    record(history, 100_000, 1000, [['a', 1]])
    record(history, 104_000, 1000, [['a', 2]])
    expect(tail(history.read('a'), 5)).toEqual([1, Number.NaN, Number.NaN, Number.NaN, 2])
  })

  test('unknown is not zero, and what ended is forgotten', () => {
    const history = new SecondHistory<string>()
    record(history, 100_000, null, [['a', null]])
    expect(tail(history.read('a'), 1)).toEqual([Number.NaN])
    record(history, 101_000, 1000, [])
    expect(history.read('a')).toBeNull()
  })

  test('a clock set back starts anew', () => {
    const history = new SecondHistory<string>()
    record(history, 100_000, 1000, [['a', 1]])
    record(history, 50_000, 1000, [['a', 2]])
    expect(tail(history.read('a'), 2)).toEqual([Number.NaN, 2])
  })
})

test('a sum knows a second when one member did', () => {
  const history = new SecondHistory<string>()
  record(history, 1000, 1000, [
    ['a', 1],
    ['b', null],
  ])
  record(history, 2000, 1000, [
    ['a', 2],
    ['b', 3],
  ])
  const sum = sumMinutes([history.read('a'), null, history.read('b')])
  expect([...(sum ?? [])].slice(-3)).toEqual([Number.NaN, 1, 5])
  expect(sumMinutes([null])).toBeNull()
})

test('a minute can end with an earlier second; what is held no more, or not yet, is unknown', () => {
  const history = new SecondHistory<string>()
  for (let second = 100; second < 200; second += 1) {
    record(history, second * 1000, 1000, [['a', second]])
  }
  const minute = (second: number) => [...(history.read('a', second * 1000 + 999) ?? [])]
  const from = (first: number) => Array.from({ length: 60 }, (_, index) => first + index)
  expect(minute(199)).toEqual(from(140))
  expect(minute(196)).toEqual(from(137))
  const held = (first: number) => from(first).map((one) => (one < 136 || one > 199 ? NaN : one))
  for (const last of [150, 190, 201, 300]) expect(minute(last)).toEqual(held(last - 59))
})

test('a copy stands still', () => {
  const history = new SecondHistory<string>()
  record(history, 100_000, 1000, [['a', 1]])
  const copy = history.copy()
  record(history, 101_000, 1000, [['a', 2]])
  history.forget('a')
  expect(tail(copy.read('a'), 2)).toEqual([Number.NaN, 1])
})
