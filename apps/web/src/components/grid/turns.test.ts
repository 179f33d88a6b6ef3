import { afterEach, beforeEach, expect, test, vi } from 'vitest'

let nowMs = 1000
let frames: (() => void)[] = []
const page = new EventTarget()

beforeEach(() => {
  frames = []
  vi.resetModules()
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs)
  vi.stubGlobal('document', page)
  vi.stubGlobal('requestAnimationFrame', (frame: () => void) => frames.push(frame))
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

/** Rows that ask for a turn; answers how many had theirs so far, and draws the next frame. */
async function rows(count: number) {
  const { takeTurn } = await import('./turns.ts')
  const shown: number[] = []
  const cancels = Array.from({ length: count }, (_, row) => takeTurn(() => shown.push(row)))
  const draw = () => {
    for (const frame of frames.splice(0)) frame()
    return shown.length
  }
  return { shown, cancels, draw }
}

test('in a list that stands still all rows show the sample in the next frame', async () => {
  const { draw } = await rows(40)
  expect(draw()).toBe(40)
  expect(frames).toEqual([])
})

test('in a list that is scrolled some rows do in each frame, the rest together when it stands', async () => {
  const { draw, shown } = await rows(20)
  page.dispatchEvent(new Event('scroll'))
  expect(draw()).toBe(8)
  nowMs += 100
  expect(draw()).toBe(16)
  nowMs += 100
  expect(draw()).toBe(20)
  expect(shown).toEqual(Array.from({ length: 20 }, (_, row) => row))
})

test('a row that leaves, or has something newer, takes its request back', async () => {
  const { draw, shown, cancels } = await rows(3)
  cancels[1]?.()
  draw()
  expect(shown).toEqual([0, 2])
})
