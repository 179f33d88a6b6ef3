import { beforeEach, expect, test } from 'vitest'
import { ProcessColumns } from '../process-table.ts'
import { ChildrenIo } from './children-io.ts'

const [PARENT, CHILD] = [0, 1]

let columns: ProcessColumns
let io: ChildrenIo

/** What a slot had read and written at the sweep before, and has now. */
function counters(slot: number, before: number, now: number) {
  columns.previousReadBytes[slot] = before
  columns.readBytes[slot] = now
  columns.previousWriteBytes[slot] = before * 2
  columns.writeBytes[slot] = now * 2
}

const risen = () => [
  (columns.readBytes[PARENT] as number) - (columns.previousReadBytes[PARENT] as number),
  (columns.writeBytes[PARENT] as number) - (columns.previousWriteBytes[PARENT] as number),
]

beforeEach(() => {
  columns = new ProcessColumns()
  columns.grow(2)
  columns.pid[PARENT] = 10
  columns.pid[CHILD] = 20
  columns.ppid[CHILD] = 10
  io = new ChildrenIo(columns, new Map([[10, PARENT]]))
})

test('what was told of a child is taken off the rise of the parent that waited for it', () => {
  counters(CHILD, 900, 900)
  io.depart(CHILD)
  counters(PARENT, 100, 1050)
  io.settle()
  expect(risen()).toEqual([50, 100])
  expect(io.size).toBe(0)
})

test('a parent that waits a sweep later is found then, and one that never does is forgotten', () => {
  counters(CHILD, 900, 900)
  io.depart(CHILD)
  counters(PARENT, 100, 120)
  io.settle()
  expect(risen()).toEqual([20, 40])
  counters(PARENT, 120, 1050)
  io.settle()
  expect(risen()).toEqual([30, 60])
  counters(CHILD, 900, 900)
  io.depart(CHILD)
  counters(PARENT, 1050, 1050)
  io.settle()
  io.settle()
  expect(io.size).toBe(0)
})

test.each([NaN, 0])('a child of whom %d was told changes nothing', (told) => {
  counters(CHILD, told, told)
  io.depart(CHILD)
  counters(PARENT, 100, 1050)
  io.settle()
  expect(risen()).toEqual([950, 1900])
})

test('a parent whose counters nobody may read stays unknown', () => {
  counters(CHILD, 900, 900)
  io.depart(CHILD)
  counters(PARENT, NaN, NaN)
  io.settle()
  expect(risen()).toEqual([NaN, NaN])
})
