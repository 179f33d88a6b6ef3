import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { readStream } from './stream-sizes.ts'

const snapshot = {
  type: 'snapshot',
  sampled_at_ms: 0,
  processes: { columns: ['pid'], rows: Array.from({ length: 20 }, (_, pid) => [pid]) },
}
const delta = (second: number, changed: number) =>
  JSON.stringify({
    type: 'delta',
    sampled_at_ms: second * 1000,
    processes: {
      added: [[100]],
      removed: [],
      changed: Array.from({ length: changed }, (_, pid) => [pid, 4, 0.25]),
    },
  })

const frames = [JSON.stringify(snapshot), delta(0.25, 19), delta(1, 1), delta(2, 3), delta(3, 1)]
const sizes = readStream(frames)

test('the first delta fills in what the snapshot could not know, and is not counted', () => {
  expect(sizes.deltas).toBe(3)
  expect(sizes.largest.plain).toBe(frames[3]?.length)
  expect(sizes.changedPercent).toBe(10)
})

test('sizes are those of the frames', () => {
  expect(sizes.snapshot.plain).toBe(frames[0]?.length)
  expect(sizes.perSecond.plain).toBeCloseTo(
    ((frames[2]?.length ?? 0) * 2 + (frames[3]?.length ?? 0)) / 2.75,
  )
  const one = readStream(frames.slice(0, 3))
  expect(one.median).toMatchObject({
    plain: frames[2]?.length,
    gzip: gzipSync(frames[2] ?? '').length,
  })
})

test('a window that is kept makes a frame that repeats the one before almost free', () => {
  expect(sizes.median.deflate).toBeLessThan(sizes.median.gzip / 2)
})

test('a viewer who got no delta yet has no figures, not zeros', () => {
  expect(readStream(frames.slice(0, 1)).largest.plain).toBeNaN()
})
