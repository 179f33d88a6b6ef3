import { describe, expect, test } from 'vitest'
import { ProcessColumns, ZOMBIE } from '../process-table.ts'
import { EndedTime } from './ended-time.ts'
import type { ExitRecord } from './exit-records/parse-exit-records.ts'

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
    .settle({
      slotOf,
      columns,
      risen,
      nameOf: (slot) => `p${columns.pid[slot]}`,
      ...(mostMs === undefined ? {} : { mostMs }),
    })
    .under.map(({ parentPid, cpuNs, listedCount }) => ({ parentPid, ms: cpuNs / 1e6, listedCount }))
}

describe('what ended between two sweeps', () => {
  test('children nobody listed are the rise of their parent', () => {
    expect(settle(new EndedTime(), { 1: 0, 10: 1 }, { 10: 730 })).toEqual([
      { parentPid: 10, ms: 730, listedCount: 0 },
    ])
  })

  test('of a listed child only what it used since it was last told is news', () => {
    const time = new EndedTime()
    time.depart(20, { ppid: 10, ownMs: 5000, childrenMs: 300 })
    expect(settle(time, { 1: 0, 10: 1 }, { 10: 5420 })).toEqual([
      { parentPid: 10, ms: 120, listedCount: 1 },
    ])
  })

  test('a child and its parent that ended together came to the grandparent', () => {
    const time = new EndedTime()
    time.depart(30, { ppid: 20, ownMs: 2000, childrenMs: 0 })
    time.depart(20, { ppid: 10, ownMs: 100, childrenMs: 50 })
    expect(settle(time, { 1: 0, 10: 1 }, { 10: 2200 })).toEqual([
      { parentPid: 10, ms: 50, listedCount: 2 },
    ])
  })

  test('an orphan of an hour that init collected is not an hour of news', () => {
    const time = new EndedTime()
    time.depart(20, { ppid: 10, ownMs: 100, childrenMs: 0 }) // the shell
    time.depart(30, { ppid: 20, ownMs: 3_600_000, childrenMs: 0 }) // its child, collected by init
    expect(settle(time, { 1: 0, 10: 1 }, { 10: 110, 1: 3_600_020 })).toEqual([
      { parentPid: 1, ms: 20, listedCount: 1 },
      { parentPid: 10, ms: 10, listedCount: 1 },
    ])
  })

  test('a child of a parent that ignores SIGCHLD takes nothing off the others', () => {
    const time = new EndedTime()
    time.depart(20, { ppid: 10, ownMs: 90_000, childrenMs: 0 })
    expect(settle(time, { 1: 0, 10: 1 }, { 10: 200 })).toEqual([
      { parentPid: 10, ms: 200, listedCount: 0 },
    ])
  })

  test('what ticks rounded down is owed to the next interval', () => {
    const time = new EndedTime()
    time.depart(20, { ppid: 10, ownMs: 14, childrenMs: 0 })
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
    time.depart(30, { ppid: 20, ownMs: 500, childrenMs: 0 })
    expect(settle(time, { 20: 21, 21: 20 }, { 21: 100 })).toEqual([
      { parentPid: 21, ms: 100, listedCount: 0 },
    ])
  })
})

/** A record of the kernel: pid, parent, least CPU in milliseconds, name. */
const record = (pid: number, ppid: number, leastMs: number, name = 'true'): ExitRecord => ({
  pid,
  ppid,
  uid: 0,
  waitStatus: 0,
  name,
  leastCpuNs: leastMs * 1e6,
})

function settleWith(
  time: EndedTime,
  parents: Record<number, number>,
  rises: Record<number, number>,
  records: ExitRecord[] | null,
  zombies: number[] = [],
) {
  const { columns, slotOf } = living(parents)
  for (const pid of zombies) columns.status[slotOf.get(pid) ?? -1] = ZOMBIE
  const risen = new Map(
    Object.entries(rises).map(([pid, ms]) => [slotOf.get(Number(pid)) ?? -1, ms]),
  )
  const nameOf = (slot: number) => `p${columns.pid[slot]}`
  const settled = time.settle({ slotOf, columns, risen, nameOf, records })
  return {
    ...settled,
    under: settled.under.map(({ parentPid, cpuNs, count, name }) => ({
      parentPid,
      ms: Math.round(cpuNs / 1e3) / 1e3,
      count,
      name,
    })),
  }
}

describe('exit records', () => {
  test('tell how a listed process ended, a zombie once it is collected', () => {
    const time = new EndedTime()
    const gone = { ...record(20, 10, 0), waitStatus: 0x300 }
    const zombie = { ...record(21, 10, 0), waitStatus: 9 }
    time.depart(20, { ppid: 10, ownMs: 0, childrenMs: 0 })
    settleWith(time, { 1: 0, 10: 1, 21: 10 }, {}, [gone, zombie], [21])
    expect(time.waitStatusOf(20)).toBe(0x300)
    time.depart(21, { ppid: 10, ownMs: 0, childrenMs: 0 }, true)
    settleWith(time, { 1: 0, 10: 1 }, {}, [])
    expect([time.waitStatusOf(21), time.waitStatusOf(20)]).toEqual([9, null])
  })

  test('count and name what ended; the waited-for time says how much it was', () => {
    const records = [record(20, 10, 0), record(21, 10, 1), record(22, 10, 3, 'git')]
    expect(settleWith(new EndedTime(), { 1: 0, 10: 1 }, { 10: 30 }, records)).toEqual({
      under: [{ parentPid: 10, ms: 30, count: 3, name: 'true' }],
      count: 3,
      unrecorded: 0,
    })
  })

  test('stand in until the waited-for time has come, which is then not told again', () => {
    const time = new EndedTime()
    const first = settleWith(time, { 1: 0, 10: 1 }, {}, [record(20, 10, 8)])
    expect(first.under).toEqual([{ parentPid: 10, ms: 8, count: 1, name: 'true' }])
    const second = settleWith(time, { 1: 0, 10: 1 }, { 10: 10 }, [])
    expect(second.under).toEqual([{ parentPid: 10, ms: 2, count: 0, name: null }])
  })

  test('stand in for a parent that ignores SIGCHLD, again and again, less what was listed', () => {
    const time = new EndedTime()
    for (let sweep = 0; sweep < 5; sweep++) {
      time.depart(20 + sweep, { ppid: 10, ownMs: 900, childrenMs: 0 })
      const { under } = settleWith(time, { 1: 0, 10: 1 }, {}, [record(20 + sweep, 10, 1000)])
      expect(under).toEqual([{ parentPid: 10, ms: 100, count: 1, name: 'true' }])
    }
  })

  test('that came after the instant count next time, but for what was found gone', () => {
    const time = new EndedTime()
    const { columns, slotOf } = living({ 1: 0, 10: 1 })
    time.depart(20, { ppid: 10, ownMs: 100, childrenMs: 0 })
    const settled = time.settle({
      slotOf,
      columns,
      risen: new Map([[slotOf.get(10) ?? -1, 130]]),
      nameOf: () => 'sh',
      records: [],
      laterRecords: [record(20, 10, 120), record(21, 10, 700)],
    })
    expect(settled).toMatchObject({ count: 1, unrecorded: 0, under: [{ cpuNs: 30e6 }] })
    expect(settleWith(time, { 1: 0, 10: 1 }, { 10: 710 }, [])).toMatchObject({
      count: 1,
      under: [{ parentPid: 10, ms: 710, count: 1 }],
    })
  })

  test('lead to the nearest ancestor that lives, through those nobody ever listed', () => {
    const records = [record(30, 20, 5, 'cc1'), record(20, 10, 1, 'gcc'), record(40, 999, 2)]
    const { under, count } = settleWith(new EndedTime(), { 1: 0, 10: 1 }, { 10: 20 }, records)
    expect(under).toEqual([
      { parentPid: 10, ms: 20, count: 2, name: 'cc1' },
      { parentPid: 1, ms: 2, count: 1, name: 'true' },
    ])
    expect(count).toBe(3)
  })

  test('a zombie is still listed: it ends when its row does, once', () => {
    const time = new EndedTime()
    const still = settleWith(time, { 1: 0, 10: 1, 20: 10 }, {}, [record(20, 10, 50)], [20])
    expect(still).toEqual({ under: [], count: 0, unrecorded: 0 })
    expect(settleWith(time, { 1: 0, 10: 1, 20: 10 }, {}, [], [20]).count).toBe(0)
    time.depart(20, { ppid: 10, ownMs: 50, childrenMs: 0 }, true)
    const gone = settleWith(time, { 1: 0, 10: 1 }, { 10: 50 }, [])
    expect(gone).toMatchObject({ count: 1, under: [{ parentPid: 10, ms: 0, count: 1 }] })
  })

  test('one that is missing leaves the interval to the waited-for time', () => {
    const time = new EndedTime()
    for (let sweep = 0; sweep < 2; sweep++) settleWith(time, { 1: 0, 10: 1 }, {}, [])
    time.depart(20, { ppid: 10, ownMs: 100, childrenMs: 0 })
    expect(settleWith(time, { 1: 0, 10: 1 }, { 10: 130 }, [record(21, 10, 5)])).toEqual({
      under: [{ parentPid: 10, ms: 30, count: null, name: null }],
      count: null,
      unrecorded: 1,
    })
    time.depart(22, { ppid: 10, ownMs: 100, childrenMs: 0 })
    expect(settleWith(time, { 1: 0, 10: 1 }, { 10: 120 }, null)).toMatchObject({
      under: [{ parentPid: 10, ms: 20, count: null }],
      count: null,
    })
  })
})

test('no record is asked of what ended before anybody listened', () => {
  const time = new EndedTime()
  const now = { ownMs: 300, childrenMs: 0 }
  time.departLate(20, now, { ppid: 0, ...now })
  expect(settleWith(time, { 1: 0, 10: 1 }, {}, [])).toMatchObject({ count: 0, unrecorded: 0 })
  const next = settleWith(time, { 1: 0, 10: 1 }, { 10: 310 }, [record(21, 10, 5)])
  expect(next).toMatchObject({ count: 1, unrecorded: 0, under: [{ parentPid: 10, ms: 10 }] })
})

describe('a process that ended while the sweep read files', () => {
  test('what it used till the instant is news now, and the rest in the next interval', () => {
    const time = new EndedTime()
    time.departLate(20, { ownMs: 150, childrenMs: 0 }, { ppid: 10, ownMs: 100, childrenMs: 0 })
    const first = settleWith(time, { 1: 0, 10: 1 }, {}, [record(20, 10, 170)])
    expect(first).toMatchObject({ under: [{ parentPid: 10, ms: 50 }], count: 0 })
    const second = settleWith(time, { 1: 0, 10: 1 }, { 10: 180 }, [])
    expect(second).toMatchObject({ under: [{ parentPid: 10, ms: 30, count: 1 }], count: 1 })
  })

  test('is not told twice when its parent was read after it, with its whole life', () => {
    const time = new EndedTime()
    const { columns, slotOf } = living({ 1: 0, 10: 1 })
    const told = { ppid: 10, ownMs: 5000, childrenMs: 0 }
    time.departLate(20, { ownMs: 5100, childrenMs: 0 }, told)
    const settled = time.settle({
      slotOf,
      columns,
      risen: new Map([[slotOf.get(10) ?? -1, 5120]]),
      nameOf: () => 'sh',
      isOfInstant: () => false,
    })
    expect(settled.under).toMatchObject([{ parentPid: 10, cpuNs: 120e6, listedCount: 1 }])
    expect(settleWith(time, { 1: 0, 10: 1 }, {}, null).under).toEqual([])
  })

  test('with what it had waited for itself', () => {
    const time = new EndedTime()
    time.depart(30, { ppid: 20, ownMs: 500, childrenMs: 0 }) // its child, before the instant
    time.departLate(20, { ownMs: 10, childrenMs: 540 }, { ppid: 10, ownMs: 10, childrenMs: 0 })
    const first = settleWith(time, { 1: 0, 10: 1 }, {}, null)
    expect(first.under).toMatchObject([{ parentPid: 10, ms: 40 }])
    const second = settleWith(time, { 1: 0, 10: 1 }, { 10: 560 }, null)
    expect(second.under).toMatchObject([{ parentPid: 10, ms: 10 }])
  })

  test('is recognised though its parent owes for another one', () => {
    const time = new EndedTime()
    settleWith(time, { 1: 0, 10: 1 }, {}, [record(19, 10, 60)])
    time.depart(20, { ppid: 10, ownMs: 2000, childrenMs: 0 })
    const { under } = settleWith(time, { 1: 0, 10: 1 }, { 10: 2050 }, [record(20, 10, 2000)])
    expect(under).toMatchObject([{ parentPid: 10, ms: 0, count: 1 }])
  })

  test('of unseen parents is taken off whoever waited', () => {
    const time = new EndedTime()
    time.departLate(20, { ownMs: 300, childrenMs: 0 }, { ppid: 0, ownMs: 0, childrenMs: 0 })
    const first = settleWith(time, { 1: 0, 10: 1 }, {}, null)
    expect(first.under).toMatchObject([{ parentPid: 0, ms: 300 }])
    const second = settleWith(time, { 1: 0, 10: 1, 11: 1 }, { 10: 320, 11: 50 }, null)
    expect(second.under).toMatchObject([
      { parentPid: 11, ms: 50 },
      { parentPid: 10, ms: 20 },
    ])
  })
})
