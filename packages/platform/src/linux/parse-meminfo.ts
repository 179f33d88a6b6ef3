import { KeyedNumbers } from './keyed-numbers.ts'

/** Keys of proc_meminfo(5) that we use. `Hugepagesize` is in KiB as the rest, the two counts of huge pages are counts. */
const KEYS = [
  'MemTotal',
  'MemFree',
  'MemAvailable',
  'Buffers',
  'Cached',
  'SwapTotal',
  'SwapFree',
  'Dirty',
  'Writeback',
  'AnonPages',
  'Mapped',
  'Shmem',
  'Slab',
  'SReclaimable',
  'SUnreclaim',
  'KernelStack',
  'PageTables',
  'SecPageTables',
  'CommitLimit',
  'Committed_AS',
  'VmallocUsed',
  'Percpu',
  'HugePages_Total',
  'HugePages_Free',
  'Hugepagesize',
] as const
export type MeminfoKey = (typeof KEYS)[number]

/** Values as the file has them (KiB; huge pages: pages); null where this kernel has no such line. */
export type Meminfo = Record<MeminfoKey, number | null>

const reader = new KeyedNumbers(KEYS)

export function parseMeminfo(bytes: Uint8Array, length = bytes.length): Meminfo {
  const values = reader.parse(bytes, length)
  return Object.fromEntries(KEYS.map((key, at) => [key, values[at] ?? null])) as Meminfo
}

/**
 * What `MemAvailable` would be on kernels before 3.14, which do not have it: free memory and the page cache that can be
 * given back. Without low watermarks, so a little high.
 */
export function availableKib(meminfo: Meminfo): number | null {
  if (meminfo.MemAvailable !== null) return meminfo.MemAvailable
  const { MemTotal, MemFree, Buffers, Cached, SReclaimable, Shmem } = meminfo
  if (MemTotal === null || MemFree === null || Cached === null) return null
  const cache = Cached + (Buffers ?? 0) + (SReclaimable ?? 0) - (Shmem ?? 0)
  return Math.min(MemTotal, MemFree + Math.max(0, cache))
}

const VMSTAT_KEYS = ['pswpin', 'pswpout', 'oom_kill'] as const
/** Counters since boot; swap in pages. Source: proc_vmstat(5). */
export type Vmstat = Record<(typeof VMSTAT_KEYS)[number], number | null>
const vmstatReader = new KeyedNumbers(VMSTAT_KEYS)

export function parseVmstat(bytes: Uint8Array, length = bytes.length): Vmstat {
  const [pswpin = null, pswpout = null, oomKill = null] = vmstatReader.parse(bytes, length)
  return { pswpin, pswpout, oom_kill: oomKill }
}
