import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { defaultOptions, createProcessTable, type ProcessTable } from '@taskmanager/platform'
import { dispose } from '@taskmanager/testkit'
import { readApps, readProcess, type AppOfProcess } from '../../packages/metrics/src/index.ts'
import { compile, HAS_COMPILER } from './compiled.ts'

const reason =
  process.platform !== 'linux' ? 'no Linux' : HAS_COMPILER ? null : 'no C compiler (cc) here'
if (reason !== null) console.log(`Sums of shared memory are not tested: ${reason}.`)

const SHARED_MIB = 64
const SHARED_BYTES = SHARED_MIB * 2 ** 20
/** What three copies of a small program have for themselves, C library included. */
const OWN_BYTES = 6 * 2 ** 20

describe.skipIf(reason !== null)('memory that a program shares with its children', () => {
  let folder = ''
  let program = ''
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'tmp-sharing-'))
    program = compile(folder, 'sharing.c')
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('counts once in the sum of the app and three times in the sum of rss', async () => {
    const child = spawn(program, [String(SHARED_MIB)], { stdio: ['ignore', 'pipe', 'inherit'] })
    await using parent = dispose(child)
    const [said] = (await once(child.stdout, 'data')) as [Buffer]
    const pids = [parent.pid, ...said.toString().trim().split(' ').map(Number)]
    expect(pids).toHaveLength(3)
    const engine = await createProcessTable(defaultOptions)
    try {
      const startMs = Date.now()
      let table = await engine.sweep()
      // As many as it takes: a reading that was long, by the clock on the wall, is paid for by sweeps without any.
      while (slotsWithPss(table, pids).length < pids.length) table = await engine.sweep()
      const slots = slotsWithPss(table, pids)
      for (const slot of slots) {
        const { ussBytes, pssBytes, memoryAtMs } = readProcess(table, slot)
        expect(memoryAtMs).toBeGreaterThanOrEqual(startMs)
        expect(ussBytes).toBeLessThanOrEqual(pssBytes ?? NaN)
      }
      const rss = slots.reduce((sum, slot) => sum + (table.columns.rssBytes[slot] ?? NaN), 0)
      expect(rss).toBeGreaterThan(3 * SHARED_BYTES)
      const apps = readApps(table, {
        appOf: (slot) => appOf(pids.includes(table.columns.pid[slot] ?? 0)),
        readingOf: (slot) => readProcess(table, slot),
      })
      const app = apps.get('sharing')
      expect(app).toMatchObject({ memorySource: 'pss', pids: expect.arrayContaining(pids) })
      expect(app?.memoryBytes).toBeGreaterThanOrEqual(SHARED_BYTES)
      expect(app?.memoryBytes).toBeLessThan(SHARED_BYTES + OWN_BYTES)
    } finally {
      engine.close()
    }
  })
})

const slotsWithPss = (table: ProcessTable, pids: readonly number[]) =>
  [...table.slots.subarray(0, table.count)].filter(
    (slot) =>
      pids.includes(table.columns.pid[slot] ?? 0) && readProcess(table, slot).pssBytes !== null,
  )

/** By hand: how programs are grouped is tested elsewhere, and a container would hold all of them. */
const appOf = (isOurs: boolean): AppOfProcess => ({
  id: isOurs ? 'sharing' : 'others',
  name: isOurs ? 'sharing' : 'others',
  kind: 'background',
  unit: null,
  startedBy: null,
})
