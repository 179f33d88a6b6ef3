import { needBytes, u64At } from '../bytes.ts'

/** Pages of the machine, and counters since boot. */
export interface VmStatistics {
  /** Speculative ones included. */
  free: number
  wired: number
  /** Given up by their programs when memory is short; counted as anonymous too. */
  purgeable: number
  /** What the compressor takes, and how much it holds for it. */
  compressor: number
  compressed: number
  fileBacked: number
  anonymous: number
  swapIns: number
  swapOuts: number
}

/**
 * `host_statistics64(HOST_VM_INFO64)`, a `struct vm_statistics64`; newer systems append to it.
 * Source: mach/vm_statistics.h of xnu.
 * @throws ProcParseError when it is cut
 */
export function parseVmStatistics(bytes: Buffer): VmStatistics {
  needBytes('vm_statistics64', bytes, 152)
  return {
    free: bytes.readUInt32LE(0),
    wired: bytes.readUInt32LE(12),
    purgeable: bytes.readUInt32LE(88),
    swapIns: u64At(bytes, 112),
    swapOuts: u64At(bytes, 120),
    compressor: bytes.readUInt32LE(128),
    fileBacked: bytes.readUInt32LE(136),
    anonymous: bytes.readUInt32LE(140),
    compressed: u64At(bytes, 144),
  }
}
