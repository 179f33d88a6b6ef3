import { rmSync, symlinkSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { tree } from '../tree-rig.ts'
import { DrmHolders } from './drm-holders.ts'

const process = (pid: number, links: number, gpuFd?: number) =>
  Object.fromEntries(
    Array.from({ length: links }, (_, fd) => [
      `${pid}/fd/${fd}`,
      fd === gpuFd ? '-> /dev/dri/renderD128' : '-> /dev/null',
    ]),
  )
const held = (holders: DrmHolders) => [...holders.holders()]

test('a few processes at a step: many descriptors are never looked behind all at once', async () => {
  const count = 24
  using files = tree(
    Object.assign({}, ...Array.from({ length: count }, (_, at) => process(100 + at, 50, 7))),
  )
  const holders = new DrmHolders(files.root)
  const found: number[] = []
  for (let step = 0; step < 10; step++) {
    await holders.step(() => step * 900)
    found.push(held(holders).length)
  }
  expect(found[0]).toBeLessThan(count / 2)
  expect(found.at(-1)).toBe(count)
  expect(found).toEqual(found.toSorted((a, b) => a - b))
  expect(held(holders)[0]?.fds).toEqual([7])
})

test('what is new is found in the next pass, first of all', async () => {
  using files = tree(process(1, 3))
  const holders = new DrmHolders(files.root)
  await holders.step(() => 0)
  expect(held(holders)).toEqual([])
  files.write(process(2, 5, 4))
  await holders.step(() => 4999)
  expect(held(holders)).toEqual([])
  await holders.step(() => 5000)
  expect(held(holders)).toEqual([{ pid: 2, fds: [4] }])
  // One more descriptor changes the list of them: it is looked at again.
  symlinkSync('/dev/dri/card0', path.join(files.root, '1/fd/3'))
  await holders.step(() => 10_000)
  expect(new Set(held(holders).map(({ pid }) => pid))).toEqual(new Set([1, 2]))
})

test('a number that is another file now is noticed within a minute', async () => {
  using files = tree(process(1, 3))
  const holders = new DrmHolders(files.root)
  await holders.step(() => 0)
  rmSync(path.join(files.root, '1/fd/1'))
  symlinkSync('/dev/dri/renderD128', path.join(files.root, '1/fd/1'))
  let nowMs = 0
  while (held(holders).length === 0 && nowMs < 120_000) {
    nowMs += 1000
    await holders.step(() => nowMs)
  }
  expect(nowMs).toBeLessThanOrEqual(60_000)
})

test('who ended or closed is looked at next, and forgotten', async () => {
  using files = tree(process(1, 3, 2))
  const holders = new DrmHolders(files.root)
  await holders.step(() => 0)
  expect(held(holders)).toHaveLength(1)
  rmSync(path.join(files.root, '1'), { recursive: true })
  holders.lookAgain(1)
  await holders.step(() => 1)
  expect(held(holders)).toEqual([])
  expect(holders.hasHidden).toBe(false)
})
