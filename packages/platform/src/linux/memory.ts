import type { MemorySample, NodeSample } from '../machine.ts'
import { KeptFile } from './kept-file.ts'
import { availableKib, parseMeminfo, parseVmstat, type Meminfo } from './parse-meminfo.ts'
import type { ZramReading } from './zram.ts'

const KIB = 1024

/** Memory of the machine from `/proc/meminfo` and `/proc/vmstat`. */
export class Memory {
  readonly #meminfo: KeptFile
  readonly #vmstat: KeptFile
  readonly #pageBytes: number

  constructor(procRoot: string, pageBytes: number) {
    this.#meminfo = new KeptFile(`${procRoot}/meminfo`)
    this.#vmstat = new KeptFile(`${procRoot}/vmstat`)
    this.#pageBytes = pageBytes
  }

  read(zram: ZramReading | null, nodes: NodeSample[]): MemorySample {
    this.#meminfo.read()
    this.#vmstat.read()
    const meminfo = parseMeminfo(this.#meminfo.bytes, this.#meminfo.length)
    const vmstat = parseVmstat(this.#vmstat.bytes, this.#vmstat.length)
    const pages = (value: number | null) => (value === null ? null : value * this.#pageBytes)
    return {
      ...amounts(meminfo),
      hugePagesTotal: meminfo.HugePages_Total,
      hugePagesFree: meminfo.HugePages_Free,
      swapInBytes: pages(vmstat.pswpin),
      swapOutBytes: pages(vmstat.pswpout),
      zramOriginalBytes: zram?.originalBytes ?? null,
      zramCompressedBytes: zram?.compressedBytes ?? null,
      oomKills: vmstat.oom_kill,
      nodes,
    }
  }

  close(): void {
    this.#meminfo.close()
    this.#vmstat.close()
  }
}

const bytes = (kib: number | null) => (kib === null ? null : kib * KIB)

function amounts(meminfo: Meminfo) {
  return {
    totalBytes: bytes(meminfo.MemTotal),
    availableBytes: bytes(availableKib(meminfo)),
    freeBytes: bytes(meminfo.MemFree),
    buffersBytes: bytes(meminfo.Buffers),
    cachedBytes: bytes(meminfo.Cached),
    sharedBytes: bytes(meminfo.Shmem),
    anonymousBytes: bytes(meminfo.AnonPages),
    mappedBytes: bytes(meminfo.Mapped),
    slabBytes: bytes(meminfo.Slab),
    slabReclaimableBytes: bytes(meminfo.SReclaimable),
    slabUnreclaimableBytes: bytes(meminfo.SUnreclaim),
    kernelStackBytes: bytes(meminfo.KernelStack),
    pageTableBytes:
      meminfo.PageTables === null ? null : bytes(meminfo.PageTables + (meminfo.SecPageTables ?? 0)),
    perCpuBytes: bytes(meminfo.Percpu),
    vmallocBytes: bytes(meminfo.VmallocUsed),
    dirtyBytes: bytes(meminfo.Dirty),
    writebackBytes: bytes(meminfo.Writeback),
    committedBytes: bytes(meminfo.Committed_AS),
    commitLimitBytes: bytes(meminfo.CommitLimit),
    hugePageSizeBytes: bytes(meminfo.Hugepagesize),
    swapTotalBytes: bytes(meminfo.SwapTotal),
    swapFreeBytes: bytes(meminfo.SwapFree),
  }
}
