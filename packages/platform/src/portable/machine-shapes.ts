import type { MachineCapability } from '../machine-info.ts'
import type { MemorySample } from '../machine.ts'

/** Every figure of memory unknown. */
export function noMemory(): MemorySample {
  return {
    totalBytes: null,
    availableBytes: null,
    freeBytes: null,
    buffersBytes: null,
    cachedBytes: null,
    sharedBytes: null,
    anonymousBytes: null,
    mappedBytes: null,
    slabBytes: null,
    slabReclaimableBytes: null,
    slabUnreclaimableBytes: null,
    kernelStackBytes: null,
    pageTableBytes: null,
    perCpuBytes: null,
    vmallocBytes: null,
    dirtyBytes: null,
    writebackBytes: null,
    committedBytes: null,
    commitLimitBytes: null,
    hugePagesTotal: null,
    hugePagesFree: null,
    hugePageSizeBytes: null,
    swapTotalBytes: null,
    swapFreeBytes: null,
    swapInBytes: null,
    swapOutBytes: null,
    zramOriginalBytes: null,
    zramCompressedBytes: null,
    oomKills: null,
    nodes: [],
  }
}

const NOT_YET = 'is not read on this system yet.'

/** What the portable provider can do, and why not the rest. */
export function portableCapabilities(elevated: boolean): Record<string, MachineCapability> {
  const works = { available: true, reason: null }
  const not = (what: string) => ({ available: false, reason: `${what} ${NOT_YET}` })
  return {
    control: works,
    elevation: elevated
      ? works
      : { available: false, reason: 'This service does not run as administrator.' },
    disk_io: not('The activity of single disks'),
    gpu: not('The graphics card'),
    sensors: not('The temperature of the machine'),
    battery: not('The battery'),
    package_power: not('The energy the CPU takes'),
    pressure: {
      available: false,
      reason: 'Only Linux counts waiting (pressure stall information).',
    },
  }
}
