import type { MemorySample } from '../../machine.ts'
import { noMemory } from '../../portable/machine-shapes.ts'
import type { MacLibrary } from '../lib-system.ts'
import { systemBytes, systemNumber } from '../system-values.ts'
import { parseSwapUsage } from './parse-swap-usage.ts'
import { parseVmStatistics, type VmStatistics } from './parse-vm-statistics.ts'

/** Room for what newer systems append. */
const STATISTICS_ROOM = 1024

/** Memory and swap, by two calls at each sample. */
export class MacMemory {
  readonly #library: MacLibrary
  readonly #pageBytes: number | null
  readonly #totalBytes: number | null
  readonly #statistics = Buffer.alloc(STATISTICS_ROOM)

  constructor(library: MacLibrary) {
    this.#library = library
    this.#pageBytes = systemNumber(library, 'hw.pagesize')
    this.#totalBytes = systemNumber(library, 'hw.memsize')
  }

  read(): MemorySample {
    const length = this.#library.vmStatistics(this.#statistics)
    const pages = length < 0 ? null : parseVmStatistics(this.#statistics.subarray(0, length))
    const swap = systemBytes(this.#library, 'vm.swapusage')
    const usage = swap === null ? null : parseSwapUsage(swap)
    return {
      ...noMemory(),
      totalBytes: this.#totalBytes,
      swapTotalBytes: usage?.totalBytes ?? null,
      swapFreeBytes: usage?.freeBytes ?? null,
      ...(pages === null || this.#pageBytes === null
        ? {}
        : composition(pages, this.#pageBytes, this.#totalBytes)),
    }
  }
}

/**
 * As the Activity Monitor has it: used is what programs have of their own and cannot be asked to give up, what the
 * system keeps in place, and what the compressor takes. The rest, files in memory above all, can be had.
 */
function composition(
  pages: VmStatistics,
  pageBytes: number,
  totalBytes: number | null,
): Partial<MemorySample> {
  const own = Math.max(0, pages.anonymous - pages.purgeable)
  const usedBytes = (own + pages.wired + pages.compressor) * pageBytes
  return {
    availableBytes: totalBytes === null ? null : Math.max(0, totalBytes - usedBytes),
    freeBytes: pages.free * pageBytes,
    cachedBytes: (pages.fileBacked + pages.purgeable) * pageBytes,
    anonymousBytes: own * pageBytes,
    wiredBytes: pages.wired * pageBytes,
    swapInBytes: pages.swapIns * pageBytes,
    swapOutBytes: pages.swapOuts * pageBytes,
    zramOriginalBytes: pages.compressed * pageBytes,
    zramCompressedBytes: pages.compressor * pageBytes,
  }
}
