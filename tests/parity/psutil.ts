import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'

/** A Python that has psutil; undefined where there is none. */
export const PYTHON = ['/usr/bin/python3', 'python3'].find(
  (python) => spawnSync(python, ['-c', 'import psutil']).status === 0,
)

/** Names and command lines as UTF-8 with what is not UTF-8 replaced, as JSON has no other way. */
const SCRIPT = `
import json, psutil
def text(s): return s.encode('utf-8', 'surrogateescape').decode('utf-8', 'replace')
rows = {}
for p in psutil.process_iter():
    try:
        with p.oneshot():
            t = p.cpu_times(); m = p.memory_info()
            rows[p.pid] = dict(pid=p.pid, ppid=p.ppid(), status=p.status(), num_threads=p.num_threads(),
                memory=m.rss, vms_bytes=m.vms, nice=p.nice(), uid=p.uids().real, user=p.username(),
                cpu_time_ms=(t.user + t.system) * 1000, started_at_ms=p.create_time() * 1000,
                name=text(p.name()), args=[text(a) for a in p.cmdline()])
    except psutil.NoSuchProcess:
        pass
v = psutil.virtual_memory(); s = psutil.swap_memory(); d = psutil.disk_usage('/')
print(json.dumps(dict(rows=rows, memory_total=v.total, memory_available=v.available, swap_total=s.total,
    disk_total=d.total, disk_used=d.used, disk_percent=d.percent, boot=psutil.boot_time() * 1000,
    cpus=psutil.cpu_count())))
`

export interface PsutilRow {
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
  name: string
  args: string[]
}

/** One look at the machine, in psutil's words and units but for times, which are milliseconds. */
export interface Psutil {
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

/** Does not block: a kept connection to a service may time out meanwhile, and somebody has to notice. */
export async function askPsutil(): Promise<Psutil> {
  const { stdout } = await promisify(execFile)(PYTHON ?? '', ['-c', SCRIPT], {
    maxBuffer: 64 * 2 ** 20,
  })
  return JSON.parse(stdout) as Psutil
}
