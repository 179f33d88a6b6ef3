import type { Accounting, ProcessRow } from '@taskmanager/contracts'
import { formatCount } from '../../lib/format.ts'
import { NOTHING } from '../../lib/process-tree.ts'
import type { ViewRow } from './process-view.ts'

/**
 * Processes that came and went between two samples, as the last line of the list: they used CPU, so the rows would not
 * add up without them. `null`: the first sample, or a system that does not tell.
 */
export function shortLivedLine(accounting: Accounting | null): ViewRow | null {
  if (accounting === null || accounting.ended_percent === null) return null
  const figures = { ...NOTHING, cpu: accounting.ended_percent }
  return {
    key: 'short-lived',
    kind: 'ghost',
    row: { ...GONE, cmdline: hintOf(accounting) },
    depth: 0,
    count: accounting.ended_count ?? 0,
    isParent: false,
    isOpen: false,
    branches: [],
    figures,
    means: figures,
    isDimmed: false,
    isEnded: false,
    exit: null,
    position: [1, 1],
  }
}

/** "27 since the last sample, mostly git" */
function hintOf(accounting: Accounting): string {
  const { ended_count: count } = accounting
  if (count === null) return 'ended between two samples'
  if (count === 0) return 'none since the last sample'
  return [`${formatCount(count)} since the last sample`, mostly(accounting)]
    .filter((part) => part !== '')
    .join(', ')
}

/** By number where they were counted, by CPU where only their parents are known. */
function mostly({ ended }: Accounting): string {
  const counted = ended.filter(({ count, name }) => count !== null && name !== null)
  const [most] = counted.toSorted((a, b) => (b.count ?? 0) - (a.count ?? 0))
  if (most !== undefined) return `mostly ${most.name}`
  const [first] = ended
  return first === undefined || first.parent_pid === 0 ? '' : `mostly under ${first.parent_name}`
}

/** Stands where a process stands; nothing of it is shown but its name and what is known of the others. */
const GONE: ProcessRow = {
  pid: 0,
  start_id: '',
  ppid: 0,
  name: 'short-lived',
  cpu_percent: null,
  cpu_percent_of_core: null,
  memory: null,
  num_threads: null,
  status: 'dead',
  user: null,
  uid: null,
  kind: 'background',
  app_id: '',
  unit: null,
  cmdline: null,
  started_at_ms: null,
  cpu_time_ms: null,
  nice: null,
  read_bytes_per_second: null,
  write_bytes_per_second: null,
  vms_bytes: null,
  pss_bytes: null,
  uss_bytes: null,
  swap_bytes: null,
  memory_sampled_at_ms: null,
  unknown: {},
}
