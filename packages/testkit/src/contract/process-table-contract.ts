import { type ProcessTable, type ProcessTableProvider, STATUS_BY_CODE } from '@taskmanager/platform'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectCleanText } from './expect-sane.ts'

export interface ProcessTableContractOptions {
  /** Makes the provider under test; disposed of afterwards. */
  create: () => Promise<{ provider: ProcessTableProvider } & AsyncDisposable>
  /** Pids that must be in the list. */
  alwaysListed?: () => readonly number[]
}

/** Columns that hold amounts: unknown (NaN) or a finite number that is not negative. */
const AMOUNTS = [
  'cpuNs',
  'previousCpuNs',
  'childrenCpuMs',
  'rssBytes',
  'vmsBytes',
  'threads',
  'readBytes',
  'writeBytes',
  'pssBytes',
  'ussBytes',
  'swapBytes',
  'memoryAtMs',
] as const

/** Copy of what must be compared across sweeps: the table itself is updated in place. */
interface Picture {
  monotonicMs: number
  rows: Map<string, { slot: number; pid: number; cpuNs: number }>
}

/** What every process table keeps, on every system, on a recorded machine and in the fake. */
export function processTableContract(name: string, options: ProcessTableContractOptions): void {
  describe(`${name} keeps the contract of a process table`, () => {
    let world: Awaited<ReturnType<ProcessTableContractOptions['create']>>
    let provider: ProcessTableProvider
    let first: Picture
    let firstTable: Pick<ProcessTable, 'intervalMs' | 'machine' | 'ended'> & {
      added: number
      count: number
    }
    beforeAll(async () => {
      world = await options.create()
      provider = world.provider
      const table = await provider.sweep()
      const { intervalMs, machine, ended, added, count } = table
      firstTable = { intervalMs, machine, ended, added: added.length, count }
      first = pictureOf(table)
    })
    afterAll(async () => {
      provider?.close()
      await world?.[Symbol.asyncDispose]()
    })

    test('the first sweep has no interval, and every process is new', () => {
      expect(firstTable).toEqual({
        intervalMs: null,
        machine: null,
        ended: [],
        added: firstTable.count,
        count: firstTable.count,
      })
    })

    test('every process is there once, in the order of pids, and has facts', async () => {
      const table = await provider.sweep()
      const pids = slotsOf(table).map((slot) => table.columns.pid[slot] ?? 0)
      expect(pids.length).toBeGreaterThan(0)
      expect(pids).toEqual([...new Set(pids)].toSorted((a, b) => a - b))
      expect(pids).toEqual(expect.arrayContaining([...(options.alwaysListed?.() ?? [])]))
      for (const slot of slotsOf(table)) {
        expect(table.facts[slot]?.startId).toMatch(/^[A-Za-z0-9_.-]{1,96}$/)
      }
    })

    test('amounts are unknown or real, states have a word', async () => {
      const table = await provider.sweep()
      for (const slot of slotsOf(table)) {
        const pid = table.columns.pid[slot]
        for (const column of AMOUNTS) {
          const value = table.columns[column][slot] ?? Number.NEGATIVE_INFINITY
          const sane = Number.isNaN(value) || (Number.isFinite(value) && value >= 0)
          expect({ pid, column, value, sane }).toMatchObject({ sane: true })
        }
        const nice = table.columns.nice[slot] ?? Number.NEGATIVE_INFINITY
        expect(Number.isNaN(nice) || (nice >= -20 && nice <= 19)).toBe(true)
        expect(table.columns.ppid[slot]).toBeGreaterThanOrEqual(0)
        expect(STATUS_BY_CODE[table.columns.status[slot] ?? -1]).toBeDefined()
      }
    })

    test('names and arguments are clean text', async () => {
      const table = await provider.sweep()
      for (const slot of slotsOf(table)) {
        const facts = table.facts[slot]
        expect(facts?.name).not.toBe('')
        expectCleanText(facts?.name ?? '', 255)
        for (const text of [
          ...(facts?.args ?? []),
          facts?.exe ?? '',
          facts?.unit ?? '',
          facts?.user ?? '',
        ]) {
          expectCleanText(text, 4096)
        }
        expect(facts?.isKernel === true ? facts.args : null).toBeNull()
      }
    })

    test('from sweep to sweep time goes on, slots stay, CPU time does not go back', async () => {
      const table = await provider.sweep()
      const next = pictureOf(table)
      expect(table.monotonicMs).toBeGreaterThanOrEqual(first.monotonicMs)
      expect(table.intervalMs).toBeGreaterThanOrEqual(0)
      for (const [key, { slot, cpuNs }] of next.rows) {
        const before = first.rows.get(key)
        expect({ key, slot }).toEqual({ key, slot: before?.slot ?? slot })
        expect({ key, back: cpuNs < (before?.cpuNs ?? 0) }).toEqual({ key, back: false })
      }
    })

    test('what is new and what ended is what two pictures differ in', async () => {
      const before = pictureOf(await provider.sweep())
      const table = await provider.sweep()
      const after = pictureOf(table)
      const news = table.added.map((slot) => keyOf(table, slot)).toSorted()
      const gone = table.ended.map(({ pid, startId }) => `${pid}/${startId}`).toSorted()
      expect(news).toEqual([...after.rows.keys()].filter((key) => !before.rows.has(key)).toSorted())
      expect(gone).toEqual([...before.rows.keys()].filter((key) => !after.rows.has(key)).toSorted())
      for (const { cpuNs, listedCount } of table.endedUnder) {
        expect(cpuNs).toBeGreaterThanOrEqual(0)
        expect(listedCount).toBeGreaterThanOrEqual(0)
      }
    })

    test('it says who it is and, in a sentence, why a list is partial', () => {
      const { capabilities } = provider
      expect(capabilities.provider).not.toBe('')
      expect(['nanosecond', 'tick']).toContain(capabilities.cpuTimeResolution)
      expect(capabilities.partialReason ?? 'Nothing is hidden.').toMatch(/\.$/)
    })
  })
}

const slotsOf = (table: ProcessTable): number[] => [...table.slots.subarray(0, table.count)]

const keyOf = (table: ProcessTable, slot: number) =>
  `${table.columns.pid[slot]}/${table.facts[slot]?.startId}`

function pictureOf(table: ProcessTable): Picture {
  const rows = slotsOf(table).map((slot) => {
    const { pid, cpuNs } = table.columns
    return [keyOf(table, slot), { slot, pid: pid[slot] ?? 0, cpuNs: cpuNs[slot] ?? 0 }] as const
  })
  return { monotonicMs: table.monotonicMs, rows: new Map(rows) }
}
