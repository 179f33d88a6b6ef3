import type { BatterySample } from '../../machine.ts'

/** Sizes of SYSTEM_POWER_STATUS, SYSTEM_BATTERY_STATE and one PROCESSOR_POWER_INFORMATION, bytes. */
export const POWER_STATUS_SIZE = 12
export const BATTERY_STATE_SIZE = 32
export const PROCESSOR_POWER_SIZE = 24

export interface PowerStatus {
  onAc: boolean | null
  /** null: there is none, or it is not known whether there is one. */
  battery: Pick<BatterySample, 'percent' | 'status' | 'secondsLeft'> | null
}

const NO_BATTERY = 0x80
const CHARGING = 0x08
const UNKNOWN = 0xff
const UNKNOWN_32 = 0xffff_ffff

/** Source: GetSystemPowerStatus. null when there are fewer bytes than it fills in. */
export function parsePowerStatus(bytes: Buffer): PowerStatus | null {
  if (bytes.length < POWER_STATUS_SIZE) return null
  const line = bytes.readUInt8(0)
  const flag = bytes.readUInt8(1)
  const percent = bytes.readUInt8(2)
  const seconds = bytes.readUInt32LE(4)
  const onAc = line === 1 ? true : line === 0 ? false : null
  // 255 has the bit too: then nothing is known.
  if ((flag & NO_BATTERY) !== 0) return { onAc, battery: null }
  return {
    onAc,
    battery: {
      percent: percent === UNKNOWN ? null : Math.min(100, percent),
      status: statusOf(flag, percent, onAc),
      secondsLeft: seconds === UNKNOWN_32 ? null : seconds,
    },
  }
}

/** In the words of the kernel of Linux (sysfs-class-power), as on the wire. */
function statusOf(flag: number, percent: number, onAc: boolean | null): string | null {
  if ((flag & CHARGING) !== 0) return 'charging'
  if (onAc === null) return null
  if (!onAc) return 'discharging'
  return percent === 100 ? 'full' : 'not charging'
}

/** Power in or out of the battery in watts. Source: CallNtPowerInformation(SystemBatteryState); null: not told. */
export function parseBatteryWatts(bytes: Buffer): number | null {
  if (bytes.length < BATTERY_STATE_SIZE || bytes.readUInt8(1) === 0) return null
  const milliwatts = bytes.readInt32LE(16)
  return milliwatts === -0x8000_0000 ? null : Math.abs(milliwatts) / 1000
}

export interface ProcessorPower {
  /** By number of the CPU. */
  frequencyMhz: Map<number, number>
  maxMhz: number | null
}

/** Source: CallNtPowerInformation(ProcessorInformation). A frequency of 0 is none. */
export function parseProcessorPower(bytes: Buffer): ProcessorPower {
  const frequencyMhz = new Map<number, number>()
  let maxMhz = 0
  for (let at = 0; at + PROCESSOR_POWER_SIZE <= bytes.length; at += PROCESSOR_POWER_SIZE) {
    maxMhz = Math.max(maxMhz, bytes.readUInt32LE(at + 4))
    const mhz = bytes.readUInt32LE(at + 8)
    if (mhz > 0) frequencyMhz.set(bytes.readUInt32LE(at), mhz)
  }
  return { frequencyMhz, maxMhz: maxMhz === 0 ? null : maxMhz }
}
