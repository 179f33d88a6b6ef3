/** Drives for tests: pages as the standards lay them out, and a door that hands them out. */
import { ATA, readLog } from './ata-commands.ts'
import type { AtaCommand, AtaRegisters, DriveDoor, OpenDrive } from './drive-door.ts'

const BLOCK = 512

export interface NvmePage {
  warning?: number
  kelvin?: number
  spare?: number
  threshold?: number
  used?: number
  /** Thousands of 512 bytes. */
  read?: bigint
  written?: bigint
  cycles?: bigint
  hours?: bigint
  unsafe?: bigint
  errors?: bigint
}

/** SMART / Health Information of an NVMe drive. Source: NVM Express base specification. */
export function nvmePage(page: NvmePage = {}): Buffer {
  const bytes = Buffer.alloc(BLOCK)
  bytes.writeUInt8(page.warning ?? 0, 0)
  bytes.writeUInt16LE(page.kelvin ?? 314, 1)
  bytes.writeUInt8(page.spare ?? 100, 3)
  bytes.writeUInt8(page.threshold ?? 10, 4)
  bytes.writeUInt8(page.used ?? 3, 5)
  const counters = [
    [32, page.read ?? 20_000_000n],
    [48, page.written ?? 10_000_000n],
    [112, page.cycles ?? 812n],
    [128, page.hours ?? 9001n],
    [144, page.unsafe ?? 21n],
    [160, page.errors ?? 0n],
  ] as const
  for (const [at, value] of counters) {
    bytes.writeBigUInt64LE(value & 0xffff_ffff_ffff_ffffn, at)
    bytes.writeBigUInt64LE(value >> 64n, at + 8)
  }
  return bytes
}

export interface Attribute {
  id: number
  value?: number
  raw?: number
  limit?: number
  prefailure?: boolean
}

/** SMART READ DATA and SMART READ THRESHOLDS. */
export function smartBlocks(attributes: readonly Attribute[]) {
  const data = Buffer.alloc(BLOCK)
  const limits = Buffer.alloc(BLOCK)
  data.writeUInt16LE(16, 0)
  limits.writeUInt16LE(16, 0)
  for (const [index, { id, value = 100, raw = 0, limit = 0, prefailure = false }] of [
    ...attributes,
  ].entries()) {
    const at = 2 + index * 12
    data.writeUInt8(id, at)
    data.writeUInt16LE(prefailure ? 0x33 : 0x32, at + 1)
    data.writeUInt8(value, at + 3)
    data.writeUInt8(value, at + 4)
    data.writeUIntLE(raw, at + 5, 6)
    limits.writeUInt8(id, at)
    limits.writeUInt8(limit, at + 1)
  }
  return { data: withChecksum(data), limits: withChecksum(limits) }
}

function withChecksum(block: Buffer): Buffer {
  const sum = block.subarray(0, BLOCK - 1).reduce((total, byte) => total + byte, 0)
  block.writeUInt8((256 - (sum % 256)) % 256, BLOCK - 1)
  return block
}

/** IDENTIFY DEVICE by word. */
export function identifyBlock(words: Readonly<Record<number, number>> = {}): Buffer {
  const block = Buffer.alloc(BLOCK)
  const usual = { 82: 1, 83: 0x4000, 85: 1, 87: 0x4020, 106: 0x4000, 217: 7200 }
  for (const [word, value] of Object.entries({ ...usual, ...words })) {
    block.writeUInt16LE(value, Number(word) * 2)
  }
  return block
}

/** A page of the Device Statistics log; every value is valid. */
export function statisticsPage(page: number, values: Readonly<Record<number, number>>): Buffer {
  const block = Buffer.alloc(BLOCK)
  block.writeUInt16LE(1, 0)
  block.writeUInt8(page, 2)
  for (const [offset, value] of Object.entries(values)) {
    block.writeUIntLE(value, Number(offset), 6)
    block.writeUInt8(0xc0, Number(offset) + 7)
  }
  return block
}

export const registers = (some: Partial<AtaRegisters> = {}): AtaRegisters => ({
  error: 0,
  count: 0,
  lbaLow: 0,
  lbaMid: 0,
  lbaHigh: 0,
  status: 0x50,
  ...some,
})

export const ACTIVE = registers({ count: 0xff })
export const PASSED = registers({ lbaMid: 0x4f, lbaHigh: 0xc2 })
export const FAILING = registers({ lbaMid: 0xf4, lbaHigh: 0x2c })

/** Answers by command; what is not among them the drive refuses. */
export interface AtaScript {
  power?: AtaRegisters | null
  identify?: Buffer
  status?: AtaRegisters | null
  data?: Buffer
  limits?: Buffer
  logs?: Readonly<Record<string, Buffer>>
}

export interface FakeDrive extends Partial<OpenDrive> {
  /** ATA commands in the order they came. */
  asked?: number[]
}

export function ataDrive(script: AtaScript): FakeDrive & { asked: number[] } {
  const asked: number[] = []
  const answerOf = (command: AtaCommand) => {
    const key = JSON.stringify(command)
    const known: [AtaCommand, Buffer | undefined, AtaRegisters | null | undefined][] = [
      [ATA.checkPowerMode, undefined, script.power],
      [ATA.identify, script.identify, undefined],
      [ATA.smartReturnStatus, undefined, script.status],
      [ATA.smartReadData, script.data, undefined],
      [ATA.smartReadThresholds, script.limits, undefined],
      ...Object.entries(script.logs ?? {}).map(([at, block]): [AtaCommand, Buffer, undefined] => {
        const [log = 0, page = 0] = at.split('/').map(Number)
        return [readLog(log, page), block, undefined]
      }),
    ]
    return known.find(([one]) => JSON.stringify(one) === key)
  }
  return {
    asked,
    async ata(command) {
      asked.push(command.command)
      const [, data, answer] = answerOf(command) ?? []
      if (data === undefined && answer === undefined) return { kind: 'refused' }
      return { kind: 'ok', value: { data: data ?? Buffer.alloc(0), registers: answer ?? null } }
    },
  }
}

export const nvmeDrive = (page: Buffer): FakeDrive => ({
  nvmeLog: async () => ({ kind: 'ok', value: page }),
})

/** Drives by name. `open` may be replaced to fail as open(2) does. */
export function fakeDoor(drives: Readonly<Record<string, FakeDrive>>) {
  const log = { opened: [] as string[], closed: 0 }
  const door: DriveDoor = {
    async open(id) {
      log.opened.push(id)
      return {
        nvmeLog: async () => ({ kind: 'refused' }),
        ata: async () => ({ kind: 'refused' }),
        ...drives[id],
        close: async () => {
          log.closed++
        },
      }
    },
  }
  return { door, log }
}
