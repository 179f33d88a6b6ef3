import type {
  DiskSample,
  EnergySample,
  FilesystemSample,
  MachineSample,
  NetworkSample,
} from '@taskmanager/platform'
import { comparable, peaksAfter, type CounterValues } from './counter-peaks.ts'
import { readCpu, type CpuReading } from './cpu-reading.ts'
import { readDisk, type DiskReading } from './disk-reading.ts'
import { readFilesystem, type FilesystemReading } from './filesystem-reading.ts'
import { readMemory, type MemoryReading } from './memory-reading.ts'
import { readNetwork, sumNetworks, type NetworkReading } from './network-reading.ts'
import { packageWatts } from './power-reading.ts'

/** What two samples tell about the machine: the sample itself and all that needed an interval. */
export interface MachineReading {
  sample: MachineSample
  /** Measured, monotonic; null on the first sample. */
  intervalMs: number | null
  /** Far longer than asked: the machine slept or was stopped. No line is drawn across it. */
  gap: boolean
  cpu: CpuReading
  memory: MemoryReading
  disks: (DiskSample & DiskReading)[]
  filesystems: (FilesystemSample & FilesystemReading)[]
  networks: (NetworkSample & NetworkReading)[]
  networkRecvBytes: number | null
  networkSentBytes: number | null
  packageWatts: number | null
  /** Counters that fell back and have not been as high again since. */
  peaks: CounterValues
}

export interface ReadingContext {
  /** Interval that was asked for when the sample was ordered. */
  askedMs: number
  /** The reading before, which carries the energy counter over ticks that saw no new one. */
  previous: MachineReading | undefined
}

const NO_PEAKS: CounterValues = new Map()

/** Longer than three times the asked interval and two seconds: nothing but a pause explains it. */
export const isGap = (intervalMs: number, askedMs: number) => intervalMs > askedMs * 3 + 2000

export function readMachine(
  next: MachineSample,
  { askedMs, previous }: ReadingContext,
): MachineReading {
  const peaks = previous?.peaks ?? NO_PEAKS
  const before = comparable(peaks, previous?.sample, next)
  const elapsedMs = before === undefined ? 0 : next.monotonicMs - before.monotonicMs
  const gap = before !== undefined && isGap(elapsedMs, askedMs)
  const disksBefore = new Map(before?.disks.map((disk) => [disk.id, disk]))
  const networksBefore = new Map(before?.networks.map((network) => [network.id, network]))
  const sums = sumNetworks(next.networks)
  return {
    sample: next,
    intervalMs: before === undefined ? null : elapsedMs,
    gap,
    cpu: readCpu(before?.cpu, next.cpu, { elapsedMs, gap }),
    memory: readMemory(before?.memory, next.memory, elapsedMs),
    disks: next.disks.map((disk) => ({
      ...disk,
      ...readDisk(disksBefore.get(disk.id), disk, elapsedMs),
    })),
    filesystems: next.filesystems.map((filesystem) => ({
      ...filesystem,
      ...readFilesystem(filesystem),
    })),
    networks: next.networks.map((network) => ({
      ...network,
      ...readNetwork(networksBefore.get(network.id), network, elapsedMs),
    })),
    networkRecvBytes: sums.recvBytes,
    networkSentBytes: sums.sentBytes,
    packageWatts: watts(previous, next.power.packageEnergy),
    peaks: peaksAfter(peaks, previous?.sample, next),
  }
}

/** The counter is read more rarely than the machine is sampled: between two readings the last figure stays. */
function watts(previous: MachineReading | undefined, next: EnergySample | null): number | null {
  const before = previous?.sample.power.packageEnergy
  if (next === null || previous === undefined) return null
  return before?.monotonicMs === next.monotonicMs
    ? previous.packageWatts
    : packageWatts(before, next)
}
