import { setTimeout as wait } from 'node:timers/promises'
import type { SystemStats } from '@taskmanager/contracts'
import { STREAM_PROTOCOL } from '@taskmanager/contracts'
import type { ProcessTableState } from '@taskmanager/client'
import { burner, type Burner } from '@taskmanager/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { watchList } from '../support/list-stream.ts'
import { startServices, type RunningServices } from '../support/running-services.ts'

let services: RunningServices
beforeAll(async () => {
  services = await startServices()
})
afterAll(() => services?.[Symbol.asyncDispose]())

/** Longer than three intervals and two seconds, from when on a pause is a gap. */
const STOPPED_MS = 6000
/** For a machine that is loaded by other tests. */
const PATIENCE_MS = 40_000
/** Rounding of the wire. */
const ALL = 100.01

/** Frames of the machine as they come. */
async function watchStats(frames: SystemStats[]): Promise<WebSocket> {
  const url = `ws://127.0.0.1:${services.ports.stats}/api/stats/stream`
  const socket = new WebSocket(url, [STREAM_PROTOCOL])
  await new Promise<void>((resolve) => {
    socket.addEventListener('message', ({ data }) => {
      frames.push(JSON.parse(String(data)) as SystemStats)
      if (frames.length === 3) resolve()
    })
  })
  return socket
}

/** Every share of a frame, by name. */
const shares = ({ cpu, disks }: SystemStats): [string, number | null][] => [
  ['usage', cpu.usage_percent],
  ...cpu.cores.map(({ index, usage_percent: share }): [string, number | null] => [
    `core ${index}`,
    share,
  ]),
  ...disks.map(({ id, busy_percent: share }): [string, number | null] => [id, share]),
]

/** The burner knows what it used in the interval: its share is of all of that, not of one second. */
async function expectTrueShare(work: Burner, { sampledAtMs, intervalMs, rows }: ProcessTableState) {
  const interval = intervalMs ?? Number.NaN
  const used = (await work.cpuMsAt(sampledAtMs)) - (await work.cpuMsAt(sampledAtMs - interval))
  const own = rows.get(work.pid)?.cpu_percent_of_core ?? Number.NaN
  expect(Math.abs(own - (100 * used) / interval)).toBeLessThan(5)
}

test('stopped for six seconds and going on: true intervals, a gap, and no share above the whole', async () => {
  await using work = await burner({ percent: 25, threads: 1 })
  using viewer = await watchList(services.ports.accuracy)
  const frames: SystemStats[] = []
  const socket = await watchStats(frames)
  await viewer.until('it is listed', (now) => now.rows.get(work.pid)?.cpu_percent != null)
  const before = { seq: viewer.state().seq, frames: frames.length }
  const { stats, accuracy } = services.pids
  for (const pid of [stats, accuracy]) process.kill(pid, 'SIGSTOP')
  await wait(STOPPED_MS) // the pause itself is what is tested
  for (const pid of [stats, accuracy]) process.kill(pid, 'SIGCONT')

  const states: ProcessTableState[] = []
  for (let seq = before.seq; seq < before.seq + 3; seq = states.at(-1)?.seq ?? seq) {
    const last = seq
    states.push(await viewer.until('the next frame', (now) => now.seq > last, PATIENCE_MS))
  }
  // The first after the pause may have been read before it. A viewer that was slow was passed over, and has a hole.
  const isWhole = states.every(({ seq }, at) => seq === before.seq + 1 + at)
  const across = states.find(({ intervalMs }) => (intervalMs ?? 0) >= STOPPED_MS)
  expect({ isWhole, isSeen: across !== undefined }).not.toEqual({ isWhole: true, isSeen: false })
  if (across !== undefined) await expectTrueShare(work, across)
  for (const state of states) {
    for (const row of state.rows.values()) expect(row.cpu_percent ?? 0).toBeLessThanOrEqual(ALL)
    expect(state.accounting.busy_percent ?? 0).toBeLessThanOrEqual(ALL)
  }
  const after = frames.slice(before.frames)
  const gaps = after.filter(({ gap }) => gap)
  expect(gaps).toHaveLength(1)
  expect(gaps[0]?.interval_ms).toBeGreaterThanOrEqual(STOPPED_MS)
  for (const frame of after) {
    for (const [name, share] of shares(frame)) {
      expect({ name, ok: share === null || (share >= 0 && share <= ALL) }).toEqual({
        name,
        ok: true,
      })
    }
  }
  socket.close()
}, 150_000)
