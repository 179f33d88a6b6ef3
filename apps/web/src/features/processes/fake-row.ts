import type { ProcessRow } from '@taskmanager/contracts'

/** For tests: a quiet program of user `anna`, but for what is said otherwise. */
export function fakeRow(pid: number, change: Partial<ProcessRow> = {}): ProcessRow {
  const { name = 'program' } = change
  return {
    pid,
    ppid: 1,
    start_id: 's',
    name,
    cmdline: name,
    user: 'anna',
    uid: 1000,
    unit: null,
    app_id: name,
    status: 'sleeping',
    kind: 'app',
    cpu_percent: 0,
    cpu_percent_of_core: 0,
    memory: 1024 ** 2,
    read_bytes_per_second: 0,
    write_bytes_per_second: 0,
    num_threads: 1,
    started_at_ms: pid,
    cpu_time_ms: 0,
    nice: 0,
    vms_bytes: null,
    pss_bytes: null,
    uss_bytes: null,
    swap_bytes: null,
    memory_sampled_at_ms: null,
    unknown: {},
    ...change,
  }
}
