import type { AtaCommand, AtaRegisters } from './drive-door.ts'

/** LBA of every SMART command, so that none is taken for one by mistake. */
const SMART_LBA = 0xc24f00
const SMART = 0xb0

/** Source: ACS-4. */
export const ATA = {
  checkPowerMode: { command: 0xe5 },
  identify: { command: 0xec, blocks: 1 },
  smartReadData: { command: SMART, feature: 0xd0, lba: SMART_LBA, blocks: 1 },
  smartReadThresholds: { command: SMART, feature: 0xd1, lba: SMART_LBA, blocks: 1 },
  smartReturnStatus: { command: SMART, feature: 0xda, lba: SMART_LBA },
} as const satisfies Record<string, AtaCommand>

export const LOG_DIRECTORY = 0x00
export const STATISTICS_LOG = 0x04

/** READ LOG EXT: one block of a general purpose log. */
export const readLog = (log: number, page: number): AtaCommand => ({
  command: 0x2f,
  lba: page * 0x100 + log,
  extended: true,
  blocks: 1,
})

/** Standby_z and standby_y: to read it would spin it up. */
export const isAsleep = ({ count }: AtaRegisters): boolean => count === 0x00 || count === 0x01

/** Answer of SMART RETURN STATUS; null: neither of the two that it may give. */
export function smartPassed({ lbaMid, lbaHigh }: AtaRegisters): boolean | null {
  if (lbaMid === 0x4f && lbaHigh === 0xc2) return true
  return lbaMid === 0xf4 && lbaHigh === 0x2c ? false : null
}
