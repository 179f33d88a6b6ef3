import {
  ProcessColumns,
  type EndedUnder,
  type MachineTimes,
  type ProcessFacts,
  type ProcessTable,
} from '@taskmanager/platform'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { account } from './accounting.ts'

interface Given {
  /** CPU of each listed process in the interval, milliseconds; true marks kernel threads. */
  listed?: [ms: number, isKernel: boolean][]
  under?: Partial<EndedUnder>[]
  machine?: Partial<MachineTimes> | null
  exitCount?: number | null
  endedRows?: number
}

/** Two CPUs, one second. */
function table(given: Given): ProcessTable {
  const { listed = [], under = [], machine = {}, exitCount = null, endedRows = 0 } = given
  const columns = new ProcessColumns()
  columns.grow(listed.length)
  for (const [slot, [ms]] of listed.entries()) {
    columns.previousCpuNs[slot] = 0
    columns.cpuNs[slot] = ms * 1e6
  }
  const nobody = { parentPid: 10, parentName: 'sh', cpuNs: 0, listedCount: 0, count: null }
  const times = { busyMs: 0, irqMs: 0, isIrqMeasured: true, stealMs: 0, forks: null }
  return {
    monotonicMs: 1000,
    epochMs: 0,
    intervalMs: 1000,
    logicalCpuCount: 2,
    columns,
    facts: listed.map(([, isKernel]) => ({ isKernel }) as ProcessFacts),
    slots: Int32Array.from(listed.keys()),
    count: listed.length,
    added: [],
    ended: Array.from({ length: endedRows }, (_, at) => ({
      pid: 100 + at,
      startId: 'x',
      waitStatus: null,
    })),
    endedUnder: under.map((each) => ({ ...nobody, name: null, ...each })),
    exitCount,
    machine: machine === null ? null : { ...times, ...machine },
    skipped: 0,
    ownUid: 0,
  }
}

describe('where the busy time went', () => {
  test('programs, kernel threads, what ended, interrupts, the host, and what is left', () => {
    const reading = account(
      table({
        listed: [
          [600, false],
          [100, true],
        ],
        under: [{ cpuNs: 200e6, count: 3, name: 'git' }],
        machine: { busyMs: 1000, irqMs: 40, stealMs: 20 },
        exitCount: 3,
      }),
    )
    expect(reading).toMatchObject({
      busyPercent: 50,
      listedPercent: 35,
      kernelPercent: 5,
      endedPercent: 10,
      irqPercent: 2,
      stealPercent: 1,
      endedCount: 3,
      ended: [{ parentPid: 10, parentName: 'sh', name: 'git', count: 3, cpuPercent: 10 }],
    })
    expect(reading.unattributedPercent).toBeCloseTo(2, 9)
  })

  test('what the system does not tell apart is unknown, and part of what is left', () => {
    const machine = { busyMs: 1000, irqMs: null, isIrqMeasured: false, stealMs: null }
    expect(account(table({ listed: [[600, false]], machine }))).toMatchObject({
      busyPercent: 50,
      listedPercent: 30,
      irqPercent: null,
      stealPercent: null,
      unattributedPercent: 20,
    })
  })

  test('interrupts that processes were charged for are not told twice', () => {
    const sampled = { busyMs: 1000, irqMs: 40, isIrqMeasured: false }
    const irqOf = (ms: number) => {
      const { irqPercent, unattributedPercent } = account(
        table({ listed: [[ms, false]], machine: sampled }),
      )
      return [irqPercent, unattributedPercent]
    }
    expect(irqOf(1000)).toEqual([0, 0])
    expect(irqOf(980)).toEqual([1, 0])
    expect(irqOf(900)).toEqual([2, 3])
    expect(irqOf(1010)).toEqual([0, -0.5])
  })

  test('the parts add up to the busy time whatever the numbers', () => {
    const ms = fc.double({ min: 0, max: 2000, noNaN: true })
    fc.assert(
      fc.property(ms, ms, ms, ms, ms, ms, fc.boolean(), (...numbers) => {
        const [busyMs, own, kernel, ended, irqMs, stealMs, isIrqMeasured] = numbers
        const reading = account(
          table({
            listed: [
              [own, false],
              [kernel, true],
            ],
            under: [{ cpuNs: ended * 1e6 }],
            machine: { busyMs, irqMs, stealMs, isIrqMeasured },
          }),
        )
        const { listedPercent, endedPercent, irqPercent, stealPercent } = reading
        const parts = [listedPercent, endedPercent, irqPercent, stealPercent]
        const sum = [...parts, reading.unattributedPercent].reduce<number>(
          (all, part) => all + (part ?? Number.NaN),
          0,
        )
        expect(sum).toBeCloseTo(reading.busyPercent ?? Number.NaN, 6)
        expect(reading.kernelPercent).toBeLessThanOrEqual((listedPercent ?? Number.NaN) + 1e-9)
      }),
    )
  })

  test('without records ends are counted by rows and forks, and forks of nobody are no ends', () => {
    const forks = { forks: 12 }
    const quiet = account(table({ machine: forks, endedRows: 2 }))
    expect(quiet.endedCount).toBe(2)
    const storm = account(
      table({ machine: forks, endedRows: 2, under: [{ cpuNs: 1e6, listedCount: 2 }] }),
    )
    expect(storm.endedCount).toBe(14)
    expect(storm.ended[0]?.count).toBeNull()
  })

  test('what is not known is null', () => {
    expect(account({ ...table({}), intervalMs: null }).busyPercent).toBeNull()
    expect(account(table({ machine: null, listed: [[500, false]] }))).toMatchObject({
      busyPercent: null,
      listedPercent: 25,
      unattributedPercent: null,
    })
  })
})
