import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ProcessListBody } from '@taskmanager/contracts'
import { burner, named, sleeper, zombies } from '@taskmanager/testkit'
import { startServices, type RunningServices } from '../support/running-services.ts'
import { askPsutil, PYTHON, type Psutil } from './psutil.ts'
import { differences } from './row-differences.ts'

if (PYTHON === undefined) {
  console.log(
    'Parity with psutil is not tested: no python3 with psutil here (Debian: python3-psutil).',
  )
}

/**
 * A process may change between two looks and change back, and ours is looked at in its turn only while it does not run:
 * who differs must do so this many times in a row.
 */
const ROUNDS = 4

interface Looks {
  before: Psutil
  list: ProcessListBody
  after: Psutil
}

describe.skipIf(PYTHON === undefined)('against psutil on this machine', () => {
  let services: RunningServices
  beforeAll(async () => {
    services = await startServices()
  })
  afterAll(() => services?.[Symbol.asyncDispose]())

  /** A sample that is younger than the first look and older than the second. */
  async function look(): Promise<Looks> {
    const before = await askPsutil()
    let list = await services.api.getProcesses()
    for (const from = Date.now(); list.sampled_at_ms < from;)
      list = await services.api.getProcesses()
    return { before, list, after: await askPsutil() }
  }

  /** Those of ours that psutil saw in both of its looks. */
  const common = ({ before, list, after }: Looks) =>
    list.processes.filter(({ pid }) => before.rows[pid] && after.rows[pid])

  test('every process that lived through both has the same figures, key by key', async () => {
    await using work = await burner({ percent: 10, threads: 3, memoryBytes: 30 * 2 ** 20 })
    await using dead = await zombies(2)
    await using quiet = await sleeper()
    await using stopped = await sleeper()
    await using shop = await named('a-name-of-15-by', '--color', 'blue')
    process.kill(stopped.pid, 'SIGSTOP')
    const states = new Map([
      [quiet.pid, 'sleeping'],
      [stopped.pid, 'stopped'],
      ...dead.zombiePids.map((pid) => [pid, 'zombie'] as const),
    ])
    let found: string[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const looks = await look()
      const rows = common(looks)
      expect(rows.map((row) => row.pid)).toEqual(
        expect.arrayContaining([work.pid, shop.pid, ...states.keys()]),
      )
      const again = new Set(found.map(pidOf))
      found = rows
        .filter(({ pid }) => round === 0 || again.has(String(pid)))
        .flatMap((row) => {
          const [before, after] = [looks.before.rows[row.pid], looks.after.rows[row.pid]]
          const known = states.get(row.pid) ?? row.status
          const state = row.status === known ? [] : [`${row.pid} is ${row.status}, not ${known}`]
          return before && after ? [...state, ...differences(row, before, after)] : state
        })
      if (found.length === 0) return
    }
    expect(found).toEqual([])
  })

  test('no process is missing', async () => {
    const looks = await look()
    const listed = new Set(looks.list.processes.map(({ pid }) => String(pid)))
    const missing = Object.keys(looks.before.rows).filter(
      (pid) => looks.after.rows[pid] && !listed.has(pid),
    )
    expect(missing).toEqual([])
  })

  test('start times differ from those of psutil by the same for all: it knows the boot to the second only', async () => {
    const looks = await look()
    const offsets = common(looks).map(
      (row) => (row.started_at_ms ?? NaN) - (looks.before.rows[row.pid]?.started_at_ms ?? NaN),
    )
    expect(offsets.length).toBeGreaterThan(5)
    expect(Math.max(...offsets) - Math.min(...offsets)).toBeLessThan(2) // ours are whole milliseconds
    expect(Math.abs(offsets[0] ?? NaN)).toBeLessThan(1100)
  })

  test('the machine has the same figures', async () => {
    const before = await askPsutil()
    const from = Date.now()
    let stats = await services.api.getStats()
    while (stats.sampled_at_ms < from) stats = await services.api.getStats()
    const after = await askPsutil()
    expect(stats.memory_total).toBe(before.memory_total)
    expect(stats.memory.swap_total_bytes).toBe(before.swap_total)
    expect(stats.cpu.logical_count).toBe(before.cpus)
    expect(stats.disk_total).toBe(before.disk_total)
    /** Between the two looks, give or take what comes and goes meanwhile. */
    const between = (
      value: number | null | undefined,
      key: 'memory_available' | 'disk_used' | 'disk_percent',
      slack: number,
    ) => {
      expect(value).toBeGreaterThanOrEqual(Math.min(before[key], after[key]) - slack)
      expect(value).toBeLessThanOrEqual(Math.max(before[key], after[key]) + slack)
    }
    between(stats.memory.available_bytes, 'memory_available', 0.05 * before.memory_total)
    between(stats.disk_used, 'disk_used', 0.02 * before.disk_total)
    between(stats.disk_percent, 'disk_percent', 2)
    const { boot_time_ms: boot } = await services.api.getSystem()
    expect(Math.abs((boot ?? NaN) - before.boot)).toBeLessThan(1100)
  })
})

const pidOf = (difference: string) => difference.split(' ', 1)[0] ?? ''
