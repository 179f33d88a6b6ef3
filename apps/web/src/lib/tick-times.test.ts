import { expect, test } from 'vitest'
import { tickTimes } from './tick-times.ts'

const at = (minutes: number, seconds = 0) => new Date(2026, 10, 24, 14, minutes, seconds).getTime()
const texts = (fromMs: number, untilMs: number, width: number) =>
  tickTimes(fromMs, untilMs, width).map((tick) => tick.text)

test('a mark for each minute, or for some seconds where the range is short; the ends stay free', () => {
  expect(texts(at(0), at(10), 1000)).toEqual(
    [1, 2, 3, 4, 5, 6, 7, 8, 9].map((minute) => `14:0${minute}`),
  )
  expect(texts(at(0), at(1), 1000)).toEqual([10, 20, 30, 40, 50].map((second) => `14:00:${second}`))
})

test('on a narrow bar there are fewer, and none runs into the word at the end', () => {
  expect(texts(at(0, 30), at(10, 30), 220)).toEqual(['14:05'])
  expect(texts(at(0), at(5), 400)).toEqual(['14:01', '14:02', '14:03', '14:04'])
  expect(texts(at(0), at(10), 0)).toEqual([])
})
