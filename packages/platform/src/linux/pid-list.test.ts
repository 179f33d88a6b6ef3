import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SweepCalls } from './libc.ts'
import { PidList } from './pid-list.ts'

const WHOLE_EVERY = 10

let root: string
let alive: Set<number>
let wholeReads: number
let list: PidList

/** A machine of these pids: directories, clocks that answer, and the pid given out last. */
function machine(latest: number, pids: readonly number[]) {
  for (const pid of alive) rmSync(path.join(root, String(pid)), { recursive: true })
  alive = new Set(pids)
  for (const pid of pids) mkdirSync(path.join(root, String(pid)))
  writeFileSync(path.join(root, 'loadavg'), `0.20 1.18 0.92 2/163 ${latest}\n`)
}

function read(): number[] {
  list.read()
  const pids = Array.from(list.pids.subarray(0, list.count))
  list.dropGone(Float64Array.from(pids, (pid) => (alive.has(pid) ? 1 : -1)))
  return Array.from(list.pids.subarray(0, list.count))
}

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'pid-list-'))
  alive = new Set()
  wholeReads = 0
  const calls = {
    processCpuNs: (pid: number) => (alive.has(pid) ? 1 : -1),
    rewind: () => wholeReads++,
    directoryEntries: () => -1, // read by name then
  } as unknown as SweepCalls // nothing else is called
  list = new PidList({ root, calls, mayProbe: true })
  machine(40, [1, 7, 40])
  read()
  read()
})
afterEach(() => {
  list.close()
  rmSync(root, { recursive: true })
})

test('finds who was born and who is gone without reading the directory', () => {
  const before = wholeReads
  machine(43, [1, 40, 42])
  expect(read()).toEqual([1, 40, 42])
  expect(wholeReads).toBe(before)
})

test('one whose number was given out but who was not there yet is found the next time', () => {
  machine(41, [1, 7, 40])
  expect(read()).toEqual([1, 7, 40])
  machine(42, [1, 7, 40, 41])
  expect(read()).toEqual([1, 7, 40, 41])
})

test('numbers given out from the smallest on again keep the order of the list', () => {
  machine(5, [1, 5, 7, 40]) // round: the directory is read
  expect(read()).toEqual([1, 5, 7, 40])
  read()
  read()
  const before = wholeReads
  machine(6, [1, 5, 6, 7, 40])
  expect(read()).toEqual([1, 5, 6, 7, 40])
  expect(wholeReads).toBe(before)
})

test('more numbers than processes are not asked one by one', () => {
  const before = wholeReads
  machine(400, [1, 7, 40, 399])
  expect(read()).toEqual([1, 7, 40, 399])
  expect(wholeReads).toBe(before + 1)
})

test('a process that chose its number is found with the next whole list, and from then on all are whole', () => {
  machine(40, [1, 7, 30, 40])
  let lists = 1
  while (!read().includes(30) && lists <= WHOLE_EVERY) lists++
  expect(lists).toBeLessThanOrEqual(WHOLE_EVERY)
  machine(40, [1, 7, 30, 31, 40])
  expect(read()).toEqual([1, 7, 30, 31, 40])
})

test('a made-up loadavg that never changes is noticed with the next whole list', () => {
  machine(0, [1, 7, 40])
  read()
  read()
  machine(0, [1, 7, 40, 44])
  for (let lists = 0; lists < WHOLE_EVERY; lists++) read()
  machine(0, [1, 7, 40, 44, 45])
  expect(read()).toEqual([1, 7, 40, 44, 45])
})

test.each(['', 'garbage', '0.2 1.1 0.9 2/163 x\n', '0.2 1.1 0.9 2/163 99999999999999\n'])(
  'a loadavg of %j costs a whole list',
  (text) => {
    machine(41, [1, 7, 40, 41])
    writeFileSync(path.join(root, 'loadavg'), text)
    expect(read()).toEqual([1, 7, 40, 41])
  },
)
