import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createProcessTable, type ProcessTableProvider } from '@taskmanager/platform'
import { fakeProcessTable } from '@taskmanager/testkit'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AppSeries, desktopNames } from '../../packages/metrics/src/index.ts'
import { LogOnce, OwnCostMeter, StreamHub } from '../../packages/service-kit/src/index.ts'
import { createLogger } from '../../packages/service-kit/src/logging.ts'
import { Lists } from '../../services/accuracy/src/lists.ts'
import { Sampler } from '../../services/accuracy/src/sampler.ts'
import { FakeViewer } from '../support/fake-viewer.ts'

interface Line {
  kind: string
  msg: string
  count?: number
  skipped?: number
}

let root: string
let logOnce: LogOnce
let sampler: Sampler
const lines: Line[] = []
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'tmp-malformed-'))
  lines.length = 0
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
  })
})
afterEach(() => {
  sampler.stop()
  logOnce.close()
  vi.useRealTimers()
  rmSync(root, { recursive: true })
})

/** The loop of the lists service with one viewer, its log in `lines`. */
function start(provider: ProcessTableProvider) {
  const hub = new StreamHub({ onDemand: () => sampler.adapt() })
  logOnce = new LogOnce(
    createLogger('accuracy', 'info', {
      write: (line) => void lines.push(JSON.parse(line) as Line),
    }),
  )
  const lists = new Lists(desktopNames([]))
  const deps = {
    provider,
    lists,
    series: new AppSeries(),
    containers: null,
    hub,
    ownCost: new OwnCostMeter(),
    logOnce,
  }
  sampler = new Sampler(deps)
  sampler.start()
  return { lists, viewer: new FakeViewer(hub) }
}

const STAT = 'S 0 0 0 0 -1 0 0 0 0 0 1 1 0 0 20 0 1 0 50 4096 10 0\n'

function writeProcess(pid: number, rest: string) {
  mkdirSync(path.join(root, String(pid)))
  writeFileSync(path.join(root, String(pid), 'stat'), `${pid} (p${pid}) ${rest}`)
}

describe.skipIf(process.platform !== 'linux')('a tree of files (Linux only)', () => {
  test('a hundred malformed processes in twenty sweeps are one line, and one more that counts', async () => {
    writeProcess(1, STAT)
    for (let pid = 100; pid < 200; pid++) writeProcess(pid, 'S 1 x\n')
    const clock = { monotonicMs: () => performance.now(), epochMs: () => 1_700_000_000_000 }
    const roots = { procRoot: root, sysRoot: root, etcRoot: root, clock }
    const { lists } = start(await createProcessTable(roots))
    await vi.advanceTimersByTimeAsync(20_000)
    expect(lists.seq).toBeGreaterThanOrEqual(20)
    expect([...lists.processes.keys()]).toEqual([1])
    expect(lists.facts?.skipped).toBe(100)
    expect(lines.map(({ kind, skipped }) => [kind, skipped])).toEqual([['malformed', 100]])
    const swept = lists.seq
    await vi.advanceTimersByTimeAsync(41_000)
    const told = lines.filter(({ count }) => count !== undefined)
    expect(told).toHaveLength(1)
    expect(told[0]?.kind).toBe('malformed')
    expect(told[0]?.count).toBeGreaterThanOrEqual(swept)
    expect(lines.length).toBeLessThanOrEqual(3)
  })
})

test('a sweep that fails is one line a minute, the lists stay, and go on when it works again', async () => {
  const table = fakeProcessTable([{ pid: 1 }])
  let isBroken = false
  const provider: ProcessTableProvider = {
    capabilities: table.capabilities,
    sweep: () => {
      if (isBroken) throw new Error('the proc file system is gone')
      return table.sweep()
    },
    close: () => table.close(),
  }
  const { lists } = start(provider)
  await vi.advanceTimersByTimeAsync(3000)
  const before = lists.seq
  isBroken = true
  await vi.advanceTimersByTimeAsync(20_000)
  expect(lists.seq).toBe(before)
  expect([...lists.processes.keys()]).toEqual([1])
  expect(lines.map(({ kind }) => kind)).toEqual(['sweep'])
  isBroken = false
  await vi.advanceTimersByTimeAsync(2000)
  expect(lists.seq).toBeGreaterThan(before)
})

test('when something is hidden, and when it is not any more, every viewer is told', async () => {
  const table = fakeProcessTable([{ pid: 1 }])
  const { viewer } = start(table)
  const last = () => JSON.parse(viewer.frames.at(-1) ?? '{}') as Record<string, unknown>
  await vi.advanceTimersByTimeAsync(5000)
  expect(last()['type']).toBe('delta')
  table.capabilities = { ...table.capabilities, partialReason: 'Two are hidden.' }
  await vi.advanceTimersByTimeAsync(1000)
  expect(last()).toMatchObject({
    type: 'snapshot',
    capabilities: { partial: true, partial_reason: 'Two are hidden.' },
  })
  await vi.advanceTimersByTimeAsync(1000)
  expect(last()['type']).toBe('delta')
  table.capabilities = { ...table.capabilities, partialReason: null }
  await vi.advanceTimersByTimeAsync(1000)
  expect(last()).toMatchObject({ type: 'snapshot', capabilities: { partial: false } })
})
