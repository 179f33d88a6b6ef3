import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { createMachine, createProcessTable } from '@taskmanager/platform'
import { burner } from '@taskmanager/testkit'
import { describe, expect, test } from 'vitest'
import { readMachine, readProcess } from '../../packages/metrics/src/index.ts'

/** How long is measured. */
const MEASURED_MS = 5000
/** Percentage points: `/proc/stat` counts in ticks of 10 ms, and the readings are not of one instant. */
const POINTS = 2

/** Ticks of rest and of all, for the machine and each CPU, by the name of the line. Source: proc_stat(5). */
function ticks(): Map<string, { rest: number; atMs: number }> {
  const atMs = performance.now()
  const lines = readFileSync('/proc/stat', 'utf8').split('\n')
  return new Map(
    lines
      .filter((line) => line.startsWith('cpu'))
      .map((line) => {
        const [name = '', ...modes] = line.split(/\s+/)
        return [name, { rest: Number(modes[3]) + Number(modes[4]), atMs }]
      }),
  )
}

describe.skipIf(process.platform !== 'linux')('one thread at work (Linux: against /proc)', () => {
  test('machine, CPUs and process agree with the kernel and with the clock of the process', async () => {
    await using work = await burner({ percent: 100, threads: 1 })
    const machine = await createMachine()
    const table = await createProcessTable()
    try {
      await table.sweep()
      const first = await machine.sample()
      const before = ticks()
      const swept = (await table.sweep()).epochMs
      await wait(MEASURED_MS) // the interval that is measured
      const second = await machine.sample()
      const after = ticks()
      const list = await table.sweep()

      const previous = readMachine(first, { askedMs: MEASURED_MS, previous: undefined })
      const { cpu } = readMachine(second, { askedMs: MEASURED_MS, previous })
      const busyPercent = (name: string, cpus: number) => {
        const [from, to] = [before.get(name), after.get(name)]
        const ms = (to?.atMs ?? Number.NaN) - (from?.atMs ?? Number.NaN)
        const restMs = ((to?.rest ?? Number.NaN) - (from?.rest ?? Number.NaN)) * 10
        return Math.min(100, Math.max(0, 100 * (1 - restMs / (ms * cpus))))
      }
      const cores = cpu.cores.length
      const differences = [
        ['all', (cpu.usagePercent ?? Number.NaN) - busyPercent('cpu', cores)],
        ...cpu.cores.map(({ index, usagePercent }) => [
          `cpu${index}`,
          (usagePercent ?? Number.NaN) - busyPercent(`cpu${index}`, 1),
        ]),
      ] as [string, number][]
      for (const [name, points] of differences) {
        expect({ name, points, ok: Math.abs(points) <= POINTS }).toMatchObject({ ok: true })
      }

      const slot = list.slots
        .subarray(0, list.count)
        .find((each) => list.columns.pid[each] === work.pid)
      const share = readProcess(list, slot ?? -1)
      const used = (await work.cpuMsAt(list.epochMs)) - (await work.cpuMsAt(swept))
      const own = (100 * used) / (list.intervalMs ?? Number.NaN)
      expect(Math.abs((share.cpuPercentOfCore ?? Number.NaN) - own)).toBeLessThanOrEqual(POINTS)
      expect(share.cpuPercent).toBeCloseTo((share.cpuPercentOfCore ?? Number.NaN) / cores, 6)
    } finally {
      table.close()
      await machine.close()
    }
  })
})
