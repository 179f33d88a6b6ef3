import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { burner, zombies } from '@taskmanager/testkit'
import { startServices, type RunningServices } from '../support/running-services.ts'

const PYTHON = ['/usr/bin/python3', 'python3'].find(
  (python) => spawnSync(python, ['-c', 'import psutil']).status === 0,
)
if (PYTHON === undefined) {
  console.log(
    'Parity with psutil is not tested: no python3 with psutil here (Debian: python3-psutil).',
  )
}

const SCRIPT = `
import json, psutil
rows = {}
for p in psutil.process_iter():
    try:
        with p.oneshot():
            t = p.cpu_times(); m = p.memory_info()
            rows[p.pid] = dict(pid=p.pid, ppid=p.ppid(), status=p.status(), num_threads=p.num_threads(),
                memory=m.rss, vms_bytes=m.vms, nice=p.nice(), uid=p.uids().real, user=p.username(),
                cpu_time_ms=(t.user + t.system) * 1000, started_at_ms=p.create_time() * 1000, comm=p.name())
    except psutil.NoSuchProcess:
        pass
v = psutil.virtual_memory(); s = psutil.swap_memory(); d = psutil.disk_usage('/')
n = psutil.net_io_counters(pernic=True); k = psutil.disk_io_counters()
print(json.dumps(dict(rows=rows, memory_total=v.total, memory_available=v.available, swap_total=s.total,
    disk_total=d.total, disk_used=d.used, disk_percent=d.percent, boot=psutil.boot_time() * 1000,
    cpus=psutil.cpu_count(), received=sum(c.bytes_recv for i, c in n.items() if i != 'lo'),
    disk_read=k.read_bytes if k else None)))
`

/** States that do not change from one look to the next; running and sleeping do. */
const STEADY_STATES = new Set(['zombie', 'idle', 'stopped'])

interface PsutilRow {
  pid: number
  ppid: number
  status: string
  num_threads: number
  memory: number
  vms_bytes: number
  nice: number
  uid: number
  user: string
  cpu_time_ms: number
  started_at_ms: number
}
interface Psutil {
  rows: Record<string, PsutilRow>
  memory_total: number
  memory_available: number
  swap_total: number
  disk_total: number
  disk_used: number
  disk_percent: number
  boot: number
  cpus: number
}

function askPsutil(): Psutil {
  const { stdout, stderr, status } = spawnSync(PYTHON ?? '', ['-c', SCRIPT], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout) as Psutil
}

describe.skipIf(PYTHON === undefined)('against psutil on this machine', () => {
  let services: RunningServices
  beforeAll(async () => {
    services = await startServices()
  })
  afterAll(() => services?.[Symbol.asyncDispose]())

  test('every process that lived through both has the same figures, key by key', async () => {
    await using work = await burner({ percent: 10, threads: 3, memoryBytes: 30 * 2 ** 20 })
    await using dead = await zombies(2)
    const before = askPsutil()
    // A sample that is younger than the first look and older than the second.
    let list = await services.api.getProcesses()
    for (const from = Date.now(); list.sampled_at_ms < from;)
      list = await services.api.getProcesses()
    const after = askPsutil()
    const both = list.processes.filter((row) => before.rows[row.pid] && after.rows[row.pid])
    const started = [work.pid, ...dead.zombiePids]
    expect(both.map((row) => row.pid)).toEqual(expect.arrayContaining(started))
    const missing = Object.keys(before.rows).filter(
      (pid) => after.rows[pid] && !list.processes.some((row) => row.pid === Number(pid)),
    )
    expect(missing).toEqual([])
    for (const row of both) {
      const [a, b] = [before.rows[row.pid], after.rows[row.pid]] as [PsutilRow, PsutilRow]
      expect({ pid: row.pid, ppid: row.ppid, uid: row.uid, user: row.user }).toEqual({
        pid: a.pid,
        ppid: a.ppid,
        uid: a.uid,
        user: a.user,
      })
      // What changes meanwhile must lie between the two looks; ticks of 10 ms and rounding give the slack.
      const between = (
        key: 'num_threads' | 'cpu_time_ms' | 'memory' | 'vms_bytes',
        slack: number,
      ) => {
        const value = row[key] ?? Number.NaN
        expect({
          pid: row.pid,
          key,
          value: value >= Math.min(a[key], b[key]) - slack,
        }).toMatchObject({ value: true })
        expect({
          pid: row.pid,
          key,
          value: value <= Math.max(a[key], b[key]) + slack,
        }).toMatchObject({ value: true })
      }
      between('num_threads', a.num_threads === b.num_threads ? 0 : 20)
      between('cpu_time_ms', 20)
      between('memory', 0.1 * a.memory + 2 ** 20)
      between('vms_bytes', 0.1 * a.vms_bytes + 2 ** 22)
      expect([a.nice, b.nice]).toContain(row.nice)
      expect(Math.abs((row.started_at_ms ?? 0) - a.started_at_ms)).toBeLessThan(1100) // psutil's btime is in whole seconds
      const steady = a.status === b.status && STEADY_STATES.has(a.status)
      expect({ pid: row.pid, status: steady ? row.status : '' }).toEqual({
        pid: row.pid,
        status: steady ? a.status : '',
      })
    }
  })

  test('the machine has the same figures', async () => {
    const told = askPsutil()
    const stats = await services.api.getStats()
    expect(stats.memory_total).toBe(told.memory_total)
    expect(stats.memory.swap_total_bytes).toBe(told.swap_total)
    expect(stats.cpu.logical_count).toBe(told.cpus)
    expect(stats.disk_total).toBe(told.disk_total)
    const near = (value: number | null | undefined, expected: number, share: number) =>
      expect(Math.abs((value ?? Number.NaN) - expected)).toBeLessThanOrEqual(share * expected)
    near(stats.memory.available_bytes, told.memory_available, 0.05)
    near(stats.disk_used, told.disk_used, 0.02)
    expect(Math.abs((stats.disk_percent ?? 0) - told.disk_percent)).toBeLessThan(1)
    const { boot_time_ms: boot } = await services.api.getSystem()
    expect(Math.abs((boot ?? 0) - told.boot)).toBeLessThan(1100)
  })
})
