import type { MemoryStats } from '@taskmanager/contracts'
import type { MachineReading } from '@taskmanager/metrics'
import { whole } from './round.ts'

type Node = MachineReading['sample']['memory']['nodes'][number]

function presentNode({
  node,
  cpuList,
  totalBytes: total,
  freeBytes: free,
  cacheBytes: cache,
}: Node): MemoryStats['nodes'][number] {
  const isKnown = total !== null && free !== null && cache !== null
  return {
    node,
    cpu_list: cpuList,
    total_bytes: total,
    used_bytes: isKnown ? Math.max(0, total - free - cache) : null,
    free_bytes: free,
    cache_bytes: cache,
  }
}

export function presentMemory({ sample, memory }: MachineReading): MemoryStats {
  const raw = sample.memory
  return {
    total_bytes: raw.totalBytes,
    available_bytes: raw.availableBytes,
    used_bytes: memory.usedBytes,
    free_bytes: raw.freeBytes,
    free_used_bytes: memory.freeUsedBytes,
    apps_bytes: raw.anonymousBytes,
    shared_bytes: raw.sharedBytes,
    kernel_bytes: memory.kernelBytes,
    cached_bytes: memory.cachedBytes,
    buffers_bytes: raw.buffersBytes,
    slab_bytes: raw.slabBytes,
    slab_reclaimable_bytes: raw.slabReclaimableBytes,
    dirty_bytes: raw.dirtyBytes,
    writeback_bytes: raw.writebackBytes,
    mapped_bytes: raw.mappedBytes,
    committed_bytes: raw.committedBytes,
    commit_limit_bytes: raw.commitLimitBytes,
    huge_pages_total: raw.hugePagesTotal,
    huge_pages_free: raw.hugePagesFree,
    huge_page_size_bytes: raw.hugePageSizeBytes,
    swap_total_bytes: raw.swapTotalBytes,
    swap_used_bytes: memory.swapUsedBytes,
    swap_in_bytes_per_second: whole(memory.swapInBytesPerSecond),
    swap_out_bytes_per_second: whole(memory.swapOutBytesPerSecond),
    zram_original_bytes: raw.zramOriginalBytes,
    zram_compressed_bytes: raw.zramCompressedBytes,
    oom_kills: raw.oomKills,
    nodes: raw.nodes.map(presentNode),
  }
}
