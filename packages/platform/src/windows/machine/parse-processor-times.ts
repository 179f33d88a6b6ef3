import type { CoreTimes } from '../../machine.ts'
import { intervalAt } from '../filetime.ts'

/** One entry of SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION, bytes. */
export const PROCESSOR_TIMES_SIZE = 0x30

export interface ProcessorTimes {
  cores: CoreTimes[]
  /** Since boot, all cores together; null where the system does not count them. */
  interrupts: number | null
}

/**
 * CPU time of each core of one processor group, in 100 ns. Source: NtQuerySystemInformation, class 8. Its kernel time
 * holds idle, DPC and interrupt time, which are taken out again, so that the modes add up.
 * @param firstIndex number of the group's first core
 */
export function parseProcessorTimes(bytes: Buffer, firstIndex = 0): ProcessorTimes {
  const cores: CoreTimes[] = []
  let interrupts = 0
  for (let at = 0; at + PROCESSOR_TIMES_SIZE <= bytes.length; at += PROCESSOR_TIMES_SIZE) {
    const idle = intervalAt(bytes, at)
    const kernel = intervalAt(bytes, at + 0x08)
    const softirq = intervalAt(bytes, at + 0x18)
    const irq = intervalAt(bytes, at + 0x20)
    cores.push({
      index: firstIndex + cores.length,
      user: intervalAt(bytes, at + 0x10),
      nice: null,
      // The four are not read in one instant: what is left may be a tick below zero.
      system: Math.max(0, kernel - idle - softirq - irq),
      idle,
      iowait: null,
      irq,
      softirq,
      steal: null,
      guest: null,
    })
    interrupts += bytes.readUInt32LE(at + 0x28)
  }
  return { cores, interrupts: interrupts === 0 ? null : interrupts }
}
