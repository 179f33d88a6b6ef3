import { describe, expect, test } from 'vitest'
import { ProcessColumns } from '../process-table.ts'
import { EndedTime } from './ended-time.ts'

/** Living processes as `pid: ppid`; slots in that order. */
function living(parents: Record<number, number>) {
  const columns = new ProcessColumns()
  const slotOf = new Map<number, number>()
  const pids = Object.keys(parents).map(Number)
  columns.grow(pids.length)
  for (const [slot, pid] of pids.entries()) {
    columns.pid[slot] = pid
    columns.ppid[slot] = parents[pid] ?? 0
    slotOf.set(pid, slot)
  }
  return { columns, slotOf }
}

function settle(
  time: EndedTime,
  parents: Record<number, number>,
  rises: Record<number, number>,
  mostMs?: number,
) {
  const { columns, slotOf } = living(parents)
  const risen = new Map(
    Object.entries(rises).map(([pid, ms]) => [slotOf.get(Number(pid)) ?? -1, ms]),
  )
  return time
    .settle(slotOf, columns, risen, (slot) => `p${columns.pid[slot]}`, mostMs)
    .map(({ parentPid, cpuNs, listedCount }) => ({ parentPid, ms: cpuNs / 1e6, listedCount }))
}

describe('what ended between two sweeps', () => {
  test('children nobody listed are the rise of their parent', () => {
    expect(settle(new EndedTime(), { 1: 0, 10: 1 }, { 10: 730 })).toEqual([
      { parentPid: 10, ms: 730, listedCount: 0 },
    ])
  })

  test('of a listed child only what it used since it was last told is news', () => {
    const time = new EndedTime()
    time.depart(20, 10, 5000, 300)
    expect(settle(time, { 1: 0, 10: 1 }, { 10: 5420 })).toEqual([
      { parentPid: 10, ms: 120, listedCount: 1 },
    ])
  })

  test('a child and its parent that ended together came to the grandparent', () => {
    const time = new EndedTime()
    time.depart(30, 20, 2000, 0)
    time.depart(20, 10, 100, 50)
    expect(settle(time, { 1: 0, 10: 1 }, { 10: 2200 })).toEqual([
      { parentPid: 10, ms: 50, listedCount: 2 },
    ])
  })

  test('an orphan of an hour that init collected is not an hour of news', () => {
    const time = new EndedTime()
    time.depart(20, 10, 100, 0) // the shell
    time.depart(30, 20, 3_600_000, 0) // its child, collected by init
    expect(settle(time, { 1: 0, 10: 1 }, { 10: 110, 1: 3_600_020 })).toEqual([
      { parentPid: 1, ms: 20, listedCount: 1 },
      { parentPid: 10, ms: 10, listedCount: 1 },
    ])
  })

  test('a child of a parent that ignores SIGCHLD takes nothing off the others', () => {
    const time = new EndedTime()
    time.depart(20, 10, 90_000, 0)
    expect(settle(time, { 1: 0, 10: 1 }, { 10: 200 })).toEqual([
      { parentPid: 10, ms: 200, listedCount: 0 },
    ])
  })

  test('what ticks rounded down is owed to the next interval', () => {
    const time = new EndedTime()
    time.depart(20, 10, 14, 0)
    expect(settle(time, { 1: 0, 10: 1 }, { 10: 10 })).toEqual([
      { parentPid: 10, ms: 0, listedCount: 1 },
    ])
    expect(settle(time, { 1: 0, 10: 1 }, { 10: 20 })).toEqual([
      { parentPid: 10, ms: 16, listedCount: 0 },
    ])
  })

  test('more than all processors had cannot be news', () => {
    expect(settle(new EndedTime(), { 1: 0 }, { 1: 3_600_000 }, 2000)).toEqual([])
  })

  test('a loop of parents ends', () => {
    const time = new EndedTime()
    time.depart(30, 20, 500, 0)
    expect(settle(time, { 20: 21, 21: 20 }, { 21: 100 })).toEqual([
      { parentPid: 21, ms: 100, listedCount: 0 },
    ])
  })
})
