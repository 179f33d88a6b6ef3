import { expect, test } from 'vitest'
import { BackgroundReading } from './background-reading.ts'

function rig() {
  let nowMs = 0
  const errors: unknown[] = []
  const asked: ((value: number | Error) => void)[] = []
  const reading = new BackgroundReading<number>({
    read: () =>
      new Promise((resolve, reject) => {
        asked.push((value) => (value instanceof Error ? reject(value) : resolve(value)))
      }),
    everyMs: 1000,
    isNothing: (value) => value === 0,
    staleAfterMs: 5000,
    clock: { monotonicMs: () => nowMs, epochMs: () => 0 },
    onError: (error) => errors.push(error),
  })
  const answer = async (value: number | Error) => {
    asked.at(-1)?.(value)
    await reading.poll()
  }
  return { reading, asked, errors, answer, goTo: (ms: number) => (nowMs = ms) }
}

test('a read that hangs is never started again, and its last value grows old', async () => {
  const { reading, asked, answer, goTo } = rig()
  void reading.poll()
  expect(reading.get()).toBeNull()
  await answer(7)
  expect(reading.get()).toBe(7)
  goTo(1000)
  void reading.poll()
  goTo(4000)
  void reading.poll()
  expect(asked).toHaveLength(2)
  expect(reading.get()).toBe(7)
  goTo(5001)
  expect(reading.get()).toBeNull()
})

test('a failure is told, keeps the last value and is tried again in its time', async () => {
  const { reading, asked, errors, answer, goTo } = rig()
  void reading.poll()
  await answer(7)
  goTo(1000)
  void reading.poll()
  await answer(new Error('broken'))
  expect(errors).toEqual([new Error('broken')])
  expect(reading.get()).toBe(7)
  goTo(1999)
  expect(reading.poll()).toBeNull()
  goTo(2000)
  void reading.poll()
  expect(asked).toHaveLength(3)
})

test('what is not there is looked for every half minute, and stays known to be not there', async () => {
  const { reading, asked, answer, goTo } = rig()
  void reading.poll()
  await answer(0)
  goTo(29_999)
  void reading.poll()
  expect(asked).toHaveLength(1)
  expect(reading.get()).toBe(0)
  goTo(30_000)
  void reading.poll()
  await answer(5)
  goTo(31_000)
  void reading.poll()
  expect(asked).toHaveLength(3)
})
